/** What `train` makes without a preset, beside the models that it is held against. */
import { table } from '../../scripts/reference/markdown.mjs';
import { cellsOf, TITLES } from '../auto/table.mjs';
import { dataOf, environmentOf, filesIn, readJson, section } from './filed.mjs';

export function auto() {
  const files = filesIn('auto/results', /-seed-\d+\.json$/);
  return ['## Without a preset', ...files.map(one)].join('\n\n');
}

function one(file) {
  const { set, graph, seed, rows, ...machine } = readJson(file);
  const [{ auto: chosen }] = rows;
  return section(
    `What train chooses on ${set}`,
    {
      command: `node bench/auto/run.mjs --data ${set} --seed ${seed}`,
      data: dataOf(graph),
      seeds: `${seed}`,
      selected: 'validation: settings, epochs, and what stands in for what was trained',
      environment: environmentOf(machine),
      filed: [file],
      more: 'auto/README.md',
    },
    table(TITLES, rows.map(cellsOf)),
    `Chosen: ${chosen.tried[0].name}${standInOf(chosen)}.`,
  );
}

function standInOf({ standing }) {
  const { vectors, standIn } = standing ?? {};
  if (standIn === undefined) return '';
  const [{ by }] = vectors;
  return standIn === 'vectors'
    ? `; vectors of ${by} stand in for it`
    : `, fused with vectors of ${by} (1 : ${standIn})`;
}
