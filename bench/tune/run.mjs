/** How near samplers come to the best settings in 60 trials, beside Optuna; see README.md. Needs `npm run build` (npm start does it). */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildGraph, createPlantedWorld, Rng, useBackend } from '../../dist/index.js';
import { SAMPLERS } from '../../dist/tuning/samplers.js';
import { FIXED, logGrid, measureTable } from './measure-table.mjs';
import { gapOf, greatestOf } from './tabulated.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    table: { type: 'string' },
    trials: { type: 'string', default: '60' },
    seeds: { type: 'string', default: '20' },
    python: { type: 'string' },
    tiny: { type: 'boolean', default: false },
  },
});
const trials = values.tiny ? 12 : Number(values.trials);
const seeds = values.tiny ? 2 : Number(values.seeds);
const temporary = mkdtempSync(join(tmpdir(), 'twinlight-bench-tune-'));
process.on('exit', () => rmSync(temporary, { recursive: true, force: true }));

const tableFile = values.table ?? join(values.tiny ? temporary : join(HERE, 'results'), 'ml-100k-table.json');
if (values.table === undefined) {
  mkdirSync(dirname(tableFile), { recursive: true });
  writeFileSync(tableFile, `${JSON.stringify(await measured())}\n`);
}
const tabulated = JSON.parse(readFileSync(tableFile, 'utf8'));

const all = Array.from({ length: seeds }, (_, seed) => seed);
const gaps = {
  tpe: all.map((seed) => gapOf(SAMPLERS.tpe, tabulated, seed, trials, Rng)),
  random: all.map((seed) => gapOf(SAMPLERS.random, tabulated, seed, trials, Rng)),
};
const optuna = optunaGaps();
const result = {
  benchmark: 'tune',
  date: new Date().toISOString().slice(0, 10),
  machine: { cpu: cpus()[0]?.model, node: process.version },
  trials,
  seeds,
  greatest: greatestOf(tabulated),
  ...(optuna && { optuna: optuna.version }),
  meanGaps: Object.fromEntries(
    Object.entries({ ...gaps, ...(optuna && { optuna: optuna.gaps }) }).map(([name, own]) => [name, mean(own)]),
  ),
};
const text = `${JSON.stringify(result, null, 2)}\n`;
process.stdout.write(text);
if (!values.tiny) writeFileSync(join(HERE, 'results', `${result.date}.json`), text);

function mean(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

/** The table, and what it was made of. */
async function measured() {
  const backend = (await useBackend()).name;
  const graph = await (values.tiny ? tinyGraph() : movieLens());
  const [rates, temperatures] = values.tiny
    ? [logGrid(0.001, 0.1, 3), logGrid(0.1, 1, 3)]
    : [logGrid(0.002, 0.1, 6), logGrid(0.05, 2, 6)];
  const choices = ['none', 'frequency'];
  const grid = { rates, temperatures, choices };
  const start = performance.now();
  const table = await measureTable(graph, grid, backend);
  return {
    graph: graph.manifest.id,
    preset: 'two-tower',
    metric: 'ndcg@20 on validation',
    seed: 42,
    fixed: FIXED,
    backend,
    seconds: Math.round((performance.now() - start) / 1000),
    ...grid,
    table,
  };
}

async function movieLens() {
  const data = process.env.TWINLIGHT_DATA ?? join(HERE, '../../../shared/data');
  const folder = join(data, 'ml-100k');
  if (!existsSync(folder)) throw new Error(`no ml-100k in ${data}; name the folder with TWINLIGHT_DATA`);
  return buildGraph(folder, { data: { split: { name: 'per-user-time' } }, graphsDir: join(temporary, 'graphs') });
}

async function tinyGraph() {
  const { interactions } = createPlantedWorld({ seed: 1, numUsers: 60, numItems: 50, meanInteractions: 10 });
  return buildGraph(interactions, { graphsDir: join(temporary, 'graphs') });
}

/** Undefined where no Python has Optuna. */
function optunaGaps() {
  const candidates = [values.python, process.env.TWINLIGHT_OPTUNA_PYTHON, 'python3'].filter(Boolean);
  const python = candidates.find((program) => spawnSync(program, ['-c', 'import optuna']).status === 0);
  if (python === undefined) {
    process.stderr.write('no Python with Optuna (pip install optuna; --python names one): its figures are left out\n');
    return undefined;
  }
  const words = [join(HERE, 'optuna_table.py'), tableFile, String(trials), String(seeds)];
  return JSON.parse(spawnSync(python, words, { encoding: 'utf8' }).stdout);
}
