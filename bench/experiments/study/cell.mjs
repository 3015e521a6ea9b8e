/** One cell of a study: a variant trained with one seed on one data set, or fused from such runs; cached once it is done. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  fuseRuns,
  loadRun,
  mergeConfigLayers,
  presetOf,
  rankHeldOut,
  runConfigSchema,
  train,
} from '../../../dist/index.js';

const TOP_K = [20];

/**
 * @typedef {object} Variant
 * @property {string} name
 * @property {string} [preset] default: the study's
 * @property {object | ((data: import('./data-sets.mjs').DataSet) => object)} [config] laid over the study's configuration
 * @property {string[]} [only] names of data sets; default: all
 * @property {boolean} [fixed] nothing in it is random: one seed is enough
 * @property {number} [seedOffset] trained with seed + this: the same configuration as an independent model
 * @property {string} [against] variant that it is compared with; default: the study's baseline
 * @property {boolean} [oracle] ranks by the truth of a planted world
 * @property {{ variants: string[], weights?: number[], serial?: number }} [fuse] runs of these variants, same seed
 */

/** Preset of a variant, and its configuration with the preset's keys, defaults left out. */
export function layersOf(study, variant, data) {
  const preset = variant.preset ?? study.preset;
  if (variant.fixed || variant.oracle) return { preset, config: {} };
  const of = (layer) => (typeof layer === 'function' ? layer(data) : (layer ?? {}));
  const layers = [presetOf(preset).config, data.config, of(study.config), of(variant.config), of(data.last)];
  return { preset, config: mergeConfigLayers(runConfigSchema, layers) };
}

/**
 * By content, so that studies share cells and a changed configuration makes new ones. The code is no part of it: after a
 * change to what training does, the cache folder has to go.
 *
 * @param withProbe false: the key of the cell as a study without a probe asks for it
 */
export function cellKey(study, variant, data, graph, seed, withProbe = true) {
  const parts = variant.fuse
    ? [variant.fuse, ...variant.fuse.variants.map((name) => cellKey(study, byName(study, name), data, graph, seed))]
    : layersOf(study, variant, data);
  const identity = [graph.manifest.hash, seedOf(variant, seed), !!variant.oracle, parts];
  const probe = withProbe && study.probe && !variant.fixed ? `${study.probe}` : '';
  return createHash('sha256')
    .update(JSON.stringify([identity, probe]))
    .digest('hex')
    .slice(0, 16);
}

/** That a variant is trained with. */
const seedOf = ({ fixed, oracle, seedOffset = 0 }, seed) => (fixed || oracle ? 0 : seed + seedOffset);
export const byName = (study, name) => study.variants.find((variant) => variant.name === name);

/** @returns the cell from the cache, or undefined */
export function cachedCell(cache, key) {
  const file = join(cache, 'cells', `${key}.json`);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** Trains (or fuses), evaluates validation and test, and caches. A run that ends in an error is a cell that says so. */
export async function makeCell({ cache, study, variant, data, opened, seed, backend }) {
  const key = cellKey(study, variant, data, opened.graph, seed);
  const context = { cache, study, data, opened, seed, backend, epochs: [] };
  const start = performance.now();
  let cell;
  try {
    const run = variant.oracle ? undefined : await runOf(context, variant, key);
    const recommender = run?.recommender ?? opened.oracle;
    cell = { ...(await evaluate(opened, recommender)), ...training(run, context.epochs) };
    if (run && study.probe && !variant.fixed) Object.assign(cell.test, await study.probe(run, data));
  } catch (error) {
    if (!['TRAIN_DIVERGED', 'TRAIN_COLLAPSED'].includes(error.code)) throw error;
    cell = { failed: `${error.code}: ${error.message}` };
  }
  cell = { ...cell, seed, seconds: (performance.now() - start) / 1000, at: new Date().toISOString() };
  mkdirSync(join(cache, 'cells'), { recursive: true });
  // a study that does not probe can do with it as well
  for (const name of new Set([key, cellKey(study, variant, data, opened.graph, seed, false)])) {
    const file = join(cache, 'cells', `${name}.json`);
    writeFileSync(`${file}.part`, JSON.stringify(cell));
    renameSync(`${file}.part`, file);
  }
  return cell;
}

/** Trained now, unless a run that others are fused from is there already. */
async function runOf(context, variant, key) {
  const { cache, study, data, opened, seed, backend, epochs } = context;
  const isShared = study.variants.some(({ fuse }) => fuse?.variants.includes(variant.name));
  const folder = join(cache, 'runs', isShared ? key : `last-${process.pid}`);
  if (variant.fuse) {
    const runs = [];
    for (const name of variant.fuse.variants) {
      const part = byName(study, name);
      const partKey = cellKey(study, part, data, opened.graph, seed);
      runs.push((await runOf({ ...context, epochs: [] }, part, partKey)).folder);
    }
    rmSync(folder, { recursive: true, force: true });
    const { weights, serial } = variant.fuse;
    return fuseRuns(runs, folder, serial ? { serial } : { weights });
  }
  const isDone = () => existsSync(join(folder, 'report.json'));
  if (isShared && isDone() && cachedCell(cache, key)) return loadRun(folder);
  const { preset, config } = layersOf(study, variant, data);
  await train({
    source: opened.graph,
    preset,
    config: variant.fixed ? config : { ...config, seed: seedOf(variant, seed) },
    run: folder,
    overwrite: true,
    backend,
    onEpoch: (record) => epochs.push(record),
  });
  return loadRun(folder);
}

async function evaluate({ graph, measure }, recommender) {
  const of = (part) =>
    rankHeldOut(recommender, graph, { part, topK: TOP_K, cohorts: true, maxUsers: 'all', tasks: [] });
  const [valid, test] = [await of('valid'), await of('test')];
  const ofCohort = (cohort, metric) => test.cohorts.find(({ name }) => name === cohort)?.metrics[metric];
  const cohorts = Object.fromEntries([
    ...['head', 'torso', 'tail'].map((name) => [`${name} recall@20`, ofCohort(`items:${name}`, 'recall@20')]),
    ...['q1', 'q4'].map((name) => [`${name} ndcg@20`, ofCohort(`users:${name}`, 'ndcg@20')]),
  ]);
  const perUser = Object.fromEntries(
    ['recall@20', 'ndcg@20'].map((name) => [name, Array.from(test.perUser[name], (value) => Number(value.toFixed(5)))]),
  );
  const known = measure ? await measure(recommender) : {};
  return { valid: valid.metrics, test: { ...test.metrics, ...known, ...cohorts }, perUser };
}

/** What the selected epoch was like. */
function training(run, epochs) {
  if (!run || epochs.length === 0) return {};
  const { bestEpoch } = run.manifest;
  const { codeImbalance, deadPrototypes, temperature, alignment, uniformity, losses } =
    epochs.find(({ epoch }) => epoch === bestEpoch) ?? {};
  const selected = { codeImbalance, deadPrototypes, temperature, alignment, uniformity, losses };
  const stepMs = epochs.map((record) => record.stepMs).sort((a, b) => a - b)[epochs.length >> 1];
  const last = epochs[epochs.length - 1];
  return { bestEpoch, epochs: last.epoch, steps: last.step, stepMs, selected, negatives: last.negatives };
}
