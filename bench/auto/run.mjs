/**
 * What `train` chooses without a preset, beside the models that it promises not to stay below; see README.md. Needs `npm run build` (npm
 * start does it). Everything is selected on validation; the test pairs are met once, at the end.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { evaluateRun, loadRun, pairedTest, train, trainAuto, useBackend } from '../../dist/index.js';
import { DATA_SETS, TINY } from './data-sets.mjs';
import { markdown } from './table.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const BASELINES = ['popularity', 'item-knn', 'two-tower', 'lightgcn', 'joint'];
const COMPARED = 'ndcg@20';
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: resolve(HERE, '../../.cache/auto') },
    backend: { type: 'string', default: 'auto' },
    tiny: { type: 'boolean', default: false },
  },
});
const { tiny } = values;
const seed = Number(values.seed);
const config = { seed, ...(tiny && { training: { epochs: 2, batchSize: 256 } }) };
const reporter = { info: console.error, warn: console.error, progress: () => ({ update() {}, finish() {} }) };

/** Trained now, or by an earlier call: what was stopped goes on. */
async function measure(name, graph, folder) {
  const options = { source: graph, run: join(folder, name), backend: values.backend, reporter };
  const isThere = existsSync(join(options.run, 'manifest.json'));
  const isDone = existsSync(join(options.run, 'report.json'));
  let auto;
  let better;
  if (name === 'auto')
    ({ auto, better } = await trainAuto({ ...options, ...(isThere ? { resume: true } : { config }) }));
  else if (!isDone) await train({ ...options, ...(isThere ? { resume: true } : { preset: name, config }) });
  // what stands in for what was trained is what auto made
  const run = await loadRun(better?.run ?? options.run);
  const of = (part) => evaluateRun(run, { part, topK: [20], maxUsers: 'all' });
  const [valid, test] = [await of('valid'), await of('test')];
  const figures = ({ metrics }) => ({ 'recall@20': metrics['recall@20'], 'ndcg@20': metrics['ndcg@20'] });
  const { bestEpoch } = run.manifest;
  const told = { name, preset: run.manifest.preset, bestEpoch, valid: figures(valid), test: figures(test) };
  return { ...told, ...(auto && { auto: { ...auto, asked: undefined } }), perUser: test.perUser[COMPARED] };
}

/** How much better auto is on test than a baseline, over the same users. */
function against(auto, baseline) {
  const { meanDifference, low, high, pValue } = pairedTest({ a: baseline.perUser, b: auto.perUser });
  return { metric: COMPARED, meanDifference, low, high, pValue };
}

async function compare(set, open, runs, environment) {
  const graph = await open(runs);
  if (graph === undefined) return console.log(`${set} is skipped: its data are not there (TWINLIGHT_DATA)`);
  const { id, hash, statistics } = graph.manifest;
  console.log(`\n**${set}** (graph ${id}), seed ${seed}`);
  const folder = join(runs, `${set}-seed-${seed}`);
  const measured = [];
  for (const name of ['auto', ...BASELINES]) measured.push(await measure(name, graph, folder));
  const [auto, ...baselines] = measured;
  const rows = measured.map(({ perUser: _perUser, ...row }) => row);
  for (const [at, baseline] of baselines.entries()) rows[at + 1].autoMinusThis = against(auto, baseline);
  const text = markdown(rows);
  console.log(`\n${text}`);
  if (tiny) return undefined;
  const file = join(HERE, 'results', `${set}-seed-${seed}.json`);
  mkdirSync(dirname(file), { recursive: true });
  const result = { set, date: new Date().toISOString(), ...environment, graph: id, hash, statistics, seed, rows };
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  console.log(`\nfiled in ${relative(HERE, file)}`);
}

const runs = tiny ? mkdtempSync(join(tmpdir(), 'twinlight-bench-auto-')) : resolve(values.runs);
try {
  const { name, detail } = await useBackend(values.backend);
  const threads = process.env.TWINLIGHT_THREADS ?? 'all';
  const machine = { cpu: cpus()[0].model, cores: cpus().length, threads, node: process.version };
  const sets = tiny ? TINY : DATA_SETS;
  const names = values.data?.split(',') ?? Object.keys(sets);
  for (const set of names) {
    if (!sets[set]) throw new Error(`--data ${set}: expected some of ${Object.keys(sets).join(', ')}`);
    await compare(set, sets[set], runs, { ...machine, backend: `${name}, ${detail}` });
  }
} finally {
  if (tiny) rmSync(runs, { recursive: true, force: true });
}
