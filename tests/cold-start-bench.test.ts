/** What bench/cold-start is made of: graphs with a share of their training pairs, and means over seeds. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildGraph } from '../src/graph/index.js';
import { createPlantedWorld } from '../src/index.js';

const isBuilt = existsSync('dist/index.js');

const world = () =>
  buildGraph(createPlantedWorld({ seed: 1, numUsers: 60, numItems: 50, meanInteractions: 12 }).interactions, {
    name: 'planted',
    data: { split: { name: 'warm-cold-item' } },
  });
const pairsOf = ({ userOffsets, userNeighbors }: { userOffsets: Int32Array; userNeighbors: Int32Array }): Set<string> =>
  new Set(
    Array.from({ length: userOffsets.length - 1 }, (_, user) =>
      Array.from(userNeighbors.subarray(userOffsets[user], userOffsets[user + 1]), (item) => `${user} ${item}`),
    ).flat(),
  );

describe.skipIf(!isBuilt)('a thinned graph', async () => {
  // @ts-expect-error a plain script without types
  const { thinnedGraph } = await import('../bench/cold-start/thinned-graph.mjs');

  it('has a share of the training pairs, and all else as it was', async () => {
    const graph = await world();
    const thin = await thinnedGraph(graph, 0.25);
    const [all, kept] = [pairsOf(graph.train), pairsOf(thin.train)];
    expect(kept.size).toBe(Math.round(0.25 * all.size));
    expect([...kept].every((pair) => all.has(pair))).toBe(true);
    for (const part of ['valid', 'test'] as const) {
      expect(thin[part].values).toEqual(graph[part].values);
      expect(thin[part].offsets).toEqual(graph[part].offsets);
    }
    expect([...thin.items.ids]).toEqual([...graph.items.ids]);
    expect([...thin.users.ids]).toEqual([...graph.users.ids]);
    expect(thin.itemFeatures).toEqual(graph.itemFeatures);
  });

  it('is the same for the same seed, another for another', async () => {
    const graph = await world();
    const hashOf = async (seed: number) => (await thinnedGraph(graph, 0.25, undefined, seed)).manifest.hash;
    expect(await hashOf(1)).toBe(await hashOf(1));
    expect(await hashOf(1)).not.toBe(await hashOf(2));
  });
});

it('takes means and deviations over seeds, for every user as well', async () => {
  // @ts-expect-error a plain script without types
  const { meanReport } = await import('../bench/cold-start/mean-report.mjs');
  const report = (perUser: number[]) => ({
    task: 'cold',
    metrics: { 'ndcg@20': perUser.reduce((sum, value) => sum + value, 0) / perUser.length },
    perUser: { 'ndcg@20': perUser },
  });
  const mean = meanReport([report([0.1, 0.3]), report([0.3, 0.5])]);
  expect(mean.perUser['ndcg@20'].map((value: number) => value.toFixed(6))).toEqual(['0.200000', '0.400000']);
  expect(mean.metrics['ndcg@20']).toBeCloseTo(0.3, 12);
  // seeds at .2 and .4: √((.1² + .1²) ÷ 1)
  expect(mean.spread['ndcg@20']).toBeCloseTo(Math.sqrt(0.02), 12);
  expect(meanReport([report([0.1])]).spread).toBeUndefined();
});
