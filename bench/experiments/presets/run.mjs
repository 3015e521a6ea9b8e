/**
 * Every preset on the LightGCN splits of gowalla and yelp2018; see README.md. Needs `npm run build` (npm start does it).
 * The epoch is selected on validation pairs that are no training edges, with the first seed; the final models, one a seed,
 * are trained on train and validation for the selected number of epochs, and only they meet the test pairs.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { twinlight } from '../study/twinlight.mjs';
import { cellsOf, filedRows, shown } from './filed-rows.mjs';
import { fuse } from './fuse.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(HERE, '../../..');
const { values } = parseArgs({
  options: {
    dataset: { type: 'string', default: 'gowalla' },
    presets: { type: 'string' },
    data: { type: 'string' },
    seeds: { type: 'string', default: '42' },
    backend: { type: 'string', default: 'auto' },
    table: { type: 'boolean', default: false },
    keep: { type: 'string' },
    tiny: { type: 'boolean', default: false },
  },
});
const { dataset, tiny } = values;
const seeds = values.seeds.split(',').map(Number);
const configs = join(HERE, dataset);
const results = join(configs, 'results');

const pick = (metrics) => ['recall@20', 'ndcg@20'].map((key) => metrics[key]);

/** Where a preset's result with a seed is filed. */
const fileOf = (preset, seed) => join(results, `${preset}-seed-${seed}`);

/** Run folder of a stage: `selected` (trained without validation) or `final`. */
const runOf = (preset, stage, work, seed) => join(work, dataset, `${preset}-seed-${seed}-${stage}`);

/** One training of `PRESET.yaml` or `PRESET@VARIANT.yaml`. @returns its report and its resolved configuration */
function train(preset, graph, work, seed, ...set) {
  const run = runOf(preset, set.length ? 'final' : 'selected', work, seed);
  const settings = [`seed=${seed}`, ...set, ...(tiny ? ['training.epochs=1'] : [])].flatMap((key) => ['--set', key]);
  const config = [
    '--preset',
    preset.split('@')[0],
    '--config',
    join(configs, `${preset}.yaml`),
    '--backend',
    values.backend,
  ];
  const resume = existsSync(join(run, 'manifest.json')) ? ['--resume'] : [];
  const start = performance.now();
  const report = twinlight('train', graph.folder, ...config, '--run', run, ...resume, ...settings);
  // of a run that goes on nobody knows what it took before
  const seconds = resume.length ? undefined : (performance.now() - start) / 1000;
  return { report, seconds, config: readFileSync(join(run, 'config.yaml'), 'utf8') };
}

/** Selects the epoch with the first seed, or takes what was selected and filed. */
function select(preset, graph, work) {
  const filed = `${fileOf(preset, seeds[0])}.json`;
  if (!tiny && seeds.length > 1 && existsSync(filed)) return JSON.parse(readFileSync(filed, 'utf8'));
  const { report, config, seconds: selectSeconds } = train(preset, graph, work, seeds[0]);
  const { bestEpoch, epochs, stepMs } = report;
  return { bestEpoch, epochs, stepMs, valid: pick(report.valid), selectedWith: seeds[0], selectSeconds, config };
}

/** Trains on everything with each seed, tests and files; what is filed already stays. */
function study(preset, graph, work, file) {
  const { bestEpoch, epochs, valid, selectedWith, selectSeconds, config } = select(preset, graph, work);
  for (const seed of seeds) {
    if (seeds.length > 1 && existsSync(`${fileOf(preset, seed)}.json`)) continue;
    const final = train(preset, graph, work, seed, 'training.fitOn=train+valid', `training.epochs=${bestEpoch}`);
    const result = {
      preset,
      dataset,
      seed,
      date: new Date().toISOString(),
      machine: { cpu: cpus()[0].model, cores: cpus().length, threads: process.env.TWINLIGHT_THREADS ?? 'all' },
      node: process.version,
      backend: final.report.backend,
      graph: graph.id,
      hash: graph.hash,
      bestEpoch,
      epochs,
      selectedWith: selectedWith ?? seeds[0],
      stepMs: final.report.stepMs,
      selectSeconds,
      finalSeconds: final.seconds,
      valid,
      test: pick(final.report.test),
    };
    console.log(`${preset}, seed ${seed}: epoch ${bestEpoch}, valid ${shown(valid)}, test ${shown(result.test)}`);
    file(result, config ?? final.config);
  }
}

/** `A+B`: models that are kept in `work`, in one index; fuse.mjs. */
function fusion(name, graph, work, file) {
  const first = `${fileOf(name, seeds[0])}.json`;
  let chosen = !tiny && seeds.length > 1 && existsSync(first) ? JSON.parse(readFileSync(first, 'utf8')) : undefined;
  for (const seed of seeds) {
    if (seeds.length > 1 && existsSync(`${fileOf(name, seed)}.json`)) continue;
    const measured = fuse(name.split('+'), (preset, stage) => runOf(preset, stage, work, seed), pick, chosen);
    const result = { preset: name, dataset, seed, date: new Date().toISOString(), graph: graph.id, hash: graph.hash };
    console.log(`${name}, seed ${seed}: ${measured.weights} ${measured.similarity}, test ${shown(measured.test)}`);
    file({ ...result, selectedWith: seeds[0], ...measured, ...(chosen && { tried: undefined }) });
    chosen ??= measured;
  }
}

/** All filed results of the data set, one row a preset. */
function table() {
  const rows = filedRows(dataset).map((row) => `| ${[row.preset, ...cellsOf(row)].join(' | ')} |`);
  return `${[
    '| preset | seeds | by validation | valid | test | published | minutes (threads) |',
    '|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n')}\n`;
}

const names = readdirSync(configs).filter((name) => name.endsWith('.yaml'));
const presets = values.presets?.split(',') ?? names.map((name) => name.slice(0, -'.yaml'.length));
const work = values.keep ? resolve(values.keep) : mkdtempSync(join(tmpdir(), 'twinlight-bench-presets-'));
try {
  const folder = values.data ?? join(process.env.TWINLIGHT_DATA ?? join(ROOT, '../shared/data'), dataset);
  const real = !tiny && existsSync(folder);
  if (!tiny && !values.table && !real) console.log(`nothing to measure: no data in ${folder}`);
  if (tiny) twinlight('sample', '--out', join(work, 'world'));
  if ((real || tiny) && !values.table) {
    const graph = twinlight('build', real ? folder : join(work, 'world'), '--out', join(work, 'graphs'));
    for (const preset of tiny ? [...presets, presets.slice(0, 2).join('+')] : presets) {
      const measure = preset.includes('+') ? fusion : study;
      measure(preset, graph, work, (result, config) => {
        if (!real) return;
        mkdirSync(results, { recursive: true });
        const base = fileOf(preset, result.seed);
        writeFileSync(`${base}.json`, `${JSON.stringify(result, null, 2)}\n`);
        if (config && result.seed === result.selectedWith) writeFileSync(`${base}.yaml`, config);
      });
    }
  }
  if (!tiny) console.log(table());
} finally {
  if (!values.keep) rmSync(work, { recursive: true, force: true });
}
