/**
 * Runs a study: variants (overrides of one configuration) × data sets × seeds, each a training run of its own, into a
 * table, a JSON file and a log. Cells that are done are cached, so a study that was stopped goes on where it was; rows
 * of the results that were filed last are kept where they are still the study's.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { useBackend } from '../../../dist/index.js';
import { cellKey, makeCell } from './cell.mjs';
import { DATA_SETS, TINY } from './data-sets.mjs';
import { filedResults, filedRow, originOf, rounded, settle } from './filed.mjs';
import { best, markdown, summarise } from './table.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const [BEGIN, END] = ['<!-- results -->', '<!-- end of results -->'];
const OPTIONS = {
  tiny: { type: 'boolean', default: false },
  seconds: { type: 'string' },
  cache: { type: 'string', default: join(ROOT, '.cache/studies') },
  backend: { type: 'string', default: 'auto' },
  compute: { type: 'boolean', default: false },
  fresh: { type: 'boolean', default: false },
  'file-complete': { type: 'boolean', default: false },
  data: { type: 'string' },
};
/** Exit code of a study with cells left. */
const UNFINISHED = 75;

/** Without training: what a table is read against. */
const FLOORS = [
  { name: 'popularity (no training)', preset: 'popularity', fixed: true },
  { name: 'item-kNN (no training)', preset: 'item-knn', fixed: true },
  { name: 'truth (no training)', oracle: true, only: ['planted'] },
];
/** A variant that is left out on real data, to save time. */
export const onPlanted = (variant) => ({ ...variant, only: ['planted'] });
/** One that is left out on the planted world, for the same reason. */
export const onReal = (variant) => ({ ...variant, only: ['ml-100k'] });
export const COLUMNS = {
  valid: { title: 'valid ndcg@20', of: 'valid:ndcg@20' },
  ndcg: { title: 'ndcg@20', of: 'test:ndcg@20' },
  recall: { title: 'recall@20', of: 'test:recall@20' },
  truth: { title: 'truth@20', of: 'test:truth@20', digits: 3, spread: false },
  tail: { title: 'tail recall@20', of: 'test:tail recall@20', digits: 3, spread: false },
  coverage: { title: 'coverage@20', of: 'test:coverage@20', digits: 2, spread: false },
  hubness: { title: 'hubness@20', of: 'test:hubness@20', digits: 1, spread: false },
  epoch: { title: 'epoch', of: (cell) => cell.bestEpoch, digits: 0, spread: false },
  head: { title: 'head', of: 'test:head recall@20', digits: 3, spread: false },
  torso: { title: 'torso', of: 'test:torso recall@20', digits: 3, spread: false },
  leastActive: { title: 'least active', of: 'test:q1 ndcg@20', digits: 3, spread: false },
  mostActive: { title: 'most active', of: 'test:q4 ndcg@20', digits: 3, spread: false },
  stepMs: { title: 'ms a step', of: (cell) => cell.stepMs, digits: 1, spread: false },
};
const DEFAULT_COLUMNS = ['valid', 'ndcg', 'recall', 'truth', 'tail', 'coverage', 'epoch'].map((name) => COLUMNS[name]);
const CHOSEN_BY = COLUMNS.valid.title;
const COMPARED = 'ndcg@20';

/**
 * @typedef {object} Study
 * @property {string} name
 * @property {string} preset
 * @property {object | Function} [config] of all variants, laid over the preset and the data set's
 * @property {string[]} data names of data sets
 * @property {number[]} seeds
 * @property {import('./cell.mjs').Variant[]} variants `group`: the best of each group on validation is marked
 * @property {string} baseline name of the variant that the others are compared with, unless one names another (`against`)
 * @property {object[]} [columns] after those of every study
 * @property {Function} [probe] further figures of a trained run
 */

