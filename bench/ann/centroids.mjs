/**
 * Which centroids make the best lists of an IVF index: clusters of items (what FAISS does), of users, of both, or the item
 * prototypes of training. For each, how much of the exact top 20 is found by the items that have to be looked at, and
 * how even the lists are. Built and searched by FAISS; needs it, and `npm run build`.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  buildFaissIndex,
  createPlantedWorld,
  ExactTopK,
  loadRun,
  openIndex,
  train,
  useBackend,
} from '../../dist/index.js';
import { centroidsOf } from './read-centroids.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: process.env.TWINLIGHT_DATA ?? join(HERE, '../../../shared/data') },
    only: { type: 'string' },
    lists: { type: 'string', default: '64' },
    runs: { type: 'string', default: join(HERE, '../../.cache/ann') },
    tiny: { type: 'boolean', default: false },
  },
});
const LISTS = options.tiny ? 8 : Number(options.lists);
const TOP_K = 20;
const MOST_USERS = 2000;
/** Shares of the catalogue at which recall is read off. */
const SHARES = [0.02, 0.05, 0.1, 0.2];

/** As in bench/experiments/joint/trials/one-seed.txt: the presets, and the settings that suit the size of the data. */
const SETS = {
  'ml-100k': {
    data: { minRating: 4, split: { name: 'per-user-time' } },
    training: { batchSize: 1024, learningRate: 0.005, epochs: 40, patience: 5 },
    temperature: 0.25,
  },
  'citeulike-t': {
    training: { batchSize: 2048, learningRate: 0.005, epochs: 60, patience: 5, monitor: 'warm.ndcg@20' },
  },
  gowalla: { training: { batchSize: 2048, learningRate: 0.005, epochs: 14, patience: 3 } },
};
/** Seconds, no real data: shows only that the benchmark runs. */
const TINY = { training: { batchSize: 256, learningRate: 0.01, epochs: 3 } };
const PRESETS = ['joint', 'joint-one-pass'];

/** Runs are kept in `--runs`, so that figures can be read off anew. */
async function runOf(set, preset) {
  const folder = join(options.runs, `${set}-${preset}-${LISTS}`);
  if (existsSync(join(folder, 'report.json'))) return loadRun(folder);
  const { data, training, temperature = 0.15 } = SETS[set] ?? TINY;
  const prototypes = { numItemPrototypes: LISTS, ...(preset === 'joint' && { numUserPrototypes: LISTS }) };
  await train({
    source: SETS[set] ? join(options.data, set) : createPlantedWorld({ numUsers: 300, numItems: 400 }).interactions,
    preset,
    config: { data, training, losses: { main: { temperature }, prototypes }, seed: 1 },
    run: folder,
    graphsDir: join(options.runs, 'graphs'),
    skipTest: true,
    overwrite: true,
  });
  return loadRun(folder);
}

/** Rows of a table one after the other. */
function stacked(...tables) {
  const joined = new Float32Array(tables.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const table of tables) {
    joined.set(table, at);
    at += table.length;
  }
  return joined;
}

/** The smaller table as often as needed to be as long as the larger one. */
function halves(a, b) {
  const length = Math.max(a.length, b.length);
  const fill = (table) => Float32Array.from({ length }, (_, at) => table[at % table.length]);
  return stacked(fill(a), fill(b));
}

/** Ids of the largest inner products, `[numQueries, k]`. */
const nearest = async (table, dim, queries, k) => (await new ExactTopK(table, dim).search(queries, k)).ids;

/** @param lists list of each item @param probes lists by descending inner product with the centroid, a row a user */
function curveOf(lists, probes, truth, numItems) {
  const sizes = new Int32Array(LISTS);
  for (const list of lists) sizes[list]++;
  const numUsers = truth.length / TOP_K;
  const found = new Float64Array(LISTS);
  const scanned = new Float64Array(LISTS);
  const rank = new Int32Array(LISTS);
  for (let user = 0; user < numUsers; user++) {
    for (let at = 0; at < LISTS; at++) {
      const list = probes[user * LISTS + at];
      rank[list] = at;
      scanned[at] += sizes[list];
    }
    for (const item of truth.subarray(user * TOP_K, (user + 1) * TOP_K)) found[rank[lists[item]]]++;
  }
  let [hits, looked] = [0, 0];
  const curve = Array.from({ length: LISTS }, (_, at) => {
    hits += found[at];
    looked += scanned[at];
    return { nprobe: at + 1, scanned: looked / numUsers, recall: hits / truth.length };
  });
  const imbalance = (LISTS * sizes.reduce((sum, size) => sum + size ** 2, 0)) / numItems ** 2;
  return { imbalance, empty: sizes.filter((size) => size === 0).length, curve };
}

