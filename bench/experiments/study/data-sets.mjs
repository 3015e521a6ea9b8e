/**
 * The data of the studies. Each data set gives a stored graph, the configuration that suits its size, words that a
 * variant's configuration may depend on, and where the truth is known, a measure of how near to it a ranking comes.
 * Graphs and truths are kept in the cache folder and made again where they are missing.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  buildGraph,
  createExposureWorld,
  exposureOracleScores,
  heldOutFor,
  loadDataset,
  loadGraph,
  splitInteractionSet,
} from '../../../dist/index.js';
import { warmOnly, withShare, withWrongPairs } from './changed-train.mjs';

const DATA = process.env.TWINLIGHT_DATA ?? join(dirname(fileURLToPath(import.meta.url)), '../../../../shared/data');
const WORLD = { seed: 1, numUsers: 600, numItems: 1200, meanInteractions: 20, numTastes: 20, sharpness: 6 };
const MOVIELENS = { minRating: 4, belowMinRating: 'rejected', split: { name: 'per-user-time' } };
const PLANTED_SPLIT = { split: { name: 'global-time' } };
const SMALL_WORLD = { seed: 1, numUsers: 80, numItems: 120, meanInteractions: 12, numTastes: 5 };

/**
 * @typedef {object} DataSet
 * @property {string} name
 * @property {object} config laid over the preset
 * @property {object} [last] laid over all else
 * @property {{ from: number, to: number }} window ranks of hard negatives
 * @property {{ name: string }} shown source of what a user saw and did not take
 * @property {string} attribute of items
 * @property {string[]} attributes of items and users that can be nodes of the graph
 * @property {number} most prototypes, where it is small
 * @property {number} [temperature] of the softmax, where it is not the studies' 0.25
 * @property {number[]} [seeds] where they are fewer than the study's
 * @property {(cache: string) => Promise<object | undefined>} open graph, and what is known of the truth
 */

/** @type {Record<string, DataSet>} */
export const DATA_SETS = {
  planted: {
    name: 'planted',
    config: { training: { batchSize: 512, learningRate: 0.01, epochs: 24, evaluateEvery: 2, patience: 2 } },
    // ranks of hard negatives: past what a user would take, and far from the end of the catalogue
    window: { from: 51, to: 200 },
    shown: { name: 'exposure' },
    attribute: 'genre',
    attributes: ['genre', 'segment'],
    most: Number.POSITIVE_INFINITY,
    open: (cache) => planted(cache, 'planted', WORLD),
  },
  'ml-100k': {
    name: 'ml-100k',
    config: { training: { batchSize: 1024, learningRate: 0.005, epochs: 24, evaluateEvery: 2, patience: 2 } },
    window: { from: 101, to: 500 },
    // a film rated 1 to 3 was seen and not liked: the nearest that this data set has to shown and not taken
    shown: { name: 'rejected' },
    attribute: 'class',
    attributes: ['class', 'occupation', 'gender'],
    most: Number.POSITIVE_INFINITY,
    async open(cache) {
      const folder = join(DATA, 'ml-100k');
      if (!existsSync(folder)) return undefined;
      return {
        graph: await buildGraph(folder, { data: MOVIELENS, graphsDir: join(cache, 'graphs'), name: 'ml-100k' }),
      };
    },
  },
};

/** The warm task of citeulike-t, without the words: too large for three seeds of a study. */
DATA_SETS['citeulike-t'] = {
  ...DATA_SETS['ml-100k'],
  name: 'citeulike-t',
  config: { training: { batchSize: 2048, learningRate: 0.005, epochs: 24, evaluateEvery: 3, patience: 2 } },
  temperature: 0.15,
  seeds: [1],
  async open() {
    const folder = join(DATA, 'citeulike-t');
    if (!existsSync(folder)) return undefined;
    const { itemFeatures: _words, ...split } = await loadDataset(folder);
    return { graph: await buildGraph(warmOnly(split), { name: 'citeulike-t', splitName: 'warm' }) };
  },
};

/** How training pairs are changed, by what follows the name of the data set. */
export const CHANGES = {
  '30 % of the pairs': (split) => withShare(split, 0.3),
  '10 % of the pairs': (split) => withShare(split, 0.1),
  '10 % wrong pairs added': (split) => withWrongPairs(split, 0.1),
  '30 % wrong pairs added': (split) => withWrongPairs(split, 0.3),
};
for (const [words, change] of Object.entries(CHANGES)) {
  for (const [of, splitOf] of [
    ['planted', () => splitInteractionSet(createExposureWorld(WORLD).interactions, PLANTED_SPLIT)],
    ['ml-100k', () => loadDataset(join(DATA, 'ml-100k'), MOVIELENS)],
  ]) {
    const name = `${of}, ${words}`;
    DATA_SETS[name] = { ...DATA_SETS[of], name, open: (cache) => changed(cache, of, words, splitOf, change) };
  }
}

