/** What is timed in this process: our evaluation and ranking, our dense product, FAISS. All times are medians in ms. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAddon } from '../../dist/backend/native/index.js';
import { selectRaggedRows } from '../../dist/core/ragged.js';
import { evaluateRecommender, METRIC_NAMES } from '../../dist/evaluation/index.js';
import { gatherRows } from '../../dist/retrieval/embedding-recommender.js';
import { faissBackend } from '../../dist/retrieval/faiss/faiss-backend.js';
import { buildFaissIndex, openIndex } from '../../dist/retrieval/index.js';
import { searchExcluding } from '../../dist/retrieval/search-excluding.js';

const BATCH = 2048;
const SHARE_OF_USERS = 8;

export function median(times) {
  return times.slice().sort((a, b) => a - b)[times.length >> 1];
}

async function timed(repeats, action) {
  const times = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const start = performance.now();
    await action();
    times.push(performance.now() - start);
  }
  return median(times);
}

/** Ranking, hit matrix, all metrics, cohorts. */
export function evaluateOurs(recommender, pairs, k, repeats, { meanRank = false }) {
  const { relevant, exclude, itemDegrees, userDegrees } = pairs;
  const options = {
    relevant,
    exclude,
    itemDegrees,
    userDegrees,
    topK: [k],
    ...(meanRank && { metrics: METRIC_NAMES }),
  };
  return timed(repeats, () => evaluateRecommender(recommender, options));
}

export async function rankOurs(recommender, exclude, k, repeats) {
  const { numUsers } = recommender;
  const ids = new Int32Array(numUsers * k);
  const all = Int32Array.from({ length: numUsers }, (_, user) => user);
  const ms = await timed(repeats, async () => {
    for (let first = 0; first < numUsers; first += BATCH) {
      const users = all.subarray(first, first + BATCH);
      ids.set((await recommender.recommend(users, k, selectRaggedRows(exclude, users))).ids, first * k);
    }
  });
  return { ms, ids };
}

/** GFLOP/s of our dense product where its operands stay in the cache; undefined without the native kernels. */
export function denseRate(repeats) {
  const loaded = loadAddon();
  if (!('addon' in loaded)) return undefined;
  const [rows, columns, depth] = [4096, 1024, 128];
  const [a, b, out] = [rows * depth, columns * depth, rows * columns].map((length) =>
    loaded.addon.allocate(length).fill(1),
  );
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 20 * repeats; i++) {
    const start = performance.now();
    loaded.addon.matMul(a, b, rows, columns, depth, false, false, out);
    best = Math.min(best, performance.now() - start);
  }
  return (2 * rows * columns * depth) / best / 1e6;
}

/** A part of the users, in order of how many items they exclude; the time is scaled to all. */
export async function rankFaiss({ items, users, embeddingDim }, exclude, k, repeats, folder, ids) {
  const backend = faissBackend();
  if (backend.kind === 'own') return undefined;
  const file = join(folder, 'flat.faiss');
  writeFileSync(file, await buildFaissIndex(items, embeddingDim, { factory: 'Flat' }));
  const index = await openIndex(file);
  const count = (user) => exclude.offsets[user + 1] - exclude.offsets[user];
  const order = Int32Array.from({ length: exclude.offsets.length - 1 }, (_, user) => user).sort(
    (a, b) => count(a) - count(b),
  );
  const chosen = order.filter((_, at) => at % SHARE_OF_USERS === 0);
  const found = new Int32Array(chosen.length * k);
  const ms = await timed(repeats, async () => {
    for (let first = 0; first < chosen.length; first += BATCH / SHARE_OF_USERS) {
      const batch = chosen.subarray(first, first + BATCH / SHARE_OF_USERS);
      const queries = gatherRows(users, embeddingDim, batch);
      found.set((await searchExcluding(index, queries, k, selectRaggedRows(exclude, batch))).ids, first * k);
    }
  });
  const expected = Int32Array.from(found, (_, at) => ids[chosen[Math.floor(at / k)] * k + (at % k)]);
  return {
    ms: (ms * order.length) / chosen.length,
    version: backend.version,
    agreement: agreement(found, expected, k),
  };
}

/** Share of the places of `expected` whose item is in the same list of `found`, `[numLists, k]` both. */
export function agreement(found, expected, k) {
  let same = 0;
  for (let at = 0; at < expected.length; at += k) {
    const list = new Set(found.subarray(at, at + k));
    for (let i = at; i < at + k; i++) if (list.has(expected[i])) same++;
  }
  return same / expected.length;
}
