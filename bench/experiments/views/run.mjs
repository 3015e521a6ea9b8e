/** Each view against the clean pass, and pairs of views; see README.md. Needs `npm run build` (npm start does it). */
import { onPlanted, runStudy } from '../study/run-study.mjs';

const dropout = { name: 'edge-dropout' };
const addition = { name: 'edge-addition' };
const nodes = { name: 'node-dropout' };
const layerwise = { name: 'layerwise-edge-dropout' };
const walk = { name: 'random-walk' };
const noise = { name: 'embedding-noise' };
const lowRank = { name: 'singular-value' };
const VIEWS = [dropout, addition, { name: 'edge-addition', by: 'random' }, nodes, layerwise, walk, noise, lowRank];
const TWICE = [dropout, noise];
const PAIRS = [
  [nodes, nodes],
  [walk, walk],
  [layerwise, layerwise],
  [dropout, lowRank],
  [dropout, addition],
  [noise, lowRank],
];
const nameOf = ({ name, by }) => (by ? `${name} ${by}` : name);
const pair = (first, second, group, weight = 0.1) => ({
  name: [first, second].map(nameOf).join(' + '),
  group,
  config: { views: { first, second, redraw: 'epoch' }, losses: { contrastive: { weight } } },
});
const clean = { name: 'identity' };
const alone = (view) => ({ ...pair(view, clean, 'alone'), name: nameOf(view) });
const mask = { name: 'attribute-mask' };
const withAttributes = (variant) => ({
  ...variant,
  name: `${variant.name}, attribute nodes`,
  group: 'with attribute nodes',
  config: (data) => ({
    ...variant.config,
    encoder: { attributes: data.attributes },
  }),
});

await runStudy(import.meta.url, {
  name: 'views',
  preset: 'lightgcn',
  config: { encoder: { numLayers: 2 }, losses: { main: { temperature: 0.25 } } },
  data: ['planted', 'ml-100k'],
  seeds: [1, 2, 3],
  baseline: 'no contrast',
  variants: [
    { name: 'no contrast', group: 'none' },
    ...VIEWS.map((view) => onPlanted(alone(view))),
    ...TWICE.map((view) => pair(view, view, 'pairs')),
    pair(dropout, noise, 'pairs'),
    ...PAIRS.map(([first, second]) => onPlanted(pair(first, second, 'pairs'))),
    ...TWICE.map((view) =>
      onPlanted({ ...pair(view, view, 'less', 0.02), name: `${nameOf(view)} + ${nameOf(view)}, weight 0.02` }),
    ),
    onPlanted(withAttributes({ name: 'no contrast' })),
    onPlanted(withAttributes({ ...pair(mask, clean), name: 'attribute-mask' })),
  ],
});
