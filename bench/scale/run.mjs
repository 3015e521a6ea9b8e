/** Cost of every part by size of the graph; see README.md. Needs `npm run build` (npm start does it). */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const HERE = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    millions: { type: 'string', default: '1,3,10,30' },
    steps: { type: 'string', default: '20' },
    backend: { type: 'string', default: 'auto' },
    tiny: { type: 'boolean', default: false },
  },
});
const sizes = values.tiny ? [0.01, 0.03] : values.millions.split(',').map(Number);
const steps = values.tiny ? '3' : values.steps;
const rows = [];
for (const millions of sizes) {
  const folder = mkdtempSync(join(tmpdir(), 'twinlight-bench-scale-'));
  try {
    const numbers = [millions * 1e6, (millions / 30) * 2e6, (millions / 30) * 5e5].map((n) => String(Math.round(n)));
    const args = [join(HERE, 'measure.mjs'), ...numbers, steps, values.backend, folder];
    const child = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
    if (child.status !== 0) throw new Error(`${millions} million: ${child.stderr}`);
    const row = JSON.parse(child.stdout);
    rows.push(row);
    const told = Object.entries(row).map(([key, value]) => `${key} ${Number(value.toPrecision(4))}`);
    console.log(told.join('  '));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Slope of log(value) over log(interactions), by least squares. */
function exponentOf(key) {
  const points = rows.map((row) => [Math.log(row.interactions), Math.log(row[key])]);
  const mean = (at) => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const covariance = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return covariance / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}

const keys = ['buildMs', 'stepMs', 'epochMsExtrapolated', 'embedMs', 'evaluateMs', 'exportMs', 'peakRssMB'];
const exponents = rows.length > 1 ? Object.fromEntries(keys.map((key) => [key, exponentOf(key)])) : {};
for (const [key, exponent] of Object.entries(exponents))
  console.log(`${key} grows as interactions^${exponent.toFixed(2)}`);
if (!values.tiny) {
  const result = { date: new Date().toISOString(), cpu: cpus()[0].model, cores: cpus().length, node: process.version };
  mkdirSync(join(HERE, 'results'), { recursive: true });
  const file = join(HERE, 'results', `${result.date.slice(0, 10)}.json`);
  writeFileSync(file, `${JSON.stringify({ ...result, rows, exponents }, null, 2)}\n`);
  console.log(`filed in ${file}`);
}
