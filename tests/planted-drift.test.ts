/**
 * Drift in time, with the truth known: where tastes move, a model trained on the recent part of the log knows the users of
 * today better than one trained on as many older rows; where they do not, age makes no difference.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { unionRagged } from '../src/core/ragged.js';
import { createPlantedWorld } from '../src/data/index.js';
import { selectInteractions } from '../src/data/interaction-set.js';
import { tastesAt } from '../src/data/planted/planted-tastes.js';
import type { PlantedWorld } from '../src/data/planted/planted-world.js';
import { buildGraph, type StoredGraph } from '../src/graph/index.js';
import { loadRun } from '../src/runs/index.js';
import { train } from '../src/training/index.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-drift-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const WORLD = { seed: 5, numUsers: 400, numItems: 240, numTastes: 8, meanInteractions: 40, lateItemShare: 0 };
const SETTINGS = [
  'training.batchSize=512',
  'training.epochs=15',
  'training.learningRate=0.01',
  'encoder.embeddingDim=16',
  'encoder.numLayers=2',
  'losses.main.temperature=0.3',
];
const TOP = 20;

/** Two stretches of equal length before the last fifth of the log, which neither sees. */
async function stretches({ interactions }: PlantedWorld, name: string): Promise<StoredGraph[]> {
  const numRows = interactions.userIndex.length;
  const rows = Int32Array.from(interactions.userIndex.keys());
  const none = selectInteractions(interactions, rows.subarray(0, 0));
  const { users, items } = interactions;
  const graphs: StoredGraph[] = [];
  for (const [from, to] of [
    [0, 0.4],
    [0.4, 0.8],
  ]) {
    const part = selectInteractions(interactions, rows.subarray(from * numRows, to * numRows));
    graphs.push(
      await buildGraph(
        { users, items, train: part, valid: none, test: none },
        { graphsDir: join(work, 'graphs'), name: `${name}-${from * 10}` },
      ),
    );
  }
  return graphs;
}

/** What share of a user's interest at the end the items stand for that each model recommends, mean over users and items. */
async function interestHit(drift: number): Promise<{ old: number; recent: number }> {
  const world = createPlantedWorld({ ...WORLD, drift });
  const graphs = await stretches(world, `drift-${drift * 10}`);
  const [a, b] = graphs.map(({ train: { userOffsets, userNeighbors } }) => ({
    offsets: userOffsets,
    values: userNeighbors,
  }));
  const known = unionRagged(a, b);
  const users = Int32Array.from({ length: WORLD.numUsers }, (_, user) => user);
  const hits: number[] = [];
  for (const graph of graphs) {
    const { run } = await train({ source: graph, preset: 'lightgcn', set: SETTINGS, runsDir: join(work, 'runs') });
    const { ids } = await (await loadRun(run)).recommender.recommend(users, TOP, known);
    let sum = 0;
    for (const user of users) {
      const shares = tastesAt(world.options, world.truth, { userIndex: user, at: 1 });
      for (const item of ids.subarray(user * TOP, (user + 1) * TOP)) sum += shares[world.truth.itemTaste[item]];
    }
    hits.push(sum / ids.length);
  }
  return { old: hits[0], recent: hits[1] };
}

describe('training on recent and on old interactions', () => {
  it('tells them apart where tastes drift', async () => {
    const { old, recent } = await interestHit(0.6);
    expect(recent).toBeGreaterThan(1.5 * old);
  }, 60_000);

  it('does not where they stay', async () => {
    const { old, recent } = await interestHit(0);
    expect(Math.abs(recent / old - 1)).toBeLessThan(0.15);
  }, 60_000);
});
