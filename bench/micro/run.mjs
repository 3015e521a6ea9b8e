/** Time and roofline share of every native kernel; see README.md. Needs the native kernels and `npm run build`. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadAddon } from '../../dist/backend/native/index.js';
import { kernels } from './kernels.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    repeats: { type: 'string', default: '31' },
    /** A file that gets the result as JSON; default: results/<date>.json, none with --tiny. */
    out: { type: 'string' },
    tiny: { type: 'boolean', default: false },
  },
});

/** Measured bandwidth and arithmetic peak over the threads that the kernels use, or undefined without a compiler. */
function machinePeak(threads) {
  const folder = mkdtempSync(join(tmpdir(), 'twinlight-peak-'));
  try {
    const program = join(folder, 'peak');
    const flags = ['-O3', '-march=native', '-ffp-contract=fast', '-std=c++17', '-pthread'];
    const built = spawnSync(process.env.CXX ?? 'c++', [...flags, join(HERE, 'peak.cc'), '-o', program]);
    if (built.status !== 0) return undefined;
    const [bandwidth, flops] = spawnSync(program, [String(threads)], { encoding: 'utf8' })
      .stdout.split(' ')
      .map(Number);
    return { bandwidth, flops };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function medianMs(call) {
  call();
  const times = Array.from({ length: values.tiny ? 3 : Number(values.repeats) }, () => {
    const start = performance.now();
    call();
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[times.length >> 1];
}

const loaded = loadAddon();
if ('missing' in loaded) {
  console.log(`nothing to measure: ${loaded.missing}`);
  process.exit(0);
}
const { simd, threads } = loaded.addon.info();
const peak = machinePeak(threads);
if (peak === undefined) console.log('no C++ compiler: times without rooflines');
else {
  const [bandwidth, flops] = [peak.bandwidth / 1e9, peak.flops / 1e9].map((value) => value.toFixed(1));
  console.log(`measured peak of ${threads} threads: ${bandwidth} GB/s from memory, ${flops} GFLOP/s`);
}
console.log(`${'kernel'.padEnd(28)}${'ms'.padStart(9)}${'GB/s'.padStart(9)}${'GFLOP/s'.padStart(9)}  of the roofline`);
const rows = [];
for (const { name, call, bytes, flops } of kernels(loaded.addon, values.tiny)) {
  const ms = medianMs(call);
  const least = peak && 1e3 * Math.max(bytes / peak.bandwidth, flops / peak.flops);
  const bound = peak && (bytes / peak.bandwidth > flops / peak.flops ? 'memory' : 'arithmetic');
  rows.push({ name, ms, bytes, flops, ...(peak && { bound, share: least / ms }) });
  const rates = [bytes / ms / 1e6, flops / ms / 1e6].map((value) => value.toFixed(1).padStart(9)).join('');
  const share = peak ? `${((100 * least) / ms).toFixed(0).padStart(7)} % (${bound})` : '';
  console.log(`${name.padEnd(28)}${ms.toFixed(3).padStart(9)}${rates}${share}`);
}
const file =
  values.out ?? (values.tiny ? undefined : join(HERE, 'results', `${new Date().toISOString().slice(0, 10)}.json`));
if (file !== undefined) {
  mkdirSync(dirname(file), { recursive: true });
  const result = {
    date: new Date().toISOString(),
    cpu: cpus()[0].model,
    threads,
    simd,
    node: process.version,
    peak,
    rows,
  };
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  console.log(`filed in ${file}`);
}
