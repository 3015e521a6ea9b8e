/** The K-th item's score: by its definition over sets of items, the true one where the sample is the catalogue, below it else. */
import { beforeAll, describe, expect, it } from 'vitest';
import { randomMatrix } from '../../../tests/random-arrays.js';
import { RUNNABLE_BACKENDS } from '../../../tests/runnable-backends.js';
import { useBackend } from '../../backend/index.js';
import { Rng } from '../../core/rng.js';
import { topKScores } from '../index.js';

const [numUsers, numItems, dim] = [7, 30, 4];
const rows = {
  dim,
  users: randomMatrix(numUsers, dim, 'top-k-users'),
  items: randomMatrix(numItems, dim, 'top-k-items'),
};
/** User u has u items, so that the first has none. */
const lists = Array.from({ length: numUsers }, (_, user) =>
  Array.from({ length: user }, (_unused, at) => (7 * user + 3 * at) % numItems).sort((a, b) => a - b),
);
const offsets = new Int32Array(numUsers + 1);
for (const [user, list] of lists.entries()) offsets[user + 1] = offsets[user] + list.length;
const history = { offsets, values: Int32Array.from(lists.flat()) };
const score = (user: number, item: number): number => {
  let sum = 0;
  for (let d = 0; d < dim; d++) sum += rows.users[user * dim + d] * rows.items[item * dim + d];
  return sum;
};
const kth = (user: number, among: Iterable<number>, k: number): number => {
  const scores = [...among].map((item) => score(user, item)).sort((a, b) => b - a);
  return scores[Math.min(k, scores.length) - 1];
};
const rng = () => Rng.of(3, 'top-k');

describe.each(RUNNABLE_BACKENDS)('topKScores on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  it.each([1, 4, 12])('is the K-th largest of the own items and the sampled ones, each once: K = %i', async (k) => {
    const found = await topKScores(history, rows, { k, numSampled: 9, refreshEvery: 1 }, rng());
    const sample = rng().permutation(numItems).subarray(0, 9);
    for (const [user, own] of lists.entries()) {
      expect(found[user]).toBeCloseTo(kth(user, new Set([...sample, ...own]), k), 5);
    }
  });

  it('is the true one where all items are sampled, and never above it', async () => {
    const every = Array.from({ length: numItems }, (_, item) => item);
    const exact = await topKScores(history, rows, { k: 5, numSampled: 1000, refreshEvery: 1 }, rng());
    const sampled = await topKScores(history, rows, { k: 5, numSampled: 6, refreshEvery: 1 }, rng());
    for (let user = 0; user < numUsers; user++) {
      expect(exact[user]).toBeCloseTo(kth(user, every, 5), 5);
      expect(sampled[user]).toBeLessThanOrEqual(exact[user] + 1e-5);
    }
  });
});
