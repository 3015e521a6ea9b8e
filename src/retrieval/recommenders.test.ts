import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { raggedFromPairs } from '../core/ragged.js';
import { Rng } from '../core/rng.js';
import { buildBipartiteCsr } from '../graph/bipartite-csr.js';
import { EmbeddingRecommender } from './embedding-recommender.js';
import { ItemKnn } from './item-knn.js';
import { popularityEmbeddings } from './popularity.js';
import type { Embeddings, Recommender } from './recommender.js';
import { similarItems, unitRows } from './similar-items.js';

beforeAll(async () => {
  await tf.setBackend('wasm');
});

const NUM_USERS = 8;
const NUM_ITEMS = 9;
type Pair = readonly [number, number];
const anyPairs = fc.uniqueArray(fc.tuple(fc.nat(NUM_USERS - 1), fc.nat(NUM_ITEMS - 1)), {
  minLength: 1,
  maxLength: 45,
  selector: ([user, item]) => `${user} ${item}`,
});
const csrOf = (pairs: readonly Pair[], weight?: Float32Array) =>
  buildBipartiteCsr(
    {
      userIndex: Int32Array.from(pairs, (pair) => pair[0]),
      itemIndex: Int32Array.from(pairs, (pair) => pair[1]),
      weight,
    },
    { numUsers: NUM_USERS, numItems: NUM_ITEMS },
  );
const EVERYONE = Int32Array.from({ length: NUM_USERS }, (_, user) => user);

/** Dense item-item similarities, neighbours by full sort, dense votes. */
function naiveItemKnn(
  pairs: readonly Pair[],
  weights: readonly number[],
  numNeighbors: number,
  shrink: number,
  unitUsers: boolean,
): number[][] {
  const matrix = Array.from({ length: NUM_USERS }, () => new Array<number>(NUM_ITEMS).fill(0));
  for (const [i, [user, item]] of pairs.entries()) matrix[user][item] = weights[i];
  const scaled = matrix.map((row) => {
    const length = unitUsers ? Math.sqrt(row.reduce((sum, value) => sum + value * value, 0)) : 1;
    return row.map((value) => (length > 0 ? value / length : 0));
  });
  const dot = (i: number, j: number) => scaled.reduce((sum, row) => sum + row[i] * row[j], 0);
  const votes = matrix.map(() => new Array<number>(NUM_ITEMS).fill(0));
  for (let j = 0; j < NUM_ITEMS; j++) {
    const neighbors = Array.from({ length: NUM_ITEMS }, (_, i) => i)
      .filter((i) => i !== j && dot(i, j) > 0)
      .map((i) => ({ i, similarity: Math.fround(dot(i, j) / (Math.sqrt(dot(i, i)) * Math.sqrt(dot(j, j)) + shrink)) }))
      .sort((a, b) => b.similarity - a.similarity || a.i - b.i)
      .slice(0, numNeighbors);
    for (const { i, similarity } of neighbors) {
      for (const [user, row] of matrix.entries()) votes[user][j] += row[i] * similarity;
    }
  }
  return votes;
}

