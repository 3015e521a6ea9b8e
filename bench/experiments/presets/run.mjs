/**
 * Every preset on the LightGCN splits of gowalla and yelp2018; see README.md. Needs `npm run build` (npm start does it).
 * The epoch is selected on validation pairs that are no training edges; the final model is trained on train and
 * validation for the selected number of epochs, and only that one meets the test pairs.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(HERE, '../../..');
const CLI = join(ROOT, 'dist/cli/main.js');
/** Test recall@20 and ndcg@20 as published, most with the epoch selected on test; sources in README.md. */
const PUBLISHED = {
  gowalla: { 'lightgcn-bpr': [0.183, 0.1554], lightgcn: [0.1874, 0.1571], 'two-tower': [0.1759, 0.1395] },
  yelp2018: {
    'lightgcn-bpr': [0.0649, 0.053],
    lightgcn: [0.0736, 0.0612],
    'two-tower': [0.0721, 0.0592],
    sgl: [0.0675, 0.0555],
    xsimgcl: [0.0723, 0.0604],
    history: [0.0749, 0.0619],
  },
};
const { values } = parseArgs({
  options: {
    dataset: { type: 'string', default: 'gowalla' },
    presets: { type: 'string' },
    data: { type: 'string' },
    seed: { type: 'string', default: '42' },
    backend: { type: 'string', default: 'auto' },
    table: { type: 'boolean', default: false },
    tiny: { type: 'boolean', default: false },
  },
});
const { dataset, seed, tiny } = values;
const configs = join(HERE, dataset);
const results = join(configs, 'results');

function twinlight(...args) {
  const child = spawnSync(process.execPath, [CLI, ...args, '--json', '--quiet'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (child.status !== 0) throw new Error(child.stderr);
  return JSON.parse(child.stdout);
}

const pick = (metrics) => ['recall@20', 'ndcg@20'].map((key) => metrics[key]);
const shown = (pair) => (pair ? pair.map((value) => value.toFixed(4).slice(1)).join(' / ') : '');

/** Train, select, train again on everything, test. */
function study(preset, graph, work) {
  const start = performance.now();
  const train = (name, ...set) => {
    const run = join(work, `${preset}-${name}`);
    const settings = [`seed=${seed}`, ...set, ...(tiny ? ['training.epochs=1'] : [])];
    const config = ['--preset', preset, '--config', join(configs, `${preset}.yaml`), '--backend', values.backend];
    const report = twinlight('train', graph.folder, ...config, '--run', run, ...settings.flatMap((s) => ['--set', s]));
    return { report, config: readFileSync(join(run, 'config.yaml'), 'utf8') };
  };
  const { report: selected, config } = train('selected');
  const { bestEpoch, epochs, stepMs } = selected;
  const final = train('final', 'training.fitOn=train+valid', `training.epochs=${bestEpoch}`).report;
  return {
    config,
    result: {
      preset,
      dataset,
      seed: Number(seed),
      date: new Date().toISOString(),
      machine: { cpu: cpus()[0].model, cores: cpus().length, threads: process.env.TWINLIGHT_THREADS ?? 'all' },
      node: process.version,
      backend: final.backend,
      graph: graph.id,
      hash: graph.hash,
      bestEpoch,
      epochs,
      stepMs,
      wallSeconds: (performance.now() - start) / 1000,
      valid: pick(selected.valid),
      test: pick(final.test),
    },
  };
}

/** All filed results of the data set, one row each. */
function table() {
  const rows = existsSync(results) ? readdirSync(results).filter((name) => name.endsWith('.json')) : [];
  const lines = [
    '| preset | seed | epoch, by validation | valid | test | published | wall, two trainings |',
    '|---|---|---|---|---|---|---|',
  ];
  for (const name of rows.sort()) {
    const row = JSON.parse(readFileSync(join(results, name), 'utf8'));
    const threads = row.machine.threads === 'all' ? '' : `, ${row.machine.threads} thread`;
    const wall = `${(row.wallSeconds / 60).toFixed(1)} min${threads}`;
    const cells = [row.preset, row.seed, `${row.bestEpoch} of ${row.epochs}`, shown(row.valid), shown(row.test)];
    lines.push(`| ${[...cells, shown(PUBLISHED[dataset][row.preset]), wall].join(' | ')} |`);
  }
  return `${lines.join('\n')}\n`;
}

const names = readdirSync(configs).filter((name) => name.endsWith('.yaml'));
const presets = values.presets?.split(',') ?? names.map((name) => name.slice(0, -'.yaml'.length));
const work = mkdtempSync(join(tmpdir(), 'twinlight-bench-presets-'));
try {
  const folder = values.data ?? join(process.env.TWINLIGHT_DATA ?? join(ROOT, '../shared/data'), dataset);
  const real = !tiny && existsSync(folder);
  if (!tiny && !values.table && !real) console.log(`nothing to measure: no data in ${folder}`);
  if (tiny) twinlight('sample', '--out', join(work, 'world'));
  if ((real || tiny) && !values.table) {
    const graph = twinlight('build', real ? folder : join(work, 'world'), '--out', join(work, 'graphs'));
    for (const preset of presets) {
      const { config, result } = study(preset, graph, work);
      console.log(`${preset}: epoch ${result.bestEpoch}, valid ${shown(result.valid)}, test ${shown(result.test)}`);
      if (!real) continue;
      mkdirSync(results, { recursive: true });
      const base = join(results, `${preset}-seed-${seed}`);
      writeFileSync(`${base}.json`, `${JSON.stringify(result, null, 2)}\n`);
      writeFileSync(`${base}.yaml`, config);
    }
  }
  if (!tiny) console.log(table());
} finally {
  rmSync(work, { recursive: true, force: true });
}
