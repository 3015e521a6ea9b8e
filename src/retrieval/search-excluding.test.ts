/** However much is left out, what comes is the best of the rest; and the question grows no further than it must. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { raggedFromPairs } from '../core/ragged.js';
import { searchExcluding } from './search-excluding.js';
import type { VectorIndex } from './vector-index.js';

const SIZE = 3000;

/** Item i scores SIZE − i for every query, and no more than the first `reach` are ever found. */
function ladder(reach = SIZE) {
  const asked: number[] = [];
  const index: VectorIndex = {
    factory: 'Flat',
    engine: 'own',
    isExact: reach === SIZE,
    embeddingDim: 1,
    size: SIZE,
    idLimit: SIZE,
    async search(queries, wanted) {
      const k = Math.min(wanted, SIZE);
      asked.push(k);
      const ids = new Int32Array(queries.length * k);
      for (let at = 0; at < ids.length; at++) ids[at] = at % k < reach ? at % k : -1;
      return { k, ids, scores: Float32Array.from(ids, (id) => (id < 0 ? Number.NEGATIVE_INFINITY : SIZE - id)) };
    },
  };
  return { index, asked };
}

/** @param lists excluded ids, a list a query */
function excluding(lists: readonly (readonly number[])[]) {
  const rows = lists.flatMap((list, row) => list.map(() => row));
  return raggedFromPairs(Int32Array.from(rows), Int32Array.from(lists.flat()), lists.length);
}
const upTo = (end: number): number[] => Array.from({ length: end }, (_, i) => i);

describe('what is left out', () => {
  it('may be most of all, and the best of the rest come', async () => {
    const { index, asked } = ladder();
    const lists = [upTo(1500), [], upTo(2995)];
    const { k, ids, scores } = await searchExcluding(index, new Float32Array(3), 20, excluding(lists));
    expect(k).toBe(20);
    expect([...ids.subarray(0, 20)]).toEqual(upTo(20).map((i) => 1500 + i));
    expect(scores[0]).toBe(1500);
    expect([...ids.subarray(20, 40)]).toEqual(upTo(20));
    expect([...ids.subarray(40)]).toEqual([2995, 2996, 2997, 2998, 2999, ...Array(15).fill(-1)]);
    expect(asked.length).toBeGreaterThan(1);
  });

  it('is asked for once where little of it stands in the way', async () => {
    const { index, asked } = ladder();
    const { ids } = await searchExcluding(index, new Float32Array(1), 5, excluding([[0, 2, ...upTo(1000).slice(500)]]));
    expect([...ids]).toEqual([1, 3, 4, 5, 6]);
    expect(asked).toEqual([105]);
  });

  it('ends where the index reaches no further', async () => {
    const { index, asked } = ladder(300);
    const { ids } = await searchExcluding(index, new Float32Array(1), 10, excluding([upTo(295)]));
    expect([...ids]).toEqual([295, 296, 297, 298, 299, -1, -1, -1, -1, -1]);
    expect(asked.at(-1)).toBe(305);
  });

  it('gives what leaving out of the whole ranking gives', async () => {
    const list = fc.uniqueArray(fc.integer({ min: 0, max: SIZE - 1 }), { maxLength: 400 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(list, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 40 }),
        async (lists, k) => {
          const { ids } = await searchExcluding(ladder().index, new Float32Array(lists.length), k, excluding(lists));
          const expected = lists.flatMap((left) =>
            upTo(SIZE)
              .filter((id) => !left.includes(id))
              .slice(0, k),
          );
          expect([...ids]).toEqual(expected);
        },
      ),
      { numRuns: 30 },
    );
  });
});
