/**
 * What is measured: models in the order of the table. `fixed` ones know no chance and run once; `teacher` names the model whose run
 * of the same seed a model is made from. A model of one's own is a JSON file of such entries (`--models FILE`), laid after these.
 */

/** @typedef {{ name: string, preset: string, set?: string[], fixed?: boolean, teacher?: string }} ColdStartModel */

/** Of small data sets of 100,000 pairs: the learning rate that the reference of training.learningRate names. */
const TRAINED = [
  'training.learningRate=0.005',
  'training.epochs=100',
  'training.evaluateEvery=5',
  'training.patience=4',
];

/** Chosen on the cold validation items. */
export const COLD = ['training.monitor=cold.ndcg@20'];

/** Of new items. @type {readonly ColdStartModel[]} */
export const ITEM_MODELS = Object.freeze([
  { name: 'popularity', preset: 'popularity', fixed: true },
  { name: 'item-kNN', preset: 'item-knn', fixed: true },
  { name: 'content-kNN', preset: 'content-knn', fixed: true },
  // knows nothing of cold items: chosen by the warm ones
  { name: 'LightGCN', preset: 'lightgcn', set: [...TRAINED, 'training.monitor=warm.ndcg@20'] },
  { name: 'content neighbours', preset: 'content-neighbours', teacher: 'LightGCN' },
  { name: 'features', preset: 'features', set: COLD },
  {
    name: 'features without contrast',
    preset: 'features',
    set: [...COLD, 'losses.features.weight=0', 'coldStart.alignment.weight=0'],
  },
  { name: 'features without neighbours', preset: 'features', set: [...COLD, 'coldStart.neighbours=0'] },
]);

/** Users by what is known of them; all that are asked for are cold, so no id row of a user is of use. */
const OF_USERS = ['encoder.rows.users=tower', 'training.monitor=user-cold.ndcg@20'];

/**
 * Of new users. Models of pairs and of item content are not among them: of a user without a pair they have nothing to say.
 * @type {readonly ColdStartModel[]}
 */
export const USER_MODELS = Object.freeze([
  { name: 'popularity', preset: 'popularity', fixed: true },
  ...['gender', 'occupation'].map((column) => ({
    name: `popularity by ${column}`,
    preset: 'popularity',
    set: [`ranker.segment=${column}`],
    fixed: true,
  })),
  { name: 'features', preset: 'features', set: [...OF_USERS, 'losses.features.sides=both'] },
  {
    name: 'features without contrast',
    preset: 'features',
    set: [...OF_USERS, 'losses.features.weight=0', 'coldStart.alignment.weight=0'],
  },
]);

/**
 * Models of others (`--peers`): `peer` names the file in `peers/`, `set` changes its SETTINGS, `tiny` those of `--tiny`, `needs` is a
 * Python package. Epochs are bounded by what a CPU can afford.
 *
 * @typedef {{ name: string, peer: string, set?: string[], tiny?: string[], teacher?: string, needs?: string }} ColdStartPeer
 * @type {readonly ColdStartPeer[]}
 */
export const PEERS = Object.freeze([
  { name: 'DropoutNet', peer: 'dropoutnet', teacher: 'LightGCN', set: ['epochs=5'], tiny: ['updates=20'] },
  { name: 'CLCRec', peer: 'clcrec' },
  { name: 'ALDI', peer: 'aldi', teacher: 'LightGCN', set: ['epochs=15'] },
  { name: 'TwoTower', peer: 'two_tower', needs: 'libreco.algorithms' },
  { name: 'TwoTower with ssl', peer: 'two_tower', needs: 'libreco.algorithms', set: ['ssl=rfm'] },
]);

/** A small world and two epochs: shows only that it runs. */
export const TINY_SET = Object.freeze(['training.epochs=2', 'training.batchSize=512', 'encoder.embeddingDim=8']);
export const TINY_PEER_SET = Object.freeze(['epochs=2', 'rank=8']);
