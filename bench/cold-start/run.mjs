/** Models on overall, cold and warm items (or cold users) of one split; see README.md. Needs `npm run build` (npm start does it). */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { presetOf, useBackend } from '../../dist/index.js';
import { findPython } from '../find-python.mjs';
import { DATA_SETS, ownData } from './data-sets.mjs';
import { measure, tablesOf } from './measure.mjs';
import { openData } from './open-data.mjs';
import { hasPackage } from './peers.mjs';
import { markdown } from './table.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    data: { type: 'string', default: 'citeulike-t' },
    seeds: { type: 'string', default: '1,2,3,4,5' },
    models: { type: 'string' },
    only: { type: 'string' },
    runs: { type: 'string', default: resolve(HERE, '../../.cache/cold-start') },
    backend: { type: 'string', default: 'auto' },
    peers: { type: 'boolean', default: false },
    python: { type: 'string' },
    tiny: { type: 'boolean', default: false },
  },
});
const { tiny } = values;
const runs = tiny ? mkdtempSync(join(tmpdir(), 'twinlight-bench-cold-')) : resolve(values.runs);
const seeds = values.seeds.split(',').slice(0, tiny ? 2 : undefined);
const python = values.peers ? findPython(values.python) : undefined;
const bench = { runs, seeds, backend: values.backend, tiny, python };

/** The models of the call, with what suits the data. */
function modelsOf(set) {
  const own = values.models ? JSON.parse(readFileSync(values.models, 'utf8')) : [];
  const only = values.only?.split(',');
  const asked = [...set.models, ...(values.peers ? set.peers : []), ...own];
  return asked
    .filter(({ name }) => only?.includes(name) ?? true)
    .filter(canRun)
    .map((model) => ({ ...model, set: [...(model.set ?? []), ...(set.set?.[model.preset] ?? [])] }));
}

/** All but peers whose Python is not here; says which are left out. */
function canRun({ name, peer, needs }) {
  const missing = peer && (!python ? 'Python with NumPy and PyTorch' : needs && !hasPackage(python, needs) && needs);
  if (missing) console.log(`${name} is skipped: no ${missing} here; name a Python that has it with --python PROGRAM`);
  return !missing;
}

/** Citeulike-t lies in `results/`, others in a folder of their name; with peers one below. */
function file(result, text) {
  const date = new Date().toISOString();
  const folder = values.data === 'citeulike-t' ? '' : DATA_SETS[values.data] ? values.data : 'own';
  const path = join(HERE, 'results', folder, values.peers ? 'peers' : '', date.slice(0, 10));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.json`, `${JSON.stringify({ date, ...result }, null, 2)}\n`);
  writeFileSync(`${path}.md`, `${text}\n`);
  console.log(`\nfiled in ${relative(HERE, path)}.json and .md`);
}

try {
  const backend = await useBackend(values.backend);
  const set = DATA_SETS[values.data] ?? ownData(values.data);
  if (values.peers && !set.peers)
    throw new Error(`--peers: none are declared for ${values.data}; citeulike-t has some`);
  const graph = await openData(set, bench);
  if (!graph) throw new Error(`no data in ${set.folder}: set TWINLIGHT_DATA, or give a folder (--data FOLDER)`);
  const models = modelsOf(set);
  console.log(`${graph.manifest.id}, seeds ${seeds}, ${backend.name} (${backend.detail})`);
  const measured = [];
  const teachers = {};
  for (const model of models) measured.push(await measure(model, { graph, teachers }, bench));
  const tasks = tablesOf(measured, set.baseline, set.tasks);
  const text = [set.warning, markdown(tasks, set.baseline)].filter(Boolean).join('\n\n');
  console.log(`\n${text}`);
  if (!tiny) {
    const machine = { cpu: cpus()[0].model, cores: cpus().length, node: process.version };
    const { id, hash, data } = graph.manifest;
    const { baseline, warning } = set;
    const about = { graph: { id, hash, split: data.split }, ...(warning && { warning }), baseline };
    const features = presetOf('features').config;
    file({ ...about, seeds: `${seeds}`, models, features, backend, ...machine, tasks }, text);
  }
} finally {
  if (tiny) rmSync(runs, { recursive: true, force: true });
}