/** @param {string} url of the study's run.mjs @param {Study} study */
export async function runStudy(url, study) {
  const { values: options } = parseArgs({ options: OPTIONS });
  const here = dirname(fileURLToPath(url));
  const cache = options.tiny ? mkdtempSync(join(tmpdir(), 'twinlight-study-')) : resolve(options.cache);
  try {
    const { name, detail } = await useBackend(options.backend);
    const machine = { cpu: cpus()[0].model, cores: cpus().length, node: process.version };
    const run = { options, cache, here, environment: { ...machine, backend: `${name}, ${detail}` } };
    const complete = { ...study, variants: [...FLOORS, ...study.variants] };
    const isDone = options['file-complete'] || (await makeCells(run, complete));
    if (!isDone) process.exitCode = UNFINISHED;
    else if (!options.compute) await report(run, complete);
  } finally {
    if (options.tiny) rmSync(cache, { recursive: true, force: true });
  }
}

/** Every cell of the study, in the order in which they are made: seed by seed, so that what is there early is a whole table. */
async function cellsOf({ options, cache, here }, study) {
  const cells = [];
  const results = options.tiny || options.fresh ? undefined : filedResults(join(here, 'results'));
  const tiny = { name: 'planted', data: TINY };
  const names = study.data.filter((name) => options.data === undefined || options.data === name);
  const sets = options.tiny ? [tiny] : names.map((name) => ({ name, data: DATA_SETS[name] }));
  for (const { name, data } of sets) {
    const opened = await data.open(cache);
    if (!opened) {
      console.log(`${name}: not here, left out (set TWINLIGHT_DATA)`);
      continue;
    }
    const variants = study.variants.filter(({ only }) => !only || only.includes(name));
    const all = options.tiny ? study.seeds.slice(0, 1) : (data.seeds ?? study.seeds);
    const seedsOf = ({ fixed, oracle }) => (fixed || oracle ? all.slice(0, 1) : all);
    const rowOf = (variant) => filedRow(results, study, variant, data, opened.graph, seedsOf(variant));
    const rows = new Map(variants.map((variant) => [variant, rowOf(variant)]));
    // differences that were filed are from the baseline of then
    if (!rows.get(variants.find((variant) => variant.name === study.baseline))) rows.clear();
    for (const seed of all) {
      for (const variant of variants) {
        if (!seedsOf(variant).includes(seed)) continue;
        const key = cellKey(study, variant, data, opened.graph, seed);
        const row = rows.get(variant);
        const filed = row && { difference: row.difference, cell: row.runs.find((run) => run.seed === seed) };
        cells.push({ set: name, data, opened, variant, seed, key, filed });
      }
    }
  }
  return cells;
}

/** @returns whether all are there */
async function makeCells(run, study) {
  const { options, cache } = run;
  const start = performance.now();
  const within = options.seconds === undefined ? Number.POSITIVE_INFINITY : 1000 * Number(options.seconds);
  const cells = await cellsOf(run, study);
  const missing = () => settle(cells, cache, study.baseline).filter(({ result }) => !result);
  // the baseline first: what it comes to decides about the others
  const isOther = ({ variant }) => Number(variant.name !== study.baseline);
  for (let left = missing(); left.length > 0; left = missing()) {
    if (performance.now() - start > within) {
      console.log(`${study.name}: ${left.length} of ${cells.length} cells are left; run it again to go on`);
      return false;
    }
    const [{ set, data, opened, variant, seed }] = left.sort((a, b) => isOther(a) - isOther(b));
    const cell = await makeCell({ cache, study, variant, data, opened, seed, backend: options.backend });
    console.log(lineOf(set, variant, cell));
  }
  return true;
}

function lineOf(set, { name }, cell) {
  const { seed, seconds, at, failed, bestEpoch, epochs, valid, test } = cell;
  const head = `${at.slice(0, 19)}  ${set}  ${name}  seed ${seed}  ${seconds.toFixed(1)} s`;
  if (failed) return `${head}  ${failed}`;
  const epoch = epochs === undefined ? '' : `  epoch ${bestEpoch} of ${epochs}`;
  const figures = `valid ndcg@20 ${valid['ndcg@20'].toFixed(4)}  test ndcg@20 ${test['ndcg@20'].toFixed(4)} recall@20 ${test['recall@20'].toFixed(4)}`;
  return `${head}${epoch}  ${figures}`;
}

