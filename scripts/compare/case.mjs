/**
 * How a case of `compare-checkouts.mjs` is put together. It is a list of commands, run in order in the folder of its side:
 *
 *   name       as in the table and for --only
 *   commands   lists of arguments of `twinlight`, or `{ args, … }` as below
 *   run        run folder that is compared after the last command
 *   files      further files and folders that are compared
 *   needs      cases that must have run before
 *
 * In arguments `graphs/NAME` stands for the stored graph of that name. A command may further be
 *
 *   byFirst      done by the first checkout on both sides: what follows opens a run that the other version wrote
 *   interruptAt  stopped by SIGINT once so many steps are saved
 *   refused      meant to end with an exit code other than 0
 */

/** Written beside the data, for the negative source that reads pairs from a file. */
export const LABELLED = Object.freeze({
  file: 'labelled.csv',
  pairs: Array.from({ length: 100 }, (_, i) => [`u${numbered(i)}`, `i${numbered((7 * i) % 120)}`]),
});

function numbered(index) {
  return String(index).padStart(3, '0');
}

/** So small that a run takes a second, of which most goes into starting Node. */
export const SMALL = Object.freeze([
  'encoder.embeddingDim=16',
  'training.epochs=3',
  'training.batchSize=256',
  'training.learningRate=0.01',
  'evaluation.topK=[10,20]',
]);
export const PROTOTYPES = Object.freeze([
  'losses.prototypes.numUserPrototypes=8',
  'losses.prototypes.numItemPrototypes=8',
]);
export const SWAV = Object.freeze([...PROTOTYPES, 'losses.prototypes.freezeSteps=5']);
export const TWO_DROPOUTS = Object.freeze(['views.first={name: edge-dropout}', 'views.second={name: edge-dropout}']);
export const CONTRAST = 'losses.contrastive.weight=0.1';
export const sources = (list) => `negatives.sources=[${list}]`;
export const QUEUE = sources('{name: in-batch}, {name: queue, size: 300, momentum: 0.9}');
export const ANN = sources('{name: in-batch}, {name: ann, count: 2, to: 20, refreshEvery: 3}');

export const sets = (settings) => settings.flatMap((setting) => ['--set', setting]);

/** The arguments that train `runs/<name>`. @param more further options of the command */
export const trainArgs = (name, preset, settings, { graph = 'world', more = [] } = {}) => [
  'train',
  `graphs/${graph}`,
  '--preset',
  preset,
  '--run',
  `runs/${name}`,
  ...sets(settings),
  ...more,
];

/** A training from beginning to end, then the commands `after`. */
export const trained = (name, preset, settings = [], { graph, more, after = [], ...rest } = {}) => ({
  name,
  run: `runs/${name}`,
  commands: [trainArgs(name, preset, [...SMALL, ...settings], { graph, more }), ...after],
  ...rest,
});

/** A preset without training, whose encoder knows no size. */
export const untrained = (name, after, rest) => ({
  name,
  run: `runs/${name}`,
  commands: [trainArgs(name, name, ['evaluation.topK=[10,20]']), ...after],
  ...rest,
});

/** Stopped after `maxSteps` by the first checkout, and taken to the end by that of the side. */
export const resumed = (name, preset, settings, maxSteps, resumeWith = []) => ({
  name,
  run: `runs/${name}`,
  commands: [
    { args: trainArgs(name, preset, [...SMALL, ...settings, `training.maxSteps=${maxSteps}`]), byFirst: true },
    ['train', '--run', `runs/${name}`, '--resume', ...sets(['training.maxSteps=100000', ...resumeWith])],
  ],
});

/** Runs made one of. */
export const fused = (name, runs, options, { after = [], ...rest } = {}) => ({
  name,
  needs: runs,
  run: `runs/${name}`,
  commands: [
    ['fuse', ...runs.map((run) => `runs/${run}`), ...options, '--out', `runs/${name}`],
    ['evaluate', `runs/${name}`],
    ['recommend', `runs/${name}`, '--user', 'u017', '--k', '5'],
    ...after,
  ],
  ...rest,
});

export const exported = (name, ...options) => ['export', `runs/${name}`, '--out', `bundles/${name}`, ...options];
export const refused = (...args) => ({ args, refused: true });
