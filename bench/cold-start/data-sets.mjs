/**
 * What is measured on, by name (`--data NAME`). Each says what its columns are, which models are asked, what suits its size, and
 * against which model the tests are. A folder of one's own (`--data FOLDER`) is taken as the first of them is.
 */
import { ITEM_MODELS, PEERS, USER_MODELS } from './models.mjs';

/**
 * @typedef {object} ColdStartData
 * @property {string} folder in the data folder
 * @property {object} [data] of `build`
 * @property {readonly import('./models.mjs').ColdStartModel[]} models
 * @property {readonly import('./models.mjs').ColdStartPeer[]} [peers] models of others, asked with `--peers`
 * @property {Record<string, readonly string[]>} [set] keys by preset, laid over those of the models
 * @property {string} baseline name of a model
 * @property {readonly string[]} [tasks] that are told; absent: all
 * @property {string} [warning] stands above its tables
 */

/** Ratings of 4 and 5 are positives. What columns are was settled before any figure. */
const MOVIES = {
  minRating: 4,
  coldItems: 'drop',
  itemFeatures: { columns: { release_year: 'numeric' } },
  userFeatures: { columns: { age: 'numeric', zip_code: { kind: 'categorical', minEntities: 2 } } },
};

/** No pair of a warm item is held out, so that nothing could choose an epoch by them: the last is taken. */
const CITEULIKE_A = {
  folder: 'citeulike-a',
  set: { lightgcn: ['training.epochs=40', 'training.evaluateEvery=40', 'training.monitor=ndcg@20'] },
  baseline: 'content-kNN',
};
const LEAK =
  'These tags were written by the people whose pairs are held out: to know them is to know part of the answer. No figure here may stand beside ' +
  'figures for texts, nor says what a new item would get.';

/** @type {Readonly<Record<string, ColdStartData>>} */
export const DATA_SETS = Object.freeze({
  'citeulike-t': { folder: 'citeulike-t', models: ITEM_MODELS, peers: PEERS, baseline: 'content-kNN' },
  'ml-100k-items': {
    folder: 'ml-100k',
    data: { ...MOVIES, split: { name: 'warm-cold-item' } },
    models: ITEM_MODELS,
    // at the preset's rate the best epoch is the first, 17 steps in; at this one epochs can be told apart, and figures are no worse
    set: { features: ['training.learningRate=0.001', 'training.epochs=8'] },
    baseline: 'content-kNN',
  },
  'ml-100k-users': {
    folder: 'ml-100k',
    data: { ...MOVIES, split: { name: 'cold-user' } },
    models: USER_MODELS,
    baseline: 'popularity',
    // of every user that is asked for nothing is known: the other tasks are this one, or of a few pairs
    tasks: ['user-cold'],
  },
  'citeulike-a': { ...CITEULIKE_A, models: ITEM_MODELS, warning: LEAK },
  'citeulike-a-frequent-tags': {
    ...CITEULIKE_A,
    data: {
      itemFeatures: { columns: { tags: { kind: 'multi-valued', minEntities: 100 } } },
      coldItems: 'drop',
    },
    models: ITEM_MODELS.filter(({ preset }) => ['content-knn', 'features'].includes(preset)),
    warning: `${LEAK} Of the tags only those on 100 warm items or more are read.`,
  },
});

/** A folder of one's own, with items of which some are cold. */
export const ownData = (folder) => ({ ...DATA_SETS['citeulike-t'], folder });
