/**
 * Popularity in a segment of the users (age group, country …) as vectors: what is shown to people of whom nothing else is known.
 *
 *     score(u, i) = interactions of i by users of u's segment + ε · interactions of i,   ε small enough to break ties alone
 *
 * A user is its segment's unit vector, an item its counts by segment, so it is served, exported and evaluated like any trained
 * model. Users without a segment get the popularity among all.
 */
import { ConfigError } from '../core/errors.js';
import type { BipartiteCsr } from '../graph/bipartite-csr.js';
import type { Embeddings } from './recommender.js';

/** Counts of every item in every segment are dense. */
const MOST_SEGMENTS = 256;

/**
 * @param segments of the users, -1 for none, `[numUsers]`
 * @param numSegments numbers are below it
 * @throws ConfigError `SEGMENT_COUNT`
 */
export function segmentPopularityEmbeddings(
  train: BipartiteCsr,
  segments: Int32Array,
  numSegments: number,
): Embeddings {
  if (numSegments > MOST_SEGMENTS) {
    const message = `a segment must have ${MOST_SEGMENTS} values at most, got ${numSegments}: each needs counts of all items`;
    throw new ConfigError('SEGMENT_COUNT', message);
  }
  const { numUsers, numItems, userOffsets, userNeighbors } = train;
  // the last column counts all users
  const embeddingDim = numSegments + 1;
  const items = new Float32Array(numItems * embeddingDim);
  let most = 0;
  for (let user = 0; user < numUsers; user++) {
    for (let edge = userOffsets[user]; edge < userOffsets[user + 1]; edge++) {
      const row = userNeighbors[edge] * embeddingDim;
      if (segments[user] >= 0) items[row + segments[user]]++;
      items[row + numSegments]++;
      most = Math.max(most, items[row + numSegments]);
    }
  }
  const users = new Float32Array(numUsers * embeddingDim);
  for (let user = 0; user < numUsers; user++) {
    const isPlaced = segments[user] >= 0;
    if (isPlaced) users[user * embeddingDim + segments[user]] = 1;
    users[user * embeddingDim + numSegments] = isPlaced ? 1 / (2 * (most + 1)) : 1;
  }
  return { embeddingDim, users, items, normalized: false };
}
