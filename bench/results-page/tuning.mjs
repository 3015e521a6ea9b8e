/** How near samplers come to the best settings, beside Optuna. */
import { table } from '../../scripts/reference/markdown.mjs';
import { dataOf, environmentOf, latest, readJson, section } from './filed.mjs';

const TABLE = 'tune/results/ml-100k-table.json';

export function tuning() {
  const file = latest('tune/results', /^\d.*\.json$/);
  const { machine, trials, seeds, greatest, optuna, meanGaps } = readJson(file);
  const { graph, rates, temperatures, choices, seed, backend } = readJson(TABLE);
  const names = { tpe: 'twinlight, tpe', optuna: `Optuna ${optuna}, TPESampler`, random: 'twinlight, random' };
  const rows = Object.entries(names).map(([key, name]) => [
    name,
    meanGaps[key].toFixed(5),
    (meanGaps[key] / meanGaps.optuna).toFixed(2),
  ]);
  const points = `${rates.length} × ${temperatures.length} × ${choices.length}`;
  return [
    '## Tuning',
    section(
      `The best settings in ${trials} trials`,
      {
        command: 'node bench/tune/run.mjs',
        data: `MovieLens 100K, ${dataOf(graph)}; ${points} trainings of two-tower with seed ${seed}, bilinear between them`,
        seeds: `0 to ${seeds - 1} of the samplers`,
        selected: 'validation alone: the gap is between validation figures, and test was not looked at',
        environment: environmentOf({ ...machine, backend }),
        filed: [file, TABLE],
        more: 'tune/README.md',
      },
      table(['sampler', 'mean gap in ndcg@20', 'to Optuna’s'], rows),
      `The greatest figure of the table is ${greatest.toFixed(4)}; the gap is what the best of the ${trials} trials lacks of it.`,
    ),
  ].join('\n\n');
}