describe('ItemKnn', () => {
  it('scores as the dense definition does', async () => {
    const options = fc.record({
      numNeighbors: fc.integer({ min: 1, max: 10 }),
      shrink: fc.constantFrom(0, 1, 7.5),
      unitUsers: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(anyPairs, options, fc.boolean(), async (pairs, knnOptions, isWeighted) => {
        const weights = pairs.map((_, i) => (isWeighted ? 1 + (i % 4) : 1));
        const train = csrOf(pairs, isWeighted ? Float32Array.from(weights) : undefined);
        const top = await new ItemKnn(train, knnOptions).recommend(EVERYONE, NUM_ITEMS);
        const votes = naiveItemKnn(pairs, weights, knnOptions.numNeighbors, knnOptions.shrink, knnOptions.unitUsers);
        for (const user of EVERYONE) {
          const numScored = votes[user].filter((vote) => vote > 0).length;
          for (let rank = 0; rank < NUM_ITEMS; rank++) {
            const id = top.ids[user * NUM_ITEMS + rank];
            const score = top.scores[user * NUM_ITEMS + rank];
            expect(id >= 0).toBe(rank < numScored);
            if (id >= 0) expect(score).toBeCloseTo(votes[user][id], 5);
            if (id >= 0 && rank > 0) expect(score).toBeLessThanOrEqual(top.scores[user * NUM_ITEMS + rank - 1]);
          }
        }
      }),
    );
  });

  it('is the share of common users for items with equally many, and gives a cold user nothing', async () => {
    const knn = new ItemKnn(
      csrOf(
        [
          [0, 0],
          [0, 1],
          [1, 0],
          [1, 1],
          [2, 1],
          [2, 2],
          [3, 0],
        ].map(([u, i]) => [u, i]),
      ),
      {
        shrink: 0,
        unitUsers: false,
      },
    );
    const top = knn.similarItems(Int32Array.of(0, 8), 3);
    // items 0 and 1 share two of three users each; item 2 shares none with item 0
    expect([...top.ids]).toEqual([1, -1, -1, -1, -1, -1]);
    expect(top.scores[0]).toBeCloseTo(2 / 3, 6);
    expect([...(await knn.recommend(Int32Array.of(7), 2)).ids]).toEqual([-1, -1]);
  });

  it('refuses options without meaning', () => {
    const train = csrOf([[0, 0]]);
    expect(() => new ItemKnn(train, { numNeighbors: 0 })).toThrow(/numNeighbors: expected/);
    expect(() => new ItemKnn(train, { shrink: -1 })).toThrow(/shrink: expected/);
  });
});

describe('popularity', () => {
  it('ranks by training interactions, ties by item', async () => {
    const train = csrOf(
      [
        [0, 4],
        [1, 4],
        [2, 4],
        [0, 2],
        [1, 2],
        [3, 7],
        [3, 5],
      ].map(([u, i]) => [u, i]),
    );
    const top = await new EmbeddingRecommender(popularityEmbeddings(train)).recommend(Int32Array.of(6), NUM_ITEMS);
    expect([...top.ids]).toEqual([4, 2, 5, 7, 0, 1, 3, 6, 8]);
    expect([...top.scores]).toEqual([3, 2, 1, 1, 0, 0, 0, 0, 0]);
  });
});

const rng = Rng.of(3, 'recommenders');
const embeddings: Embeddings = {
  embeddingDim: 4,
  users: Float32Array.from({ length: NUM_USERS * 4 }, () => rng.normal()),
  items: Float32Array.from({ length: NUM_ITEMS * 4 }, () => rng.normal()),
  normalized: false,
};
const withUser = (user: number, value: number): Embeddings => {
  const users = embeddings.users.slice();
  users.fill(value, user * 4, (user + 1) * 4);
  return { ...embeddings, users };
};

describe('EmbeddingRecommender', () => {
  it('gives a user without a vector no items, and says so', async () => {
    const recommender = new EmbeddingRecommender(withUser(5, 0));
    const top = await recommender.recommend(Int32Array.of(4, 5), 3);
    expect([...top.ids.subarray(3)]).toEqual([-1, -1, -1]);
    expect(top.ids.subarray(0, 3)).not.toContain(-1);
    expect(recommender.check.warnings).toEqual([expect.stringContaining('every score of user 5 is 0')]);
    expect(new EmbeddingRecommender(embeddings).check.warnings).toEqual([]);
  });

  it('refuses numbers that are not finite and tables of zeros', () => {
    expect(() => new EmbeddingRecommender(withUser(2, Number.NaN))).toThrow(/user 2 has NaN in dimension 0/);
    const infinite = embeddings.items.slice();
    infinite[4 * 3 + 1] = Number.POSITIVE_INFINITY;
    expect(() => new EmbeddingRecommender({ ...embeddings, items: infinite })).toThrow(/item 3 has Infinity/);
    expect(() => new EmbeddingRecommender({ ...embeddings, items: new Float32Array(12) })).toThrow(
      /all 3 item vectors/,
    );
  });
});

describe('similarItems', () => {
  it('ranks the others by cosine', async () => {
    const cosine = (a: number, b: number): number => {
      const x = embeddings.items.subarray(a * 4, a * 4 + 4);
      const y = embeddings.items.subarray(b * 4, b * 4 + 4);
      const dot = (p: Float32Array, q: Float32Array) => p.reduce((sum, value, i) => sum + value * q[i], 0);
      return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
    };
    const top = await similarItems(embeddings, Int32Array.of(6, 0), NUM_ITEMS);
    for (const [query, item] of [6, 0].entries()) {
      const others = Array.from({ length: NUM_ITEMS }, (_, other) => other).filter((other) => other !== item);
      others.sort((a, b) => cosine(item, b) - cosine(item, a));
      expect([...top.ids.subarray(query * NUM_ITEMS, (query + 1) * NUM_ITEMS)]).toEqual([...others, -1]);
      expect(top.scores[query * NUM_ITEMS]).toBeCloseTo(cosine(item, others[0]), 5);
    }
  });

  it('has nothing to say about an item without a vector, nor about an unknown one', async () => {
    const items = embeddings.items.slice();
    items.fill(0, 8, 12);
    const top = await similarItems({ ...embeddings, items }, Int32Array.of(2), 2);
    expect([...top.ids]).toEqual([-1, -1]);
    await expect(similarItems(embeddings, Int32Array.of(9), 2)).rejects.toThrow(/item index 9 is outside 0 … 8/);
  });

  it('makes unit rows and leaves zeros', () => {
    expect([...unitRows(Float32Array.of(3, 4, 0, 0), 2)]).toEqual([Math.fround(0.6), Math.fround(0.8), 0, 0]);
  });
});

// what evaluation and the negative sources rely on, whoever ranks
const anyTrain = csrOf(Array.from({ length: 40 }, (_, i): Pair => [(i * 5) % NUM_USERS, (i * i + 3 * i) % NUM_ITEMS]));
const RANKERS: Record<string, () => Recommender> = {
  embeddings: () => new EmbeddingRecommender(embeddings),
  popularity: () => new EmbeddingRecommender(popularityEmbeddings(anyTrain)),
  itemKnn: () => new ItemKnn(anyTrain),
};

describe.each(Object.entries(RANKERS))('recommender contract: %s', (_, make) => {
  it('orders by score, keeps out what is excluded, and does not depend on the other queries', async () => {
    const recommender = make();
    const exclude = raggedFromPairs(Int32Array.of(0, 0, 2), Int32Array.of(1, 4, 7), 3);
    const users = Int32Array.of(5, 1, 5);
    const k = 6;
    const top = await recommender.recommend(users, k, exclude);
    expect(top.ids).toHaveLength(3 * k);
    for (let query = 0; query < 3; query++) {
      const ids = [...top.ids.subarray(query * k, (query + 1) * k)].filter((id) => id >= 0);
      expect(new Set(ids).size).toBe(ids.length);
      const excluded = exclude.values.subarray(exclude.offsets[query], exclude.offsets[query + 1]);
      expect(ids.filter((id) => excluded.includes(id))).toEqual([]);
      const scores = [...top.scores.subarray(query * k, (query + 1) * k)];
      expect(scores).toEqual(scores.slice().sort((a, b) => b - a));
    }
    const alone = await recommender.recommend(Int32Array.of(1), k);
    expect(alone.scores).toEqual(top.scores.slice(k, 2 * k));
    const shorter = await recommender.recommend(Int32Array.of(1), 2);
    expect(shorter.ids).toEqual(alone.ids.slice(0, 2));
  });

  it('refuses users it does not know', async () => {
    await expect(make().recommend(Int32Array.of(0, NUM_USERS), 1)).rejects.toThrow(/user index 8 is outside 0 … 7/);
    await expect(make().recommend(Int32Array.of(-1), 1)).rejects.toThrow(/user index -1/);
  });
});
