import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../backend/index.js';
import { buildBipartiteCsr } from '../graph/bipartite-csr.js';
import { EmbeddingRecommender } from './embedding-recommender.js';
import { segmentPopularityEmbeddings } from './segment-popularity.js';

beforeAll(() => useBackend('auto'));

/** Segment 0: users 0, 1; segment 1: users 2, 3, and 4 without an interaction; users 5 and 6 have no segment. */
const SEGMENTS = Int32Array.of(0, 0, 1, 1, 1, -1, -1);
const pairs = [
  [0, 0],
  [1, 0],
  [0, 1],
  [2, 2],
  [3, 2],
  [2, 1],
  [3, 3],
  [5, 3],
  [5, 1],
  [6, 4],
];
const train = buildBipartiteCsr(
  { userIndex: Int32Array.from(pairs, ([u]) => u), itemIndex: Int32Array.from(pairs, ([, i]) => i) },
  { numUsers: 7, numItems: 5 },
);

describe('segmentPopularityEmbeddings', () => {
  const recommender = new EmbeddingRecommender(segmentPopularityEmbeddings(train, SEGMENTS, 2));
  const ranking = async (user: number) => [...(await recommender.recommend(Int32Array.of(user), 5)).ids];

  it('ranks by the counts in the segment, ties by those of all', async () => {
    // in segment 1: item 2 twice, items 1 and 3 once, of which 1 has three users and 3 two; then by all
    expect(await ranking(4)).toEqual([2, 1, 3, 0, 4]);
    expect(await ranking(0)).toEqual([0, 1, 2, 3, 4]);
  });

  it('gives users without a segment the popularity among all', async () => {
    expect(await ranking(5)).toEqual([1, 0, 2, 3, 4]);
  });

  it('refuses more segments than counts can be kept for', () => {
    expect(() => segmentPopularityEmbeddings(train, SEGMENTS, 257)).toThrow(/256 values at most, got 257/);
  });
});
