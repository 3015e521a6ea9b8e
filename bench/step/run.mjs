/**
 * Median step time and peak memory of presets on backends, beside PyTorch's where it is installed; see README.md.
 * Needs `npm run build` (npm start does it).
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { edgeUsers, loadGraph } from '../../dist/graph/index.js';
import { findPython } from '../find-python.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(HERE, '../..');
const CLI = join(ROOT, 'dist/cli/main.js');
/** The objective of peer.py that is a preset's own, with the keys that make their sizes the same. */
const PEERS = { 'lightgcn-bpr': 'bpr', lightgcn: 'softmax', xsimgcl: 'xsimgcl' };
const SAME_SIZE = ['encoder.numLayers=3', 'encoder.embeddingDim=64', 'training.batchSize=2048'];
const { values } = parseArgs({
  options: {
    data: { type: 'string', multiple: true },
    presets: { type: 'string', default: 'two-tower,lightgcn-bpr,lightgcn,xsimgcl,joint' },
    backends: { type: 'string', default: 'native,wasm' },
    steps: { type: 'string', default: '12' },
    python: { type: 'string' },
    tiny: { type: 'boolean', default: false },
  },
});
const work = mkdtempSync(join(tmpdir(), 'twinlight-bench-step-'));
const steps = values.tiny ? '2' : values.steps;

/** Runs a program and returns the JSON document it prints; undefined, with the reason told, when it fails. */
function json(program, args, what) {
  const child = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (child.status === 0) return JSON.parse(child.stdout);
  const [reason] = child.stderr.match(/\w*Error: .*/) ?? [child.stderr.trim()];
  console.error(`left out: ${what}: ${reason}`);
  return undefined;
}

function sources() {
  const data = process.env.TWINLIGHT_DATA ?? join(ROOT, '../shared/data');
  const folders = values.data ?? ['gowalla', 'yelp2018'].map((name) => join(data, name));
  const present = values.tiny ? [] : folders.filter((folder) => existsSync(folder));
  if (present.length > 0) return present;
  if (!values.tiny) console.error(`no data in ${folders.join(', ')}: a planted world instead`);
  const planted = join(work, 'planted');
  json(process.execPath, [CLI, 'sample', '--out', planted, '--json', '--quiet'], 'the planted world');
  return [planted];
}

/** Step times of PyTorch by preset, the faster of its two sparse layouts. */
async function peerTimes(graph, presets) {
  const python = findPython(values.python);
  const wanted = presets.filter((preset) => preset in PEERS);
  if (python === undefined || wanted.length === 0) {
    if (python === undefined) console.log('PyTorch left out: no Python has numpy and torch');
    return {};
  }
  const { train } = await loadGraph(graph.folder);
  const users = edgeUsers(train);
  const pairs = new Int32Array(2 * train.numEdges);
  for (let edge = 0; edge < train.numEdges; edge++) pairs.set([users[edge], train.userNeighbors[edge]], 2 * edge);
  const file = join(work, 'pairs.int32');
  writeFileSync(file, pairs);
  const times = {};
  for (const preset of wanted) {
    const runs = ['coo', 'csr'].flatMap((layout) => {
      const args = [join(HERE, 'peer.py'), file, PEERS[preset], layout, steps, String(cpus().length)];
      const run = json(python, args, `PyTorch ${PEERS[preset]} ${layout}`);
      return run ? [{ layout, ...run }] : [];
    });
    if (runs.length > 0) times[preset] = { runs, stepMs: Math.min(...runs.map(({ stepMs }) => stepMs)) };
  }
  return times;
}

function describe({ backend, preset, stepMs, peakRssMB, peerRatio, shares }) {
  const time = `${stepMs.toFixed(1).padStart(9)} ms a step`;
  const ratio = peerRatio ? `  ${peerRatio.toFixed(1)} × as fast as PyTorch` : '';
  console.log(`${backend.padEnd(11)} ${preset.padEnd(13)} ${time}  ${String(peakRssMB).padStart(5)} MB${ratio}`);
  const parts = Object.entries(shares).map(([name, share]) => `${name} ${(100 * share).toFixed(0)} %`);
  if (parts.length > 0) console.log(`${' '.repeat(26)}${parts.join(', ')}`);
}

async function measureGraph(folder) {
  const args = [CLI, 'build', folder, '--out', join(work, 'graphs'), '--json', '--quiet'];
  const graph = json(process.execPath, args, basename(folder));
  console.log(`graph ${graph.id}`);
  const presets = values.presets.split(',');
  const peers = await peerTimes(graph, presets);
  for (const [preset, { runs }] of Object.entries(peers)) {
    const times = runs.map(({ layout, stepMs }) => `${layout} ${stepMs.toFixed(1)} ms`).join(', ');
    console.log(`PyTorch     ${preset.padEnd(13)} ${times}`);
  }
  const rows = [];
  for (const backend of values.backends.split(',')) {
    for (const preset of presets) {
      const set = preset === 'two-tower' ? SAME_SIZE.slice(1) : SAME_SIZE;
      const run = [join(HERE, 'measure.mjs'), graph.folder, preset, backend, steps, ...set];
      const measured = json(process.execPath, run, `${preset} on ${backend}`);
      if (measured === undefined) continue;
      const peer = peers[preset];
      const row = { backend, preset, ...measured, ...(peer && { peerRatio: peer.stepMs / measured.stepMs }) };
      rows.push(row);
      describe(row);
    }
  }
  return { graph: graph.id, peers, rows };
}

try {
  const graphs = [];
  for (const folder of sources()) graphs.push(await measureGraph(folder));
  if (graphs.every(({ rows }) => rows.length === 0)) throw new Error('nothing could be measured');
  if (!values.tiny) {
    const date = new Date().toISOString();
    const machine = { cpu: cpus()[0].model, cores: cpus().length, node: process.version };
    const file = join(HERE, 'results', `${date.slice(0, 10)}.json`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify({ date, ...machine, steps: Number(steps), graphs }, null, 2)}\n`);
    console.log(`filed in ${file}`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
