/** Each view against the clean pass, and pairs of views; see README.md. Needs `npm run build` (npm start does it). */
import { COLUMNS, runStudy } from '../study/run-study.mjs';

const dropout = { name: 'edge-dropout' };
const noise = { name: 'embedding-noise' };
const VIEWS = [
  dropout,
  { name: 'edge-addition' },
  { name: 'edge-addition', by: 'random' },
  { name: 'node-dropout' },
  { name: 'layerwise-edge-dropout' },
  { name: 'random-walk' },
  noise,
  { name: 'singular-value' },
];
const nameOf = ({ name, by }) => (by ? `${name} ${by}` : name);
const pair = (first, second, group, weight = 0.1) => ({
  name: [first, second].map(nameOf).join(' + '),
  group,
  config: { views: { first, second, redraw: 'epoch' }, losses: { contrastive: { weight } } },
});
const clean = { name: 'identity' };
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
  data: ['planted'],
  seeds: [1, 2, 3],
  baseline: 'no contrast',
  columns: [COLUMNS.stepMs],
  variants: [
    { name: 'no contrast', group: 'none' },
    ...VIEWS.map((view) => ({ ...pair(view, clean, 'alone'), name: nameOf(view) })),
    pair(dropout, dropout, 'pairs'),
    pair(noise, noise, 'pairs'),
    pair(dropout, { name: 'singular-value' }, 'pairs'),
    ...[dropout, noise].map((view) => ({
      ...pair(view, view, 'less', 0.02),
      name: `${nameOf(view)} + ${nameOf(view)}, weight 0.02`,
    })),
    withAttributes({ name: 'no contrast' }),
    withAttributes({ ...pair(mask, clean), name: 'attribute-mask' }),
  ],
});
