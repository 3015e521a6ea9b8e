/** The same run on every backend: step times with the share of each kernel, and recall; see README.md. Needs `npm run build`. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(HERE, '../..');
const CLI = join(ROOT, 'dist/cli/main.js');
/** Largest difference of recall@20 to `native` that counts as the same. */
const TOLERANCE = 0.002;

const { values } = parseArgs({
  options: {
    backends: { type: 'string', default: 'native,tensorflow,webgpu,wasm' },
    data: { type: 'string', default: 'gowalla' },
    preset: { type: 'string', default: 'xsimgcl' },
    steps: { type: 'string', default: '8' },
    epochs: { type: 'string', default: '8' },
    only: { type: 'string' },
    tiny: { type: 'boolean', default: false },
  },
});
const { tiny, preset, only } = values;
const work = mkdtempSync(join(tmpdir(), 'twinlight-bench-backends-'));
const data = process.env.TWINLIGHT_DATA ?? join(ROOT, '../shared/data');

/** Runs a script and returns the JSON document it prints. */
function json(script, ...args) {
  const child = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (child.status === 0) return JSON.parse(child.stdout);
  throw new Error(child.stderr.match(/(?<=Error: |^)[^\n]*backend "[^\n]*/m)?.[0] ?? child.stderr.trim());
}

/** Real data, else (and with --tiny) a planted world, which is said. */
function graphOf(name, ...options) {
  let source = join(data, name);
  let given = options;
  if (tiny || !existsSync(source)) {
    if (!tiny) console.error(`no ${name} in the data folder: a planted world instead`);
    source = join(work, 'planted');
    given = [];
    if (!existsSync(source)) json(CLI, 'sample', '--out', source, '--json', '--quiet');
  }
  return json(CLI, 'build', source, ...given, '--out', join(work, 'graphs'), '--json', '--quiet');
}

/** One result a backend; one that can't be had is left out, with the reason. */
function onEach(body) {
  return values.backends.split(',').flatMap((backend) => {
    try {
      return [{ backend, ...body(backend) }];
    } catch (error) {
      console.error(`left out: ${backend}: ${error.message.split('\n')[0]}`);
      return [];
    }
  });
}

function stepTimes() {
  const graph = graphOf(values.data);
  console.log(`step times of ${preset} on ${graph.id}`);
  const rows = onEach((backend) => {
    const row = json(join(HERE, 'measure.mjs'), graph.folder, preset, backend, tiny ? '2' : values.steps);
    console.log(
      `${backend.padEnd(11)} ${row.stepMs.toFixed(1).padStart(9)} ms a step ${String(row.peakRssMB).padStart(6)} MB`,
    );
    console.log(
      `            ${((row.stepMs * row.stepsPerEpoch) / 1000).toFixed(1)} s an epoch of ${row.stepsPerEpoch} steps`,
    );
    const shares = Object.entries(row.kernels).sort(([, a], [, b]) => b - a);
    const rest = 1 - shares.reduce((sum, [, share]) => sum + share, 0);
    const told = [...shares, ['the rest', rest]].map(([name, share]) => `${name} ${(100 * share).toFixed(0)} %`);
    if (row.device === 'cpu' || backend === 'webgpu') console.log(`            ${told.join(', ')}`);
    else console.log('            (no shares: kernels are only launched when they return)');
    return row;
  });
  return { graph: graph.id, rows };
}

function recall() {
  const graph = graphOf('ml-100k', '--min-rating', '4', '--split', 'per-user-time');
  const epochs = tiny ? '1' : values.epochs;
  console.log(`recall@20 of ${preset} on ${graph.id}, ${epochs} epochs, seed 42`);
  const rows = onEach((backend) => {
    const run = join(work, `run-${backend}`);
    const settings = ['--set', `training.epochs=${epochs}`, '--set', 'training.patience=0', '--seed', '42'];
    json(
      CLI,
      'train',
      graph.folder,
      '--preset',
      preset,
      '--backend',
      backend,
      '--run',
      run,
      ...settings,
      '--json',
      '--quiet',
    );
    const { metrics } = json(CLI, 'evaluate', run, '--k', '20', '--json', '--quiet');
    return { backend, recallAt20: metrics['recall@20'], ndcgAt20: metrics['ndcg@20'] };
  });
  const reference = rows.find(({ backend }) => backend === 'native') ?? rows[0];
  for (const row of rows) {
    row.difference = row.recallAt20 - reference.recallAt20;
    const verdict = Math.abs(row.difference) <= TOLERANCE ? 'the same' : 'NOT THE SAME';
    const figures = `${row.recallAt20.toFixed(4)}  ndcg@20 ${row.ndcgAt20.toFixed(4)}`;
    console.log(
      `${row.backend.padEnd(11)} ${figures}  ${row.difference.toFixed(4)} from ${reference.backend}: ${verdict}`,
    );
    if (verdict !== 'the same') process.exitCode = 1;
  }
  return { graph: graph.id, epochs: Number(epochs), rows };
}

try {
  const steps = only === 'recall' ? undefined : stepTimes();
  const quality = only === 'steps' ? undefined : recall();
  if ([steps, quality].some((part) => part?.rows.length === 0)) throw new Error('nothing could be measured');
  if (!tiny) {
    const date = new Date().toISOString();
    const machine = { cpu: cpus()[0].model, cores: cpus().length, node: process.version };
    mkdirSync(join(HERE, 'results'), { recursive: true });
    const file = join(HERE, 'results', `${[date.slice(0, 10), only].filter(Boolean).join('-')}.json`);
    writeFileSync(file, `${JSON.stringify({ date, preset, ...machine, steps, quality }, null, 2)}\n`);
    console.log(`filed in ${file}`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
