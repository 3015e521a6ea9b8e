/**
 * The planted world as a judge: its best reachable ranking is known by construction. The joint model must come near it,
 * and three wrong models must measurably not: shuffled labels, views that change nothing, prototypes without an opinion.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Rng } from '../src/core/rng.js';
import { createPlantedWorld, plantedOracleScores } from '../src/data/index.js';
import { buildGraph, type StoredGraph } from '../src/graph/index.js';
import { type Recommender, selectTopK } from '../src/retrieval/index.js';
import { rankHeldOut } from '../src/runs/held-out.js';
import { loadRun, type TrainedRun } from '../src/runs/index.js';
import { train } from '../src/training/index.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-planted-'));
const world = createPlantedWorld({
  seed: 3,
  numUsers: 900,
  numItems: 240,
  numTastes: 8,
  meanInteractions: 36,
  lateItemShare: 0,
});
const SETTINGS = [
  'training.batchSize=1024',
  'training.epochs=10',
  'training.learningRate=0.01',
  'encoder.embeddingDim=32',
  'encoder.layerCombination=without-first',
  'losses.main.temperature=0.5',
  'losses.prototypes.numUserPrototypes=20',
  'losses.prototypes.numItemPrototypes=20',
];
let graph: StoredGraph;

/** recall@20 on test of a model trained on `on` with the settings and `more` over them. */
async function trainJoint(on: StoredGraph, more: readonly string[] = []): Promise<{ recall: number; run: TrainedRun }> {
  const report = await train({ source: on, set: [...SETTINGS, ...more], runsDir: join(work, 'runs'), overwrite: true });
  return { recall: report.test['recall@20'], run: await loadRun(report.run) };
}

/** Ranks by the true weights. */
function oracle(on: StoredGraph): Recommender {
  const { numUsers, numItems } = on.train;
  return {
    numUsers,
    numItems,
    isExact: true,
    async recommend(users, k, exclude) {
      const ids = new Int32Array(users.length * k);
      const scores = new Float32Array(users.length * k);
      users.forEach((user, query) => {
        const excluded = exclude?.values.subarray(exclude.offsets[query], exclude.offsets[query + 1]);
        const top = selectTopK(plantedOracleScores(world, user), k, excluded);
        ids.set(top.ids, query * k);
        scores.set(top.scores, query * k);
      });
      return { k, ids, scores };
    },
  };
}

/** Normalised mutual information between the items' nearest prototypes and their true tastes: 0 unrelated, 1 the same. */
function prototypeAgreement({ embeddings, itemPrototypes, graph: on }: TrainedRun): number {
  const { numPrototypes, embeddingDim, vectors } = itemPrototypes!;
  const pairs: [number, number][] = [];
  for (let item = 0; item < on.train.numItems; item++) {
    const similarity = Array.from({ length: numPrototypes }, (_, k) => {
      let score = 0;
      for (let d = 0; d < embeddingDim; d++) {
        score += embeddings!.items[item * embeddingDim + d] * vectors[k * embeddingDim + d];
      }
      return score;
    });
    pairs.push([similarity.indexOf(Math.max(...similarity)), world.truth.itemTaste[item]]);
  }
  const entropy = (keys: readonly string[]) => {
    const counts = new Map<string, number>();
    for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
    return -[...counts.values()].reduce((sum, n) => sum + (n / keys.length) * Math.log(n / keys.length), 0);
  };
  const [a, b] = [entropy(pairs.map(([k]) => `${k}`)), entropy(pairs.map(([, taste]) => `${taste}`))];
  return (2 * (a + b - entropy(pairs.map((pair) => pair.join())))) / (a + b);
}

describe('on the planted world', () => {
  let reachable = 0;
  let joint: Awaited<ReturnType<typeof trainJoint>>;

  beforeAll(async () => {
    const data = { split: { name: 'per-user-time' as const } };
    graph = await buildGraph(world.interactions, { data, graphsDir: join(work, 'graphs'), name: 'planted' });
    joint = await trainJoint(graph);
    const best = await rankHeldOut(oracle(graph), graph, { part: 'test', topK: [20] });
    reachable = best.metrics['recall@20'];
  }, 240_000);
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  it('joint reaches at least 90 % of the best possible recall@20', () => {
    expect(reachable).toBeGreaterThan(0.5);
    expect(joint.recall / reachable).toBeGreaterThanOrEqual(0.9);
    // more than the best there is would mean that test pairs leaked
    expect(joint.recall / reachable).toBeLessThan(1);
  });

  it('its prototypes find the tastes, those that are told nothing do not', async () => {
    expect(prototypeAgreement(joint.run)).toBeGreaterThan(0.6);
    // codes are uniform whatever the scores: prototypes collapse
    const { run } = await trainJoint(graph, ['losses.prototypes.epsilon=100']);
    expect(prototypeAgreement(run)).toBeLessThan(0.35);
  }, 240_000);

  it('shuffled labels are not learnable', async () => {
    const { interactions } = world;
    const itemIndex = Rng.of(9, 'shuffle').shuffle(Int32Array.from(interactions.itemIndex));
    const data = { split: { name: 'per-user-time' as const } };
    const shuffled = await buildGraph(
      { ...interactions, itemIndex },
      { data, graphsDir: join(work, 'graphs'), name: 'shuffled' },
    );
    expect((await trainJoint(shuffled)).recall).toBeLessThan(0.4 * joint.recall);
  }, 240_000);

  it('contrast alone learns from views that differ, not from views that change nothing', async () => {
    const alone = (dropProbability: number) =>
      trainJoint(graph, [
        'losses.main.weight=0',
        'losses.contrastive.weight=1',
        'losses.prototypes.weight=0',
        'encoder.layerCombination=mean',
        `views.first.dropProbability=${dropProbability}`,
        `views.second.dropProbability=${dropProbability}`,
      ]);
    const [different, same] = [await alone(0.8), await alone(0)];
    expect(different.recall).toBeGreaterThan(1.25 * same.recall);
  }, 240_000);
});
