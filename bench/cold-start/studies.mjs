/**
 * What single choices of preset `features` are worth: declarations. Each study has a base, and variants that change one thing of
 * it. `train` is the share of the training pairs that is left; the held-out pairs, and which items are cold, stay those of all.
 */

/**
 * @typedef {object} ColdStartStudy
 * @property {string} name
 * @property {Record<string, readonly number[]>} seeds by data set
 * @property {number} [train] share of the training pairs, 1 where absent
 * @property {string} base name of a variant
 * @property {{ name: string, set?: readonly string[] }[]} variants keys over preset features
 */

const QUICK = { 'ml-100k-items': [1, 2, 3] };
const NO_CONTRAST = { name: 'no contrast on features', set: ['losses.features.weight=0'] };
const mask = (name) => ({ name, set: [`views.fields.name=${name}`] });
const together = (...names) => ({
  name: `together: ${names.join(' and ')}`,
  set: [`views.fields={ name: together, rules: [${names.map((name) => `{ name: ${name} }`)}] }`],
});
const deep = (depth, layers) => ({
  name: `side by side, ${depth}`,
  set: ['encoder.rows.tower.join=concat', `encoder.rows.tower.layers=${JSON.stringify(layers)}`],
});
const layersOf = (numLayers) => ({
  name: `LightGCN under it, layers: ${numLayers}`,
  set: ['encoder.propagation.name=lightgcn', `encoder.propagation.numLayers=${numLayers}`],
});
const EDGE_DROPOUT = ['views.first.name=edge-dropout', 'views.second.name=edge-dropout', 'views.redraw=epoch'];
const prototypes = (name, more = []) => ({
  name: `prototypes: ${name}`,
  set: [`losses.prototypes.name=${name}`, 'losses.prototypes.weight=0.1', 'losses.prototypes.freezeSteps=20', ...more],
});

const sparsity = (train) => ({
  name: `training pairs: ${100 * train} %`,
  seeds: { ...QUICK, 'citeulike-t': [1] },
  train,
  base: NO_CONTRAST.name,
  variants: [NO_CONTRAST, { name: 'features' }],
});

/** @type {readonly ColdStartStudy[]} */
export const STUDIES = Object.freeze([
  {
    name: 'masks',
    seeds: QUICK,
    base: NO_CONTRAST.name,
    variants: [
      NO_CONTRAST,
      mask('value-dropout'),
      mask('random-mask'),
      mask('complementary'),
      { name: 'complementary, whole fields', set: ['views.fields.name=complementary', 'views.fields.of=fields'] },
      mask('correlated-mask'),
      mask('dimension-mask'),
      { name: 'value-dropout, weight 0.1', set: ['losses.features.weight=0.1'] },
      together('correlated-mask', 'value-dropout'),
      together('correlated-mask', 'dimension-mask'),
      together('value-dropout', 'dimension-mask'),
    ],
  },
  {
    name: 'id dropout',
    seeds: QUICK,
    base: '0.4',
    variants: [
      ...[0, 0.2, 0.4, 0.5, 0.8, 1].map((share) => ({ name: `${share}`, set: [`coldStart.idDropout=${share}`] })),
    ],
  },
  {
    name: 'tower',
    seeds: QUICK,
    base: 'sum',
    variants: [
      { name: 'sum' },
      { name: 'sum, SENet', set: ['encoder.rows.tower.senet=true'] },
      deep('no layer', []),
      deep('a layer of 64', [64]),
      deep('two', [64, 64]),
      deep('three', [64, 64, 64]),
    ],
  },
  ...[1, 0.1, 0.01].map(sparsity),
  {
    name: 'prototypes and layers',
    seeds: { ...QUICK, 'citeulike-t': [1] },
    base: 'features',
    variants: [{ name: 'features' }, prototypes('swav', EDGE_DROPOUT), prototypes('concat'), layersOf(1), layersOf(2)],
  },
]);
