/** Contrast and prototypes in one pass or over two views, by weight; see README.md. Needs `npm run build`. */
import { runStudy } from '../study/run-study.mjs';

const dropout = { name: 'edge-dropout', dropProbability: 0.1 };
const TWO_VIEWS = { first: dropout, second: dropout, redraw: 'epoch' };
/** Of the final embedding with layer 1, without noise. */
const BETWEEN_LAYERS = { pairing: 'cross-layer', first: { name: 'identity' }, contrastLayer: 1 };
const contrast = (weight) => ({ weight, temperature: 0.2, numNodes: 512 });
const concat = (data, weight) => ({
  name: 'concat',
  weight,
  numItemPrototypes: Math.min(64, data.most),
  freezeSteps: 50,
});
const swav = (data, weight) => ({ ...concat(data, weight), name: 'swav', numUserPrototypes: Math.min(64, data.most) });

const onePass = (weight) => ({
  name: `one pass, ${weight}`,
  group: 'one pass',
  config: (data) => ({
    views: BETWEEN_LAYERS,
    losses: { contrastive: contrast(weight), prototypes: concat(data, weight) },
  }),
});
const twoViews = (weight) => ({
  name: `two views, ${weight}`,
  group: 'two views',
  config: (data) => ({
    views: TWO_VIEWS,
    losses: { contrastive: { ...contrast(weight), numNodes: 'all' }, prototypes: swav(data, weight) },
  }),
});

await runStudy(import.meta.url, {
  name: 'joint',
  preset: 'lightgcn',
  config: { encoder: { numLayers: 2 }, losses: { main: { temperature: 0.25 } } },
  data: ['planted', 'ml-100k'],
  seeds: [1, 2, 3],
  baseline: 'softmax alone',
  columns: [],
  variants: [
    { name: 'softmax alone', group: 'none' },
    {
      name: 'contrast between layers, 0.02',
      group: 'one part',
      config: () => ({ views: BETWEEN_LAYERS, losses: { contrastive: contrast(0.02) } }),
    },
    {
      name: 'prototypes of pairs, 0.02',
      group: 'one part',
      config: (data) => ({ losses: { prototypes: concat(data, 0.02) } }),
    },
    onePass(0.02),
    onePass(0.1),
    onePass(0.5),
    twoViews(0.02),
    twoViews(0.1),
    twoViews(0.5),
  ],
});
