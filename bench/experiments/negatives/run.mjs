/** Where negatives should come from; see README.md. Needs `npm run build` (npm start does it). */
import { COLUMNS, onPlanted, runStudy } from '../study/run-study.mjs';

const STEPS_BETWEEN_INDEXES = 80;
const EACH = 8;

/** A softmax over the batch and more. */
const withBatch = (name, more, rest = {}) => ({
  name,
  group: 'softmax',
  config: (data) => ({ negatives: { sources: [{ name: 'in-batch' }, ...more(data)], ...rest } }),
});
/** A softmax over drawn items only. */
const drawn = (name, sources) => ({
  name,
  group: 'softmax',
  config: (data) => ({ losses: { main: { name: 'sampled-softmax' } }, negatives: { sources: sources(data) } }),
});
/** The same number of negatives a positive whatever the source. */
const pairs = (name, sources, rest = {}) => ({
  name: `bpr: ${name}`,
  group: 'bpr',
  config: (data) => ({
    losses: { main: { name: 'bpr' } },
    negatives: { numNegatives: EACH, sources: sources(data), ...rest },
  }),
});
const uniform = (ratio = 1) => ({ name: 'uniform', ratio });
const window = (data, ratio) => ({ name: 'rank-window', ...data.window, ratio });
const ann = (ratio) => ({ name: 'ann', ratio, refreshEvery: STEPS_BETWEEN_INDEXES });
const hardest = [uniform(3), { name: 'hardest-in-batch', ratio: 1 }];
const shown = (data, ratio) => ({ ...data.shown, ratio });

await runStudy(import.meta.url, {
  name: 'negatives',
  preset: 'lightgcn',
  config: { encoder: { numLayers: 2 }, losses: { main: { temperature: 0.25 } } },
  data: ['planted', 'ml-100k'],
  seeds: [1, 2, 3],
  baseline: 'in-batch + logQ',
  columns: [COLUMNS.stepMs],
  variants: [
    // a random table that messages have passed over knows the graph already: what training starts from
    { name: 'one step of training', group: 'start', config: { training: { maxSteps: 1 } } },
    drawn('shown and not taken only', (data) => [{ ...data.shown, count: EACH }]),
    drawn('uniform', () => [uniform()]),
    onPlanted(drawn('popularity^0.75', () => [{ name: 'popularity' }])),
    {
      name: 'in-batch, no logQ',
      group: 'softmax',
      config: { losses: { main: { logQ: 'none' } } },
    },
    withBatch('in-batch + logQ', () => []),
    withBatch('in-batch + logQ, streaming', () => [], { frequency: { name: 'streaming' } }),
    {
      name: 'in-batch + logQ, refined',
      group: 'softmax',
      config: { losses: { main: { logQ: 'refined' } } },
    },
    onPlanted(withBatch('in-batch + logQ, false negatives removed', () => [], { falseNegatives: 'remove' })),
    { name: 'mixed 1:1 + logQ', group: 'softmax', config: { negatives: { sources: [{ name: 'mixed', ratio: 1 }] } } },
    onPlanted(withBatch('in-batch + 1 % shown and not taken', (data) => [shown(data, 0.01)])),
    onPlanted(
      withBatch('in-batch + 1 % same attribute', (data) => [
        { name: 'attribute', attribute: data.attribute, ratio: 0.01 },
      ]),
    ),
    onPlanted(withBatch('in-batch + 1 % cut by a ranker', () => [{ name: 'eliminated', ratio: 0.01 }])),
    withBatch('in-batch + 1 % rank window', (data) => [window(data, 0.01)]),
    withBatch('in-batch + 1 % ANCE', () => [ann(0.01)]),
    onPlanted(
      withBatch('in-batch + 1 % ANCE, false negatives removed', () => [ann(0.01)], { falseNegatives: 'remove' }),
    ),
    onPlanted(pairs('shown and not taken only', (data) => [shown(data, 1)])),
    onPlanted(pairs('uniform', () => [uniform()])),
    onPlanted(pairs('popularity^0.75', () => [{ name: 'popularity' }])),
    onPlanted(pairs('uniform, 1 % rank window', (data) => [uniform(100), window(data, 1)])),
    onPlanted(pairs('uniform, 50 % rank window', (data) => [uniform(1), window(data, 1)])),
    onPlanted(pairs('rank window only', (data) => [window(data, 1)])),
    onPlanted(pairs('uniform, 1 % ANCE', () => [uniform(100), ann(1)])),
    onPlanted(pairs('uniform, 50 % ANCE', () => [uniform(1), ann(1)])),
    onPlanted(pairs('uniform, 2 of 8 hardest in batch', () => hardest)),
    onPlanted(
      pairs('uniform, 2 of 8 hardest in batch, false negatives removed', () => hardest, { falseNegatives: 'remove' }),
    ),
  ],
});
