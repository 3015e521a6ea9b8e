/** Content-kNN and content neighbours against dense cosines and full sorts, and where the answer is known. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../backend/index.js';
import { raggedFromPairs } from '../../core/ragged.js';
import { buildBipartiteCsr } from '../../graph/bipartite-csr.js';
import { rankAmong } from '../rank-among.js';
import { ContentKnn } from './content-knn.js';
import { contentNeighbourEmbeddings } from './content-neighbours.js';
import type { ContentRows } from './content-rows.js';

beforeAll(() => useBackend('auto'));

const NUM_USERS = 5;
const NUM_ITEMS = 9;
const NUM_VALUES = 6;
const EVERYONE = Int32Array.from({ length: NUM_USERS }, (_, user) => user);

/** A dense matrix as rows; zeros are left out. */
function rowsOf(dense: readonly (readonly number[])[]): ContentRows {
  const entries = dense.map((row) => row.flatMap((value, column) => (value === 0 ? [] : [[column, value]])));
  const lengths = entries.map((row) => row.length);
  return {
    numValues: dense[0].length,
    offsets: Int32Array.from([0, ...lengths.map((_, i) => lengths.slice(0, i + 1).reduce((a, b) => a + b, 0))]),
    columns: Int32Array.from(entries.flat(), ([column]) => column),
    values: Float32Array.from(entries.flat(), ([, value]) => value),
  };
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, d) => sum + value * b[d], 0);
const unit = (row: readonly number[]): number[] => {
  const length = Math.hypot(...row);
  return row.map((value) => (length > 0 ? value / length : 0));
};
const sharesValue = (a: readonly number[], b: readonly number[]): boolean =>
  a.some((value, d) => value !== 0 && b[d] !== 0);

const contents = fc.array(
  fc.array(fc.constantFrom(0, 0, 0, 0.5, 1, 3), { minLength: NUM_VALUES, maxLength: NUM_VALUES }),
  { minLength: NUM_ITEMS, maxLength: NUM_ITEMS },
);
const pairs = fc.uniqueArray(fc.tuple(fc.nat(NUM_USERS - 1), fc.nat(NUM_ITEMS - 1)), {
  minLength: 1,
  maxLength: 18,
  selector: (pair) => pair.join(),
});
const csrOf = (all: readonly (readonly [number, number])[], weight?: Float32Array) =>
  buildBipartiteCsr(
    { userIndex: Int32Array.from(all, ([u]) => u), itemIndex: Int32Array.from(all, ([, i]) => i), weight },
    { numUsers: NUM_USERS, numItems: NUM_ITEMS },
  );