/** The tables on the screen, and, but for a tiny run, into `results/` and the README. */
async function report(run, study) {
  const { options, cache, here, environment } = run;
  const settled = settle(await cellsOf(run, study), cache, study.baseline);
  const unfinished = new Set(settled.filter(({ result }) => !result).map(({ set }) => set));
  for (const set of unfinished) console.log(`${set}: not all cells are there, left out`);
  const cells = settled.filter(({ set }) => !unfinished.has(set));
  const columns = [...DEFAULT_COLUMNS, ...(study.columns ?? [])];
  const tables = [...new Set(cells.map(({ set }) => set))].map((set) => {
    const of = (name) => cells.filter((cell) => cell.set === set && cell.variant.name === name);
    const results = (name) => of(name).map(({ result }) => result);
    const names = study.variants.filter(({ name }) => of(name).length > 0);
    const rows = names.map((variant) => ({
      difference: of(variant.name)[0].filed?.difference,
      ...summarise(variant.name, results(variant.name), results(variant.against ?? study.baseline), columns, COMPARED),
      group: variant.group,
      trained: !variant.fixed && !variant.oracle,
    }));
    const groups = [...new Set(rows.filter(({ trained }) => trained).map(({ group }) => group))];
    const chosen = groups.flatMap((group) => {
      const members = rows.filter((row) => row.trained && row.group === group);
      return members.length > 1 ? (best(members, CHOSEN_BY) ?? []) : [];
    });
    const { data, opened } = of(names[names.length - 1].name)[0];
    return {
      set,
      rows,
      chosen: chosen.map(({ variant }) => variant),
      text: markdown(rows, columns, chosen),
      data,
      opened,
    };
  });
  const text = tables.map(
    ({ set, opened, text: table }) => `**${set}** (graph ${opened.graph.manifest.id})\n\n${table}`,
  );
  console.log(`\n${text.join('\n\n')}`);
  if (options.tiny) return;
  const date = new Date().toISOString().slice(0, 10);
  const folder = join(here, 'results');
  const file = {
    study: study.name,
    date,
    environment,
    seeds: study.seeds,
    baseline: study.baseline,
    chosenBy: CHOSEN_BY,
    data: tables.map(({ set, opened, chosen, rows, data }) => ({
      set,
      graph: opened.graph.manifest.id,
      hash: opened.graph.manifest.hash,
      chosen,
      rows: rows.map((row) => {
        const variant = study.variants.find(({ name }) => name === row.variant);
        const { group: _group, trained: _trained, ...shown } = row;
        const runs = cells.filter((cell) => cell.set === set && cell.variant === variant).map(({ result }) => result);
        return {
          ...shown,
          ...originOf(study, variant, data),
          runs: runs.map(({ perUser: _perUser, ...run }) => run),
        };
      }),
    })),
  };
  mkdirSync(folder, { recursive: true });
  const log = cells.map(({ set, variant, result }) => lineOf(set, variant, result)).sort();
  writeFileSync(join(folder, `${date}.json`), `${JSON.stringify(file, rounded, 1)}\n`);
  writeFileSync(join(folder, `${date}.log`), `${log.join('\n')}\n`);
  writeFileSync(join(folder, `${date}.md`), `${text.join('\n\n')}\n`);
  putIntoReadme(join(here, 'README.md'), text.join('\n\n'));
  console.log(`\nfiled in ${relative(ROOT, folder)}/${date}.json, .log and .md`);
}

/** Between the two comments of the README, so that the table there is the one that was filed. */
function putIntoReadme(path, text) {
  const before = readFileSync(path, 'utf8');
  const [from, to] = [before.indexOf(BEGIN), before.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${path}: expected ${BEGIN} and ${END} around the place of the tables`);
  writeFileSync(path, `${before.slice(0, from + BEGIN.length)}\n\n${text}\n\n${before.slice(to)}`);
}
