/** Where the data of a call come from, and the made-up world in place of those that are not there. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildGraph, createPlantedWorld } from '../../dist/index.js';

const DATA = process.env.TWINLIGHT_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));

/**
 * @param {import('./data-sets.mjs').ColdStartData} set
 * @param {import('./measure.mjs').Bench} bench
 * @returns the graph, or undefined where the data are not there
 */
export async function openData({ folder, data }, { runs, tiny }) {
  const graphsDir = join(runs, 'graphs');
  if (tiny) return madeUp(graphsDir);
  const place = existsSync(join(DATA, folder)) ? join(DATA, folder) : resolve(folder);
  if (!existsSync(place)) return undefined;
  return buildGraph(place, { graphsDir, ...(data && { data }) });
}

/** Cut in the same way; figures on it mean nothing. */
function madeUp(graphsDir) {
  const { interactions } = createPlantedWorld({ seed: 1, numUsers: 150, numItems: 120, meanInteractions: 15 });
  return buildGraph(interactions, { graphsDir, name: 'planted', data: { split: { name: 'warm-cold-item' } } });
}
