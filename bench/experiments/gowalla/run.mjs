/**
 * From text files to a published figure, timed; see README.md. Needs `npm run build` (npm start does it).
 * Epochs are selected on validation pairs that are no training edges; the final model is trained on train and validation
 * for the selected number of epochs, and only that one meets the test pairs.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { twinlight } from '../study/twinlight.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(HERE, '../../..');
/** LightGCN on gowalla (He et al. 2020, arXiv 2002.02126, table 3). */
const PUBLISHED = { 'recall@20': 0.183, 'ndcg@20': 0.1554 };
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    seed: { type: 'string', default: '42' },
    backend: { type: 'string', default: 'auto' },
    tiny: { type: 'boolean', default: false },
  },
});
const work = mkdtempSync(join(tmpdir(), 'twinlight-bench-gowalla-'));
const start = performance.now();
const elapsed = () => (performance.now() - start) / 1000;
const lines = [];

function say(line) {
  lines.push(line);
  console.log(line);
}

function train(graph, name, ...set) {
  const run = join(work, name);
  const settings = [`seed=${values.seed}`, ...set, ...(values.tiny ? ['training.epochs=2'] : [])];
  const flags = settings.flatMap((setting) => ['--set', setting]);
  const config = ['--preset', 'lightgcn', '--config', join(HERE, 'config.yaml'), '--backend', values.backend];
  const report = twinlight('train', graph, ...config, '--run', run, ...flags);
  return { report, config: readFileSync(join(run, 'config.yaml'), 'utf8') };
}

const shown = (metrics) => ['recall@20', 'ndcg@20'].map((key) => `${key} ${metrics[key].toFixed(4)}`).join('  ');

try {
  const folder = values.data ?? join(process.env.TWINLIGHT_DATA ?? join(ROOT, '../shared/data'), 'gowalla');
  const real = !values.tiny && existsSync(folder);
  if (!values.tiny && !real) console.log(`nothing to measure: no data in ${folder}`);
  if (!real && values.tiny) twinlight('sample', '--out', join(work, 'world'));
  if (real || values.tiny) {
    const graph = twinlight('build', real ? folder : join(work, 'world'), '--out', join(work, 'graphs'));
    say(`${elapsed().toFixed(0)} s  graph ${graph.id}, sha256 ${graph.hash}`);
    const { report: selected, config } = train(graph.folder, 'selected');
    const { bestEpoch, epochs, stepMs } = selected;
    say(
      `${elapsed().toFixed(0)} s  epoch ${bestEpoch} of ${epochs} by validation: ${shown(selected.valid)}; ${stepMs.toFixed(0)} ms a step`,
    );
    const final = train(graph.folder, 'final', 'training.fitOn=train+valid', `training.epochs=${bestEpoch}`).report;
    say(`${elapsed().toFixed(0)} s  on train and validation, ${bestEpoch} epochs: test ${shown(final.test)}`);
    if (real) {
      say(`published (LightGCN, epoch selected on test): ${shown(PUBLISHED)}`);
      const date = new Date().toISOString();
      const machine = { cpu: cpus()[0].model, cores: cpus().length, node: process.version, backend: final.backend };
      const figures = {
        bestEpoch,
        stepMs,
        valid: selected.valid,
        test: final.test,
        testIntervals: final.testIntervals,
      };
      const result = {
        date,
        ...machine,
        seed: Number(values.seed),
        wallSeconds: elapsed(),
        graph: graph.id,
        hash: graph.hash,
        ...figures,
      };
      mkdirSync(join(HERE, 'results'), { recursive: true });
      const base = join(HERE, 'results', `${date.slice(0, 10)}-seed-${values.seed}`);
      writeFileSync(`${base}.json`, `${JSON.stringify(result, null, 2)}\n`);
      writeFileSync(`${base}.log`, `${lines.join('\n')}\n`);
      writeFileSync(`${base}.yaml`, config);
      console.log(`filed in ${base}.json, .log and .yaml`);
    }
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
