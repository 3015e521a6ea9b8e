/** Prototypes: how many, how sharp, and whose; see README.md. Needs `npm run build`. */
import { onReal, runStudy } from '../study/run-study.mjs';

const dropout = { name: 'edge-dropout', dropProbability: 0.1 };
/** @param options of the loss; `count` prototypes of each side that has some */
const prototypes =
  (loss, sides, { count, ...options }) =>
  (data) => {
    const number = Math.min(count, data.most);
    const counts = Object.fromEntries(sides.map((side) => [side, number]));
    return { losses: { prototypes: { name: loss, weight: 0.1, ...counts, ...options } } };
  };
const BOTH = ['numUserPrototypes', 'numItemPrototypes'];
const swav = (name, options) => ({
  name: `SwAV, ${name}`,
  group: 'SwAV',
  config: prototypes('swav', BOTH, { freezeSteps: 50, ...options }),
});
const concat = (name, options) => ({
  name: `ConCAT, ${name}`,
  group: 'ConCAT',
  config: prototypes('concat', BOTH.slice(1), { freezeSteps: 50, ...options }),
});
const kMeans = (name, options) => ({
  name: `k-means, ${name}`,
  group: 'k-means',
  config: prototypes('prototype-nce', BOTH, options),
});

/** Items by their nearest prototype: e^entropy of the shares is the number of prototypes in use, each as large as another. */
function probe({ embeddings, itemPrototypes }) {
  if (!itemPrototypes) return {};
  const { numPrototypes, embeddingDim: dim, vectors } = itemPrototypes;
  const counts = new Float64Array(numPrototypes);
  const numItems = embeddings.items.length / dim;
  for (let item = 0; item < numItems; item++) {
    let nearest = 0;
    let highest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < numPrototypes; k++) {
      let score = 0;
      for (let d = 0; d < dim; d++) score += vectors[k * dim + d] * embeddings.items[item * dim + d];
      if (score > highest) [nearest, highest] = [k, score];
    }
    counts[nearest]++;
  }
  const shares = [...counts].filter((count) => count > 0).map((count) => count / numItems);
  const entropy = -shares.reduce((sum, share) => sum + share * Math.log(share), 0);
  return { prototypes: numPrototypes, dead: numPrototypes - shares.length, 'effective prototypes': Math.exp(entropy) };
}
const column = (title, of, digits) => ({ title, of, digits, spread: false });

await runStudy(import.meta.url, {
  name: 'prototypes',
  preset: 'lightgcn',
  config: {
    encoder: { numLayers: 2 },
    losses: { main: { temperature: 0.25 } },
    views: { first: dropout, second: dropout, redraw: 'epoch' },
  },
  data: ['planted', 'ml-100k'],
  seeds: [1, 2, 3],
  baseline: 'no prototypes',
  probe,
  columns: [
    column('code imbalance', (cell) => cell.selected?.codeImbalance, 2),
    column('dead', 'test:dead', 0),
    column('effective', 'test:effective prototypes', 1),
  ],
  variants: [
    { name: 'no prototypes', group: 'none' },
    ...[8, 64].map((count) => swav(`${count}`, { count })),
    ...[0.01, 1].map((epsilon) => swav(`64, ε ${epsilon}`, { count: 64, epsilon })),
    concat('64', { count: 64 }),
    ...[8, 256].map((count) => onReal(concat(`${count}`, { count }))),
    ...[0.01, 1].map((epsilon) => onReal(concat(`64, ε ${epsilon}`, { count: 64, epsilon }))),
    ...[20, 64].map((count) => kMeans(`${count}`, { count })),
    ...[8, 256].map((count) => onReal(kMeans(`${count}`, { count }))),
    onReal(kMeans('64, anew every 5 epochs', { count: 64, refreshEvery: 5 })),
  ],
});
