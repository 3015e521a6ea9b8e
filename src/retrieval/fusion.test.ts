/** Both fusions against their definitions, computed plainly. */
import { describe, expect, it } from 'vitest';
import { randomMatrix } from '../../tests/random-arrays.js';
import { raggedFromPairs } from '../core/ragged.js';
import { EmbeddingRecommender, type Embeddings, fuseEmbeddings, SerialRecommender } from './index.js';

const [numUsers, numItems] = [7, 11];
const model = (label: string, embeddingDim: number): Embeddings => ({
  embeddingDim,
  users: randomMatrix(numUsers, embeddingDim, label, 'users'),
  items: randomMatrix(numItems, embeddingDim, label, 'items'),
  normalized: false,
});
const [a, b] = [model('a', 3), model('b', 5)];
const dot = ({ users, items, embeddingDim }: Embeddings, user: number, item: number): number => {
  let sum = 0;
  for (let d = 0; d < embeddingDim; d++) sum += users[user * embeddingDim + d] * items[item * embeddingDim + d];
  return sum;
};
function cosine({ users, items, embeddingDim }: Embeddings, user: number, item: number): number {
  const u = users.slice(user * embeddingDim, (user + 1) * embeddingDim);
  const v = items.slice(item * embeddingDim, (item + 1) * embeddingDim);
  return u.reduce((sum, value, d) => sum + value * v[d], 0) / (Math.hypot(...u) * Math.hypot(...v));
}

describe('parallel fusion', () => {
  it('has the weighted sum of cosines as its inner product', () => {
    const fused = fuseEmbeddings([a, b], [0.7, 2], 'cosine');
    expect(fused.embeddingDim).toBe(8);
    for (let user = 0; user < numUsers; user++) {
      for (let item = 0; item < numItems; item++) {
        expect(dot(fused, user, item)).toBeCloseTo(0.7 * cosine(a, user, item) + 2 * cosine(b, user, item), 5);
      }
    }
  });

  it('as trained has inner products of models that rank by them, by their root mean square lengths, and others’ cosines', () => {
    const unit = fuseEmbeddings([b], [1], 'cosine');
    const normalized = { ...unit, normalized: true };
    const fused = fuseEmbeddings([a, normalized], [0.7, 2]);
    const meanSquare = (values: Float32Array, rows: number) =>
      values.reduce((sum, value) => sum + value ** 2, 0) / rows;
    const scale = Math.sqrt(meanSquare(a.users, numUsers) * meanSquare(a.items, numItems));
    for (let user = 0; user < numUsers; user++) {
      for (let item = 0; item < numItems; item++) {
        const expected = (0.7 * dot(a, user, item)) / scale + 2 * cosine(b, user, item);
        expect(dot(fused, user, item)).toBeCloseTo(expected, 5);
      }
    }
  });

  it('ranks as its only model does by cosine, and leaves rows without a vector at zero', () => {
    const empty = { ...a, users: Float32Array.from(a.users, (value, at) => (at < 3 ? 0 : value)) };
    const fused = fuseEmbeddings([empty, b], [1, 1], 'cosine');
    expect([...fused.users.slice(0, 3)]).toEqual([0, 0, 0]);
    expect(dot(fused, 0, 4)).toBeCloseTo(cosine(b, 0, 4), 5);
  });

  it('refuses models over other users, and a missing weight', () => {
    const other = { ...b, users: b.users.slice(5) };
    expect(() => fuseEmbeddings([a, other], [1, 1])).toThrow(/model 2 has 6 users/);
    expect(() => fuseEmbeddings([a, b], [1])).toThrow(/expected length 2, got 1/);
  });
});

describe('serial fusion', () => {
  const easy = new EmbeddingRecommender(a);
  const users = Int32Array.of(2, 5);

  it('orders the easy model’s candidates by the hard model and returns nothing else', async () => {
    const exclude = raggedFromPairs(Int32Array.of(0, 1), Int32Array.of(3, 8), 2);
    const { ids, scores } = await new SerialRecommender(easy, b, 4).recommend(users, 6, exclude);
    for (const [query, user] of users.entries()) {
      const allowed = Array.from({ length: numItems }, (_, item) => item).filter((item) => item !== [3, 8][query]);
      const candidates = allowed.sort((x, y) => dot(a, user, y) - dot(a, user, x)).slice(0, 4);
      const expected = candidates.sort((x, y) => dot(b, user, y) - dot(b, user, x));
      expect([...ids.slice(query * 6, query * 6 + 6)]).toEqual([...expected, -1, -1]);
      expect(scores[query * 6]).toBeCloseTo(dot(b, user, expected[0]), 5);
      expect(scores[query * 6 + 5]).toBe(Number.NEGATIVE_INFINITY);
    }
  });

  it('with the whole catalogue as candidates is the hard model', async () => {
    const serial = await new SerialRecommender(easy, b, 100).recommend(users, numItems);
    const hard = await new EmbeddingRecommender(b).recommend(users, numItems);
    expect(serial.ids).toEqual(hard.ids);
  });

  it('keeps the easy model’s order where the hard one has nothing to say', async () => {
    const silent = { ...b, users: new Float32Array(b.users.length) };
    const { ids } = await new SerialRecommender(easy, silent, 6).recommend(users, 6);
    expect(ids).toEqual((await easy.recommend(users, 6)).ids);
  });
});
