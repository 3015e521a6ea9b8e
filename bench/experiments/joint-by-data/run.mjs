/** Where contrast and prototypes gain: by the data, the main loss, and whom it is for; see README.md. Needs `npm run build`. */
import { CHANGES } from '../study/data-sets.mjs';
import { COLUMNS, runStudy } from '../study/run-study.mjs';

const dropout = { name: 'edge-dropout', dropProbability: 0.1 };
const ONE_PASS = { pairing: 'cross-layer', first: { name: 'identity' }, contrastLayer: 1 };
const TWO_VIEWS = { first: dropout, second: dropout, redraw: 'epoch' };
const prototypes = (data, name, weight) => {
  const number = Math.min(64, data.most);
  return {
    name,
    weight,
    numItemPrototypes: number,
    freezeSteps: 50,
    ...(name === 'swav' && { numUserPrototypes: number }),
  };
};

/** As in `joint`: the two forms at the weights of the presets and at five times that. */
const FORMS = {
  'one pass': (data, weight) => ({
    views: ONE_PASS,
    losses: {
      contrastive: { weight, temperature: 0.2, numNodes: 512 },
      prototypes: prototypes(data, 'concat', weight),
    },
  }),
  'two views': (data, weight) => ({
    views: TWO_VIEWS,
    losses: {
      contrastive: { weight, temperature: 0.2, numNodes: 'all' },
      prototypes: prototypes(data, 'swav', weight),
    },
  }),
};

const BPR = { main: { name: 'bpr', similarity: 'inner-product' } };
const MAIN = {
  softmax: (data) => ({ losses: { main: { temperature: data.temperature ?? 0.25 } } }),
  BPR: () => ({ losses: BPR, negatives: { numNegatives: 8 } }),
};
const joined = (main, form) => ({ ...main, ...form, losses: { ...main.losses, ...form.losses } });

const variantsOf = (main, { weights, ...rest }) => [
  { name: `${main} alone`, group: `${main} alone`, config: MAIN[main], ...rest },
  ...Object.entries(FORMS).flatMap(([form, of]) =>
    weights.map((weight) => ({
      name: `${main}, ${form}, ${weight}`,
      group: `${main}, ${form}`,
      config: (data) => joined(MAIN[main](data), of(data, weight)),
      against: `${main} alone`,
      ...rest,
    })),
  ),
];

const SETS = ['planted', 'ml-100k'].flatMap((of) => [of, ...Object.keys(CHANGES).map((words) => `${of}, ${words}`)]);

await runStudy(import.meta.url, {
  name: 'joint-by-data',
  preset: 'lightgcn',
  config: { encoder: { numLayers: 2 } },
  data: [...SETS, 'citeulike-t'],
  seeds: [1, 2, 3],
  baseline: 'softmax alone',
  columns: [COLUMNS.head, COLUMNS.torso, COLUMNS.leastActive, COLUMNS.mostActive, COLUMNS.hubness],
  variants: [
    ...variantsOf('softmax', { weights: [0.02, 0.1] }),
    ...variantsOf('BPR', {
      weights: [0.02, 0.1],
      only: SETS.filter((name) => !/% of the pairs| 10 % wrong/.test(name)),
    }),
  ],
});
