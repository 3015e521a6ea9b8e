import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FeatureCell } from './feature-cell.js';
import { columnOfCells } from './feature-cells.js';
import { fitField } from './field-encoding.js';
import { fieldOptionsSchema } from './field-options.js';
import { countedField, type MutualInformation, mutualInformation } from './mutual-information.js';

/** Columns of cells → table over the rows `rows`. */
function tableOf(columns: readonly [unknown, readonly FeatureCell[]][], rows?: readonly number[]): MutualInformation {
  const counted = columns.map(([options, cells], i) => {
    const name = `f${i}`;
    const asked = fieldOptionsSchema.parse(options);
    const column = columnOfCells({ name, ...asked } as Parameters<typeof columnOfCells>[0], cells);
    const fitRows = Int32Array.from(rows ?? cells.keys());
    return countedField(fitField(name, column, asked, fitRows), column, fitRows);
  });
  return mutualInformation(counted);
}

const categorical = { kind: 'categorical' };
const lists = { kind: 'multi-valued' };

/** The definition, over maps; each entity's mass is divided among the pairs of its values. */
function naive(a: readonly (readonly string[])[], b: readonly (readonly string[])[]): number {
  const joint = new Map<string, number>();
  const ofA = new Map<string, number>();
  const ofB = new Map<string, number>();
  const add = (map: Map<string, number>, key: string, mass: number) => map.set(key, (map.get(key) ?? 0) + mass);
  for (const [row, own] of a.entries()) {
    for (const x of own) {
      for (const y of b[row]) {
        const mass = 1 / (own.length * b[row].length * a.length);
        add(joint, JSON.stringify([x, y]), mass);
        add(ofA, x, mass);
        add(ofB, y, mass);
      }
    }
  }
  return [...joint].reduce((sum, [key, mass]) => {
    const [x, y] = JSON.parse(key);
    return sum + mass * Math.log(mass / (ofA.get(x)! * ofB.get(y)!));
  }, 0);
}

describe('closed forms', () => {
  const i = Array.from({ length: 24 }, (_, row) => row);

  test('independent fields know nothing of one another, equal ones everything', () => {
    const a = i.map((row) => `a${row % 4}`);
    const b = i.map((row) => `b${Math.floor(row / 4) % 3}`);
    const same = i.map((row) => `other${row % 4}`);
    const { names, nats } = tableOf([
      [categorical, a],
      [categorical, b],
      [categorical, same],
    ]);
    expect(names).toEqual(['f0', 'f1', 'f2']);
    const [h4, h3] = [Math.log(4), Math.log(3)];
    for (const [at, expected] of [h4, 0, h4, 0, h3, 0, h4, 0, h4].entries()) expect(nats[at]).toBeCloseTo(expected, 12);
  });

  test('texts and vectors count by whether they are there, numbers by their buckets', () => {
    const half = i.map((row) => (row % 2 === 0 ? '' : `word${row} tea`));
    const vectors = i.map((row) => (row % 2 === 0 ? '' : `${row} 1`));
    const { nats } = tableOf([
      [{ kind: 'text' }, half],
      [{ kind: 'vector' }, vectors],
      [{ kind: 'numeric', buckets: 2 }, i],
      [{ kind: 'numeric', scale: 'standardised' }, i.map((row) => row % 2)],
    ]);
    const bit = Math.log(2);
    const expected = [bit, bit, 0, bit, bit, bit, 0, bit, 0, 0, bit, 0, bit, bit, 0, bit];
    for (const [at, value] of expected.entries()) expect(nats[at]).toBeCloseTo(value, 12);
  });

  test('nothing of nothing', () => {
    expect(tableOf([]).nats.length).toBe(0);
    expect([...tableOf([[categorical, ['a']]], []).nats]).toEqual([0]);
    expect([
      ...tableOf(
        [
          [categorical, ['a']],
          [lists, ['b']],
        ],
        [],
      ).nats,
    ]).toEqual([0, 0, 0, 0]);
  });
});

test('the definition holds for every pair, lists included, over the rows that count', () => {
  const value = fc.constantFrom('', 'a', 'b', 'c');
  const list = fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { maxLength: 3 });
  const table = fc.array(fc.tuple(value, value, list, list), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(table, (rows) => {
      const counted = [...rows.keys()].filter((row) => row % 3 !== 2);
      const cells = [0, 1, 2, 3].map((field) => rows.map((row) => row[field] as FeatureCell));
      const kinds = [categorical, categorical, lists, lists];
      const { nats } = tableOf(
        cells.map((own, field) => [kinds[field], own] as const),
        counted,
      );
      const valuesOf = (field: number) =>
        counted.map((row) => {
          const own = [rows[row][field]].flat();
          return own.length === 0 ? [''] : own;
        });
      for (let a = 0; a < 4; a++) {
        for (let b = 0; b < 4; b++) {
          if (a !== b) expect(nats[a * 4 + b]).toBeCloseTo(naive(valuesOf(a), valuesOf(b)), 10);
        }
        const own = valuesOf(a);
        // of single values the entropy is what a field knows of itself
        if (a < 2) expect(nats[a * 5]).toBeCloseTo(naive(own, own), 10);
      }
    }),
  );
});

test('of a long list of values the frequent ones count for themselves and the others share buckets', () => {
  const frequent = Array.from({ length: 6000 }, (_, row) => `often${row % 3}`);
  const rare = Array.from({ length: 3000 }, (_, row) => `rare${row}`);
  const long = [...frequent, ...rare];
  const twin = long.map((value) => (value.startsWith('often') ? value : 'rare'));
  const { nats } = tableOf([
    [categorical, long],
    [categorical, twin],
  ]);
  const ofTwin = -3 * (2 / 9) * Math.log(2 / 9) - (1 / 3) * Math.log(1 / 3);
  expect(nats[3]).toBeCloseTo(ofTwin, 12);
  expect(nats[1]).toBeCloseTo(ofTwin, 12);
  // 125 rare ones for themselves, the others in 128 buckets of about as many
  const own = (125 / 9000) * Math.log(3000);
  const shared = (2875 / 9000) * Math.log((3000 / 2875) * 128);
  expect(nats[0] - ofTwin - own).toBeLessThan(shared);
  expect(nats[0] - ofTwin - own).toBeGreaterThan(0.98 * shared);
});
