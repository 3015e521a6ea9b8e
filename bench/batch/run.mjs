/** How many users a second are answered, one at a time and into files; see README.md. Needs `npm run build` (npm start does it). */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { emptyRagged } from '../../dist/core/ragged.js';
import {
  buildBipartiteCsr,
  compileFilter,
  EmbeddingRecommender,
  Rng,
  recommendAll,
  recommendEach,
  recommendForProfile,
  resolveConfig,
  similarAll,
  useBackend,
  Vocabulary,
} from '../../dist/index.js';
import { servingOfRun } from '../../dist/runs/serving-of-run.js';

const HERE = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '29858' },
    repeats: { type: 'string', default: '3' },
    tiny: { type: 'boolean', default: false },
  },
});
/** Users, items, training interactions a user and numbers a vector: gowalla's. */
const [numUsers, numItems, perUser, DIM] = values.tiny ? [60, 200, 5, 8] : [Number(values.users), 40_981, 27, 64];
const repeats = values.tiny ? 1 : Number(values.repeats);
const singles = values.tiny ? 10 : 500;

const backend = await useBackend();
const model = { serving: servingOfRun(madeUpRun()) };
const work = mkdtempSync(join(tmpdir(), 'twinlight-bench-batch-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

/** One of 20 genres, and a price of 0 to 100. */
const FILTERS = {
  'no filter': {},
  'a condition, 7.5 % pass': { where: 'genre in (g1, g2, g3) and price < 50' },
  'a condition, 95 % pass': { where: 'genre != g1' },
  'at most 2 of a genre': { maxPer: { genre: 2 } },
  'at least 5 of one genre': { quotas: { genre: { g7: 5 } } },
  MMR: { mmr: {} },
};

const results = [];
for (const [name, asked] of Object.entries(FILTERS)) {
  const filter = compileFilter(model, asked);
  const one = await timed(singles, async (i) => {
    await recommendForProfile(model, { user: `u${i % numUsers}` }, { k: 20, filter });
  });
  const fresh = await timed(singles, async (i) => {
    await recommendForProfile(model, { user: `u${i % numUsers}` }, { k: 20, filter: asked });
  });
  tell({ what: 'an answer, filter compiled before', name, unit: 'answers', count: singles, ...one });
  tell({ what: 'an answer, filter compiled for it', name, unit: 'answers', count: singles, ...fresh });
  const each = await timed(repeats, async () => {
    for await (const block of recommendEach(model, everybody(), { k: 20, filter })) if (block.length === 0) return;
  });
  tell({ what: 'all users, k 20, no file', name, unit: 'users', count: numUsers * repeats, ...each });
}
const FILES = {
  'k 20, csv': { k: 20, out: 'recs.csv' },
  'k 20, jsonl': { k: 20, out: 'recs.jsonl' },
  'k 20, parquet': { k: 20, out: 'recs.parquet' },
  'k 100, parquet': { k: 100, out: 'many.parquet' },
  'k 20 with both vectors, parquet': { k: 20, out: 'vectors.parquet', forRanker: 'vectors' },
};
for (const [name, options] of Object.entries(FILES)) {
  const out = join(work, options.out);
  const taken = await timed(1, async () => void (await recommendAll(model, { ...options, out, overwrite: true })));
  const megabytes = Math.round(statSync(out).size / 1e5) / 10;
  tell({ what: 'all users into a file', name, unit: 'users', count: numUsers, ...taken, megabytes });
  rmSync(out);
}
const neighbours = await timed(1, async () => void (await similarAll(model, { k: 50, out: join(work, 'n.parquet') })));
tell({
  what: 'neighbours of all items into a file',
  name: 'k 50, parquet',
  unit: 'items',
  count: numItems,
  ...neighbours,
});

if (!values.tiny) {
  const date = new Date().toISOString().slice(0, 10);
  const machine = {
    cpu: cpus()[0].model,
    cores: cpus().length,
    threads: process.env.TWINLIGHT_THREADS,
    node: process.version,
  };
  const peakMegabytes = Math.round(process.resourceUsage().maxRSS / 1000);
  mkdirSync(join(HERE, 'results'), { recursive: true });
  const filed = {
    date,
    machine,
    backend: backend.name,
    numUsers,
    numItems,
    embeddingDim: DIM,
    repeats,
    peakMegabytes,
    results,
  };
  writeFileSync(join(HERE, 'results', `${date}.json`), `${JSON.stringify(filed, null, 2)}\n`);
}

function tell(result) {
  results.push(result);
  const { what, name, unit, count, seconds, cpuSeconds, megabytes } = result;
  const size = megabytes === undefined ? '' : `, ${megabytes} MB`;
  const rate = (time) => Math.round(count / time);
  console.log(
    `${what}, ${name}: ${rate(seconds)} ${unit} a second (${rate(cpuSeconds)} a second of a processor)${size}`,
  );
}

/** Once before, for the compiler; then time on the clock and of processors, which others on the machine lengthen less. */
async function timed(times, workOnce) {
  if (times > 1) await workOnce(0);
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  for (let i = 0; i < times; i++) await workOnce(i);
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - start) / 1000, cpuSeconds: (user + system) / 1e6 };
}

function* everybody() {
  for (let user = 0; user < numUsers; user++) yield { user: `u${user}` };
}

/** Random vectors and interactions: what they are is of no matter for the time. */
function madeUpRun() {
  const rng = Rng.of(1, 'bench-batch');
  const numbers = (length) => Float32Array.from({ length }, () => rng.normal());
  const users = Vocabulary.from(Array.from({ length: numUsers }, (_, i) => `u${i}`));
  const items = Vocabulary.from(Array.from({ length: numItems }, (_, i) => `i${i}`));
  const length = numUsers * perUser;
  const userIndex = Int32Array.from({ length }, (_, i) => Math.floor(i / perUser));
  const itemIndex = Int32Array.from({ length }, (_, i) => (i * 7919) % numItems);
  const train = buildBipartiteCsr({ userIndex, itemIndex }, { numUsers, numItems });
  const genres = Array.from({ length: 20 }, (_, i) => `g${i}`);
  const columns = {
    genre: { kind: 'categorical', values: genres, codes: Int32Array.from({ length: numItems }, () => rng.integer(20)) },
    price: { kind: 'numeric', numbers: Float64Array.from({ length: numItems }, () => 100 * rng.uniform()) },
  };
  const embeddings = {
    embeddingDim: DIM,
    users: numbers(numUsers * DIM),
    items: numbers(numItems * DIM),
    normalized: false,
  };
  return {
    manifest: { id: 'made-up', preset: 'joint' },
    config: resolveConfig([], 'made-up'),
    graph: {
      users,
      items,
      train,
      valid: emptyRagged(numUsers),
      test: emptyRagged(numUsers),
      itemFeatures: { numRows: numItems, columns },
    },
    embeddings,
    recommender: new EmbeddingRecommender(embeddings),
  };
}