describe('ContentKnn', () => {
  it('scores Σ weight · cosine over what the user had', async () => {
    await fc.assert(
      fc.asyncProperty(contents, pairs, fc.boolean(), async (dense, all, weighted) => {
        const weights = all.map((_, i) => (weighted ? 1 + (i % 3) : 1));
        const train = csrOf(all, weighted ? Float32Array.from(weights) : undefined);
        const top = await new ContentKnn(train, rowsOf(dense)).recommend(EVERYONE, NUM_ITEMS);
        for (const user of EVERYONE) {
          const had = all.flatMap(([u, item], i) => (u === user ? [{ item, weight: weights[i] }] : []));
          const found = new Map<number, number>();
          for (let at = user * top.k; at < (user + 1) * top.k; at++) {
            if (top.ids[at] >= 0) found.set(top.ids[at], top.scores[at]);
          }
          for (let j = 0; j < NUM_ITEMS; j++) {
            const expected = had.reduce((sum, { item, weight }) => {
              return sum + weight * dot(unit(dense[item]), unit(dense[j]));
            }, 0);
            expect(found.has(j)).toBe(had.some(({ item }) => sharesValue(dense[item], dense[j])));
            expect(found.get(j) ?? 0).toBeCloseTo(expected, 5);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  // two topics; items 0-2 and 6 are of the first, the rest of the second; users had 0 and 3
  const topics = Array.from({ length: NUM_ITEMS }, (_, i) => (i < 3 || i === 6 ? [1, 0] : [0, 2]));
  const knn = new ContentKnn(
    csrOf([
      [0, 0],
      [1, 3],
    ]),
    rowsOf(topics),
  );

  it('ranks items that nobody had by their topic, and nothing of the other one', async () => {
    const exclude = raggedFromPairs(Int32Array.of(0), Int32Array.of(0), 1);
    const { ids, scores } = await knn.recommend(Int32Array.of(0), 5, exclude);
    expect([...ids]).toEqual([1, 2, 6, -1, -1]);
    expect([...scores.subarray(0, 3)]).toEqual([1, 1, 1]);
    const cold = rankAmong(knn, Int32Array.of(6, 7, 8));
    expect([...(await cold.recommend(Int32Array.of(1), 3)).ids]).toEqual([7, 8, -1]);
  });

  it('gives similar items with their cosines, and nothing for an item without content', () => {
    const { ids, scores } = new ContentKnn(
      csrOf([[0, 0]]),
      rowsOf([[1, 1], [1, 0], [0, 3], [0, 0], ...topics.slice(4)]),
    ).similarItems(Int32Array.of(0, 3), 2);
    expect([...ids]).toEqual([1, 2, -1, -1]);
    expect(scores[0]).toBeCloseTo(Math.SQRT1_2, 6);
    expect(() => knn.similarItems(Int32Array.of(99), 2)).toThrow(/item index 99 is outside/);
  });

  it('refuses rows of other items', () => {
    expect(() => new ContentKnn(csrOf([[0, 0]]), rowsOf([[1]]))).toThrow(/content rows: expected length 9, got 1/);
  });
});

describe('contentNeighbourEmbeddings', () => {
  const vectors = (normalized: boolean) => ({
    embeddingDim: 2,
    normalized,
    users: Float32Array.of(1, 0),
    items: Float32Array.from({ length: 2 * NUM_ITEMS }, (_, i) => ((i * 7) % 5) - 2),
  });

  it('gives a cold item the mean of its nearest warm items, by a full sort of dense cosines', () => {
    fc.assert(
      fc.property(
        contents,
        fc.uniqueArray(fc.nat(NUM_ITEMS - 1), { minLength: 1 }),
        fc.integer({ min: 1, max: 6 }),
        (dense, warm, n) => {
          const embeddings = vectors(false);
          const isWarm = Uint8Array.from({ length: NUM_ITEMS }, (_, item) => (warm.includes(item) ? 1 : 0));
          const made = contentNeighbourEmbeddings(embeddings, rowsOf(dense), isWarm, n);
          let numAlone = 0;
          for (let item = 0; item < NUM_ITEMS; item++) {
            const row = (of: Float32Array, i: number) => [...of.subarray(2 * i, 2 * i + 2)];
            if (isWarm[item]) {
              expect(row(made.embeddings.items, item)).toEqual(row(embeddings.items, item));
              continue;
            }
            const nearest = warm
              .filter((other) => sharesValue(dense[item], dense[other]))
              .map((other) => ({ other, cosine: Math.fround(dot(unit(dense[item]), unit(dense[other]))) }))
              .sort((a, b) => (Math.abs(a.cosine - b.cosine) > 1e-6 ? b.cosine - a.cosine : a.other - b.other));
            // which of equals is taken hangs on the last bit: those worlds say nothing
            const [last, next] = [nearest[n - 1], nearest[n]];
            fc.pre(!last || !next || Math.abs(last.cosine - next.cosine) > 1e-6);
            const rows = nearest.slice(0, n).map(({ other }) => row(embeddings.items, other));
            if (rows.length === 0) numAlone++;
            const mean = [0, 1].map((d) => rows.reduce((sum, values) => sum + values[d], 0) / Math.max(1, rows.length));
            for (const d of [0, 1]) expect(made.embeddings.items[2 * item + d]).toBeCloseTo(mean[d], 5);
          }
          expect(made.numAlone).toBe(numAlone);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps unit vectors at length 1, and needs a warm item', () => {
    const content = rowsOf(Array.from({ length: NUM_ITEMS }, () => [1]));
    const isWarm = Uint8Array.from({ length: NUM_ITEMS }, (_, item) => (item > 0 ? 1 : 0));
    const { items } = contentNeighbourEmbeddings(vectors(true), content, isWarm).embeddings;
    expect(Math.hypot(items[0], items[1])).toBeCloseTo(1, 6);
    expect(() => contentNeighbourEmbeddings(vectors(true), content, new Uint8Array(NUM_ITEMS))).toThrow(
      expect.objectContaining({ code: 'CONTENT_NO_WARM' }),
    );
  });
});
