/** Median step time and peak memory of presets on backends; see README.md. Needs `npm run build` (npm start does it). */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(HERE, '../..');
const CLI = join(ROOT, 'dist/cli/main.js');
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    presets: { type: 'string', default: 'two-tower,lightgcn-bpr,xsimgcl,joint' },
    backends: { type: 'string', default: 'native,wasm' },
    steps: { type: 'string', default: '12' },
    tiny: { type: 'boolean', default: false },
  },
});
const work = mkdtempSync(join(tmpdir(), 'twinlight-bench-step-'));

/** Runs a script and returns the JSON document it prints; undefined, with the reason told, when it fails. */
function json(script, ...args) {
  const child = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (child.status === 0) return JSON.parse(child.stdout);
  const [reason] = child.stderr.match(/\w*Error: .*/) ?? [child.stderr.trim()];
  console.error(`left out: ${args.slice(1, 3).join(' on ')}: ${reason}`);
  return undefined;
}

function source() {
  const folder = values.data ?? join(process.env.TWINLIGHT_DATA ?? join(ROOT, '../shared/data'), 'gowalla');
  if (!values.tiny && existsSync(folder)) return folder;
  if (!values.tiny) console.error(`no data in ${folder}: a planted world instead`);
  const planted = join(work, 'planted');
  json(CLI, 'sample', '--out', planted, '--json', '--quiet');
  return planted;
}

try {
  const graph = json(CLI, 'build', source(), '--out', join(work, 'graphs'), '--json', '--quiet');
  const steps = values.tiny ? '2' : values.steps;
  const rows = [];
  console.log(`graph ${graph.id}`);
  for (const backend of values.backends.split(',')) {
    for (const preset of values.presets.split(',')) {
      const measured = json(join(HERE, 'measure.mjs'), graph.folder, preset, backend, steps);
      if (measured === undefined) continue;
      rows.push({ backend, preset, ...measured });
      const time = `${measured.stepMs.toFixed(1).padStart(9)} ms a step`;
      console.log(`${backend.padEnd(11)} ${preset.padEnd(13)} ${time}  ${String(measured.peakRssMB).padStart(5)} MB`);
    }
  }
  if (rows.length === 0) throw new Error('nothing could be measured');
  if (!values.tiny) {
    const result = {
      date: new Date().toISOString(),
      graph: graph.id,
      cpu: cpus()[0].model,
      cores: cpus().length,
      node: process.version,
      steps: Number(steps),
      rows,
    };
    mkdirSync(join(HERE, 'results'), { recursive: true });
    const file = join(HERE, 'results', `${result.date.slice(0, 10)}.json`);
    writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
    console.log(`filed in ${file}`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
