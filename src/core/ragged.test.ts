import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyRagged, type Ragged, raggedFromPairs, raggedLengths, selectRaggedRows, unionRagged } from './ragged.js';

const toLists = ({ offsets, values }: Ragged): number[][] =>
  Array.from({ length: offsets.length - 1 }, (_, row) => [...values.subarray(offsets[row], offsets[row + 1])]);

/** The rows as sorted sets: what the typed form must say. */
function naiveRows(pairs: readonly (readonly [number, number])[], numRows: number): number[][] {
  const sets = Array.from({ length: numRows }, () => new Set<number>());
  for (const [row, value] of pairs) sets[row].add(value);
  return sets.map((set) => [...set].sort((a, b) => a - b));
}

const fromPairs = (pairs: readonly (readonly [number, number])[], numRows: number): Ragged =>
  raggedFromPairs(
    Int32Array.from(pairs, ([row]) => row),
    Int32Array.from(pairs, ([, value]) => value),
    numRows,
  );

const NUM_ROWS = 6;
const anyPairs = fc.array(fc.tuple(fc.nat(NUM_ROWS - 1), fc.nat(12)), { maxLength: 60 });

describe('ragged', () => {
  it('groups pairs in any order, sorted and without repeats', () => {
    fc.assert(
      fc.property(anyPairs, (pairs) => {
        const ragged = fromPairs(pairs, NUM_ROWS);
        expect(toLists(ragged)).toEqual(naiveRows(pairs, NUM_ROWS));
        expect(ragged.values.length).toBe(ragged.offsets[NUM_ROWS]);
      }),
    );
  });

  it('sorts numerically, not as text', () => {
    const pairs: [number, number][] = [10, 9, 100, 2].map((value) => [0, value]);
    expect(toLists(fromPairs(pairs, 1))).toEqual([[2, 9, 10, 100]]);
  });

  it('unites two row by row', () => {
    fc.assert(
      fc.property(anyPairs, anyPairs, (a, b) => {
        const union = unionRagged(fromPairs(a, NUM_ROWS), fromPairs(b, NUM_ROWS));
        expect(toLists(union)).toEqual(naiveRows([...a, ...b], NUM_ROWS));
      }),
    );
  });

  it('selects rows in any order, repeats included', () => {
    fc.assert(
      fc.property(anyPairs, fc.array(fc.nat(NUM_ROWS - 1)), (pairs, rows) => {
        const lists = naiveRows(pairs, NUM_ROWS);
        const selected = selectRaggedRows(fromPairs(pairs, NUM_ROWS), rows);
        expect(toLists(selected)).toEqual(rows.map((row) => lists[row]));
      }),
    );
  });

  it('counts the values of each row', () => {
    fc.assert(
      fc.property(anyPairs, (pairs) => {
        const lengths = naiveRows(pairs, NUM_ROWS).map((row) => row.length);
        expect([...raggedLengths(fromPairs(pairs, NUM_ROWS))]).toEqual(lengths);
      }),
    );
  });

  it('makes empty rows', () => {
    expect(toLists(emptyRagged(3))).toEqual([[], [], []]);
    expect(toLists(emptyRagged(0))).toEqual([]);
  });
});
