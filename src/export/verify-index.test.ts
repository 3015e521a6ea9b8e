import { describe, expect, it } from 'vitest';
import { Rng } from '../core/rng.js';
import type { VectorIndex } from '../retrieval/vector-index.js';
import { rankExactly, sampleSize, verifySearch } from './verify-index.js';

const rng = Rng.of(5, 'verify');
const random = (length: number) => Float32Array.from({ length }, () => rng.normal());
const DIM = 6;
const items = random(90 * DIM);
const users = random(12 * DIM);
const truth = rankExactly({ users, items, embeddingDim: DIM });

/** An index whose answer is the truth, changed by `change`. */
function indexWith(change: (ids: Int32Array, scores: Float32Array) => void): VectorIndex {
  const ids = truth.ids.slice();
  const scores = Float32Array.from(truth.scores);
  change(ids, scores);
  const search = async () => ({ k: truth.topK, ids, scores });
  return { factory: 'Flat', engine: 'own', embeddingDim: DIM, size: 90, idLimit: 90, isExact: true, search };
}

describe('the brute-force ranking', () => {
  it('is that of sorting all products', () => {
    for (let query = 0; query < 12; query++) {
      const score = (row: number) =>
        users.subarray(query * DIM, (query + 1) * DIM).reduce((sum, value, i) => sum + value * items[row * DIM + i], 0);
      const rows = Array.from({ length: 90 }, (_, row) => row).sort((a, b) => score(b) - score(a) || a - b);
      expect([...truth.ids.subarray(query * 20, query * 20 + 20)]).toEqual(rows.slice(0, 20));
    }
  });

  it('puts equal scores in the order of rows', () => {
    const { ids } = rankExactly({ users: Float32Array.of(1), items: Float32Array.of(2, 5, 2, 5, 2), embeddingDim: 1 });
    expect([...ids]).toEqual([1, 3, 0, 2, 4]);
  });

  it('takes a sample of users, and fewer where there is much to compare', () => {
    expect(rankExactly({ users: random(1000), items: random(4), embeddingDim: 1 }).queries.length).toBe(200);
    expect(
      [
        [5, 1e6],
        [1e6, 1e6],
        [1e6, 1e7],
        [1e6, 1e9],
      ].map(([users, numbers]) => sampleSize({ numUsers: users, numbers })),
    ).toEqual([5, 200, 30, 8]);
  });
});

describe('comparing a search with the truth', () => {
  it('passes the truth itself', async () => {
    expect(
      await verifySearch(
        indexWith(() => {}),
        truth,
      ),
    ).toEqual({
      engine: 'own',
      exact: true,
      recallAgainstExact: 1,
      reordered: 0,
    });
  });

  it.each<[string, (ids: Int32Array, scores: Float32Array) => void]>([
    ['two swapped', (ids) => ([ids[0], ids[1]] = [ids[1], ids[0]])],
    ['one missed', (ids) => (ids[3] = -1)],
    ['one twice', (ids) => (ids[3] = ids[2])],
    ['an id that is no row', (ids) => (ids[3] = 90)],
    ['a wrong score', (_, scores) => (scores[3] += 0.001)],
  ])('does not pass a ranking with %s', async (_, change) => {
    expect((await verifySearch(indexWith(change), truth)).exact).toBe(false);
  });

  it('passes items of equal score in another order', async () => {
    const twins = new Float32Array([...items, ...items]);
    const expected = rankExactly({ users, items: twins, embeddingDim: DIM });
    const ids = expected.ids.map((id) => (id + 90) % 180);
    const search = async () => ({ k: expected.topK, ids, scores: Float32Array.from(expected.scores) });
    const result = await verifySearch({ ...indexWith(() => {}), search }, expected);
    expect(result).toMatchObject({ exact: true, recallAgainstExact: 1, reordered: 12 });
  });

  it('counts the share of the top that was found', async () => {
    const result = await verifySearch(
      indexWith((ids) => ids.fill(-1, 0, 60)),
      truth,
    );
    expect(result.recallAgainstExact).toBeCloseTo(1 - 60 / 240);
    expect(result.reordered).toBe(3);
  });
});