/** Seconds, no real data: shows only that a study runs. */
export const TINY = {
  ...DATA_SETS.planted,
  config: { training: { batchSize: 256, learningRate: 0.01 } },
  /** Laid over all else. */
  last: { training: { epochs: 3, evaluateEvery: 3, patience: 0 } },
  most: 20,
  window: { from: 11, to: 40 },
  open: (cache) => planted(cache, 'tiny', SMALL_WORLD),
};

/** The world seen through the log of an old recommender, split at two dates, with the true weights at the end of the log. */
async function planted(cache, name, options) {
  const folder = join(cache, name);
  const place = join(folder, 'world.json');
  const known = existsSync(place) ? JSON.parse(readFileSync(place, 'utf8')) : undefined;
  if (known && JSON.stringify(known.options) === JSON.stringify(options)) {
    const bytes = readFileSync(join(folder, 'truth.f32'));
    const truth = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    return withTruth(await loadGraph(join(folder, known.graph)), truth);
  }
  const world = createExposureWorld(options);
  const describedAs = { kind: 'planted with exposure', ...world.options };
  const graph = await buildGraph(world.interactions, { data: PLANTED_SPLIT, name, describedAs, graphsDir: folder });
  const { numUsers, numItems } = world.options;
  const truth = new Float32Array(numUsers * numItems);
  for (let user = 0; user < numUsers; user++) truth.set(exposureOracleScores(world, user), user * numItems);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'truth.f32'), new Uint8Array(truth.buffer));
  writeFileSync(place, JSON.stringify({ options, graph: graph.manifest.id }));
  return withTruth(graph, truth);
}

/** A data set with other training pairs, kept beside the graph it was made of; what is known of its truth stays. */
async function changed(cache, of, words, splitOf, change) {
  const opened = await DATA_SETS[of].open(cache);
  if (!opened) return undefined;
  const name = `${of}-${words.replaceAll(/\W+/g, '-')}`;
  const graphsDir = join(cache, 'changed', opened.graph.manifest.hash.slice(0, 8));
  const [stored] = existsSync(graphsDir) ? readdirSync(graphsDir).filter((id) => id.startsWith(`${name}_`)) : [];
  const graph = stored
    ? await loadGraph(join(graphsDir, stored))
    : await buildGraph(change(await splitOf()), { name, graphsDir });
  return { graph, ...(opened.truth && withTruth(graph, opened.truth)) };
}

/** @param {Float32Array} truth log weights, `[numUsers, numItems]` */
function withTruth(graph, truth) {
  const { numUsers, numItems } = graph.train;
  const oracle = {
    numUsers,
    numItems,
    isExact: true,
    async recommend(users, k, exclude) {
      const ids = new Int32Array(users.length * k).fill(-1);
      const scores = new Float32Array(users.length * k).fill(Number.NEGATIVE_INFINITY);
      for (const [query, user] of users.entries()) {
        const of = truth.subarray(user * numItems, (user + 1) * numItems);
        const left = new Set(exclude?.values.subarray(exclude.offsets[query], exclude.offsets[query + 1]));
        const ranked = Int32Array.from(of.keys()).filter((item) => !left.has(item));
        ranked.sort((a, b) => of[b] - of[a] || a - b);
        for (const [at, item] of ranked.subarray(0, k).entries()) {
          ids[query * k + at] = item;
          scores[query * k + at] = of[item];
        }
      }
      return { k, ids, scores };
    },
  };
  return {
    graph,
    truth,
    oracle,
    /**
     * What a list of 20 is worth by the truth, whatever the log happens to show: the probability that the user's next
     * choice among all unseen items is in it, as a share of that of the best list; mean over users.
     */
    async measure(recommender) {
      const users = Int32Array.from({ length: numUsers }, (_, user) => user);
      const { exclude } = heldOutFor(graph, 'test');
      const mass = async (of) => {
        const { ids, k } = await of.recommend(users, 20, exclude);
        const sums = new Float64Array(numUsers);
        for (const [at, item] of ids.entries()) {
          const user = Math.floor(at / k);
          if (item >= 0) sums[user] += Math.exp(truth[user * numItems + item]);
        }
        return sums;
      };
      const [own, best] = [await mass(recommender), await mass(oracle)];
      return { 'truth@20': own.reduce((sum, value, user) => sum + value / best[user], 0) / numUsers };
    },
  };
}
