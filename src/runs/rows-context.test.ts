/** What rows borrow of content neighbours: in what shares, and how much in all. */
import { expect, it } from 'vitest';
import { resolveConfig } from '../config/resolve-config.js';
import { createPlantedWorld } from '../data/index.js';
import { buildGraph } from '../graph/index.js';
import { rowsContext } from './rows-context.js';

const { interactions } = createPlantedWorld({ seed: 3, numUsers: 40, numItems: 40, meanInteractions: 10 });
const graph = await buildGraph(interactions, { name: 'planted', data: { split: { name: 'warm-cold-item' } } });
const borrowed = (coldStart: object) => {
  const encoder = { rows: { name: 'tower' }, propagation: { name: 'none' } };
  const config = resolveConfig([{ encoder, coldStart: { neighbours: 5, ...coldStart } }], 'test');
  return rowsContext(config, graph, graph.train).neighbours!.item!;
};
const rowOf = ({ offsets, values }: ReturnType<typeof borrowed>, row: number): number[] => [
  ...values.subarray(offsets[row], offsets[row + 1]),
];

it('adds up to neighbourWeight, shared out by neighbourPower', () => {
  const [plain, heavy, alike] = [{}, { neighbourWeight: 2.5 }, { neighbourPower: 0 }].map(borrowed);
  for (let item = 0; item < graph.items.size; item++) {
    const row = rowOf(plain, item);
    expect(row).toHaveLength(5);
    expect(row.reduce((sum, share) => sum + share)).toBeCloseTo(1, 5);
    for (const [at, share] of rowOf(heavy, item).entries()) expect(share).toBeCloseTo(2.5 * row[at], 5);
    for (const share of rowOf(alike, item)) expect(share).toBeCloseTo(0.2, 6);
  }
  expect(rowOf(borrowed({ neighbourPower: 2 }), 0)).not.toEqual(rowOf(plain, 0));
});