/** On the line between the two settings around it; before the first, between nothing and it. */
function recallAt(curve, scanned) {
  const after = curve.findIndex((point) => point.scanned >= scanned);
  const before = after === 0 ? { scanned: 0, recall: 0 } : curve[after - 1];
  const { scanned: next, recall } = curve[after];
  return before.recall + ((scanned - before.scanned) / (next - before.scanned)) * (recall - before.recall);
}

const backend = await useBackend('auto');
if (options.tiny) options.runs = mkdtempSync(join(tmpdir(), 'twinlight-centroids-'));
mkdirSync(options.runs, { recursive: true });
const results = [];
const sets = options.tiny ? ['planted'] : (options.only?.split(',') ?? Object.keys(SETS));
for (const set of sets) {
  if (set !== 'planted' && !existsSync(join(options.data, set))) {
    console.log(`${set}: not here, left out (set TWINLIGHT_DATA)`);
    continue;
  }
  for (const preset of PRESETS) {
    const run = await runOf(set, preset);
    const { embeddings, itemPrototypes } = run;
    const { users, items, embeddingDim: dim } = embeddings;
    const [numUsers, numItems] = [users.length / dim, items.length / dim];
    const step = Math.max(1, Math.floor(numUsers / MOST_USERS));
    const asked = Array.from({ length: Math.min(numUsers, MOST_USERS) }, (_, i) => i * step);
    const queries = stacked(...asked.map((user) => users.subarray(user * dim, (user + 1) * dim)));
    const truth = await nearest(items, dim, queries, TOP_K);
    const choices = {
      items,
      users,
      'items and users': stacked(items, users),
      'items and users, half each': halves(items, users),
      prototypes: itemPrototypes.vectors,
    };
    for (const [centroids, clustersOf] of Object.entries(choices)) {
      const nprobe = Math.ceil(Math.sqrt(LISTS));
      const path = join(options.runs, 'index.faiss');
      const index = await buildFaissIndex(items, dim, { factory: `IVF${LISTS},Flat`, nprobe, clustersOf });
      writeFileSync(path, index);
      const table = centroidsOf(index);
      const lists = await nearest(table, dim, items, 1);
      const probes = await nearest(table, dim, queries, LISTS);
      const { imbalance, empty, curve } = curveOf(lists, probes, truth, numItems);
      // what FAISS itself finds with this file, beside what the curve says it should
      const { ids } = await openIndex(path).search(queries, TOP_K);
      const hits = asked.reduce((sum, _, user) => {
        const wanted = new Set(truth.subarray(user * TOP_K, (user + 1) * TOP_K));
        return sum + ids.subarray(user * TOP_K, (user + 1) * TOP_K).reduce((n, id) => n + Number(wanted.has(id)), 0);
      }, 0);
      const byFaiss = hits / truth.length;
      if (Math.abs(byFaiss - curve[nprobe - 1].recall) > 0.002) {
        throw new Error(
          `${set}, ${preset}, ${centroids}: FAISS finds ${byFaiss}, expected ${curve[nprobe - 1].recall}`,
        );
      }
      const at = Object.fromEntries(SHARES.map((share) => [share, recallAt(curve, share * numItems)]));
      results.push({
        set,
        graph: run.graph.manifest.id,
        preset,
        numUsers,
        numItems,
        centroids,
        imbalance,
        empty,
        byFaiss,
        at,
        curve,
      });
      const shown = SHARES.map((share) => `${100 * share} % ${at[share].toFixed(3)}`).join('  ');
      console.log(
        `${set}  ${preset}  ${centroids}  imbalance ${imbalance.toFixed(2)}  empty ${empty}  recall@20 at ${shown}`,
      );
    }
  }
}
rmSync(options.tiny ? options.runs : join(options.runs, 'index.faiss'), { recursive: true, force: true });
if (!options.tiny && results.length > 0) {
  const date = new Date().toISOString().slice(0, 10);
  const file = {
    benchmark: 'centroids',
    date,
    lists: LISTS,
    topK: TOP_K,
    seed: 1,
    environment: {
      cpu: cpus()[0].model,
      cores: cpus().length,
      node: process.version,
      backend: `${backend.name}, ${backend.detail}`,
    },
    results,
  };
  const path = join(HERE, 'results', `${date}-centroids-${LISTS}.json`);
  const rounded = (_key, value) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
  writeFileSync(path, `${JSON.stringify(file, rounded, 1)}\n`);
}
