/** What the lists of an IVF index should be made around. */
import { table } from '../../scripts/reference/markdown.mjs';
import { dataOf, environmentOf, filesIn, percent, readJson, section } from './filed.mjs';

export function centroids() {
  return filesIn('ann/results', /centroids.*\.json$/)
    .map(ofFile)
    .join('\n\n');
}

function ofFile(file) {
  const { lists, topK, seed, environment, results } = readJson(file);
  const shares = Object.keys(results[0].at).sort((a, b) => a - b);
  const graphs = [...new Set(results.map(({ graph }) => dataOf(graph)))];
  return section(
    `Lists of an IVF index by what they are made around, ${lists} lists`,
    {
      command: `node bench/ann/centroids.mjs --lists ${lists}`,
      data: graphs.join('; '),
      seeds: `${seed}; nothing is selected`,
      environment: environmentOf(environment),
      filed: [file],
      more: 'ann/README.md',
    },
    `Share of the exact top ${topK} that is found when so many of the items are looked at. Imbalance: 1 where lists are equally long.`,
    table(
      ['data', 'preset', 'lists around', 'imbalance', ...shares.map((share) => percent(share))],
      results.map(({ set, preset, centroids: around, imbalance, at }) => [
        set,
        preset,
        around,
        imbalance.toFixed(2),
        ...shares.map((share) => at[share].toFixed(3)),
      ]),
    ),
  );
}
