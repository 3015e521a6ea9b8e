/** Whether memory stays flat over many training steps; see README.md. Needs `npm run build` (npm start does it). */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const HERE = dirname(fileURLToPath(import.meta.url));
const CLI = resolve(HERE, '../../dist/cli/main.js');
const { values } = parseArgs({
  options: {
    presets: { type: 'string', default: 'two-tower,lightgcn-bpr,xsimgcl,joint' },
    backends: { type: 'string', default: 'native,wasm' },
    steps: { type: 'string', default: '10000' },
    'wasm-steps': { type: 'string', default: '2000' },
    tiny: { type: 'boolean', default: false },
  },
});

/**
 * Most growth over the second half of the steps, as its fitted line has it. Below it stay code that is compiled late,
 * the record of each epoch, and blocks of a size that no earlier batch had; over 5,000 steps, 1 MB is 200 bytes a step,
 * a fifth of the smallest block of the pool.
 */
const MOST = Object.freeze({ numTensors: 0, numDataBuffers: 0, pool: 1 << 20, heapUsed: 1 << 20, rss: 16 << 20 });
const UNITS = { numTensors: 1, numDataBuffers: 1, pool: 1024, heapUsed: 1024, rss: 1024 };
const work = mkdtempSync(join(tmpdir(), 'twinlight-bench-leak-'));

function json(...args) {
  const child = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (child.status !== 0) throw new Error(child.stderr || child.signal);
  return JSON.parse(child.stdout);
}

/** Least-squares slope of `key` over the second half of the steps, times their number. */
function growth(samples, key) {
  const half = samples.filter(({ step }) => step >= samples.at(-1).step / 2);
  const mean = (of) => half.reduce((sum, sample) => sum + of(sample), 0) / half.length;
  const [step, value] = [mean((sample) => sample.step), mean((sample) => sample[key])];
  const covariance = mean((sample) => (sample.step - step) * (sample[key] - value));
  return (covariance / mean((sample) => (sample.step - step) ** 2)) * (half.at(-1).step - half[0].step);
}

const rows = [];
try {
  const planted = join(work, 'planted');
  json(CLI, 'sample', '--out', planted, '--json', '--quiet');
  const graph = json(CLI, 'build', planted, '--out', join(work, 'graphs'), '--json', '--quiet');
  for (const backend of values.backends.split(',')) {
    const steps = values.tiny ? '600' : backend === 'wasm' ? values['wasm-steps'] : values.steps;
    for (const preset of values.tiny ? ['joint'] : values.presets.split(',')) {
      const run = join(work, `${backend}-${preset}`);
      const measure = join(HERE, 'measure.mjs');
      const { stepMs, samples } = json('--expose-gc', measure, graph.folder, preset, backend, steps, run);
      const grown = Object.fromEntries(Object.keys(MOST).map((key) => [key, Math.round(growth(samples, key))]));
      const end = samples.at(-1);
      const leaks = Object.keys(MOST).filter((key) => grown[key] > MOST[key]);
      rows.push({ backend, preset, steps: end.step, stepMs, end, grown, leaks });
      const text = Object.keys(MOST).map((key) => {
        const unit = UNITS[key] === 1 ? '' : ' kB';
        return `${key} ${Math.round(end[key] / UNITS[key])} (${Math.round(grown[key] / UNITS[key])})${unit}`;
      });
      console.log(
        `${backend.padEnd(7)} ${preset.padEnd(13)} ${text.join('  ')}  ${leaks.length > 0 ? 'GROWS' : 'flat'}`,
      );
    }
  }
  if (!values.tiny) {
    const result = { date: new Date().toISOString(), cpu: cpus()[0].model, node: process.version, most: MOST, rows };
    mkdirSync(join(HERE, 'results'), { recursive: true });
    const file = join(HERE, 'results', `${result.date.slice(0, 10)}.json`);
    writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
    console.log(`filed in ${file}`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
if (rows.some(({ leaks }) => leaks.length > 0)) {
  console.error('memory grows: see GROWS above');
  process.exitCode = 1;
}
