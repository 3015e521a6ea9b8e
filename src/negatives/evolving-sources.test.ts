/** Sources that follow the training: rank lists and when they take effect, the queue, the streaming frequency. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { randomGraph, randomMatrix } from '../../tests/random-arrays.js';
import { Rng } from '../core/rng.js';
import { hasEdge, itemDegrees } from '../graph/bipartite-csr.js';
import { EmbeddingRecommender } from '../retrieval/embedding-recommender.js';
import { popularityEmbeddings } from '../retrieval/popularity.js';
import { createSource, negativeSourceSchema, type OwnSource, type PositiveBatch, type Snapshot } from './index.js';
import { StreamingFrequency } from './item-frequency.js';
import { VectorQueue } from './sources/queue.js';
import { approximateRankLists, rankListsBy } from './sources/rank-lists.js';
import { RefreshedLists } from './sources/refreshed-lists.js';

const graph = randomGraph(15, 40, 0.2, 'evolving');
const dim = 5;
const snapshot = (label: string): Snapshot => ({
  dim,
  users: randomMatrix(15, dim, label, 'users'),
  items: randomMatrix(40, dim, label, 'items'),
});
const batch: PositiveBatch = {
  userIndex: Int32Array.from({ length: 15 }, (_, user) => user),
  itemIndex: new Int32Array(15),
};

/** Ranks from … to of a user by inner product, training items left out. */
function windowOf({ users, items }: Snapshot, user: number, from: number, to: number): number[] {
  const score = (item: number): number => {
    let sum = 0;
    for (let d = 0; d < dim; d++) sum += users[user * dim + d] * items[item * dim + d];
    return sum;
  };
  return Array.from({ length: 40 }, (_, item) => item)
    .filter((item) => !hasEdge(graph, user, item))
    .sort((a, b) => score(b) - score(a))
    .slice(from - 1, to);
}

describe('rank lists', () => {
  it('are the window of the exact ranking when every cluster is looked into', async () => {
    const vectors = snapshot('lists');
    const approximate = approximateRankLists(vectors, graph, { from: 3, to: 8 }, { seed: 1, numProbes: 40 });
    const model = new EmbeddingRecommender({ ...vectors, embeddingDim: dim, normalized: false });
    const exact = await rankListsBy(model, graph, { from: 3, to: 8 });
    expect(approximate).toEqual(exact);
    for (let user = 0; user < 15; user++) {
      expect([...exact.subarray(6 * user, 6 * user + 6)]).toEqual(windowOf(vectors, user, 3, 8));
    }
  });
});

describe('rank-window', () => {
  it('draws from the window of a fixed model', async () => {
    const model = new EmbeddingRecommender(popularityEmbeddings(graph));
    const lists = await rankListsBy(model, graph, { from: 5, to: 9 });
    const options = negativeSourceSchema.parse({ name: 'rank-window', from: 5, to: 9, model: 'popularity' });
    const source = createSource({ graph, itemDegrees: itemDegrees(graph), seed: 1 }, options) as OwnSource;
    await source.prepare?.(0, () => snapshot('unused'));
    const ids = source.draw(batch, 200, Rng.of(1));
    for (let user = 0; user < 15; user++) {
      const seen = new Set(ids.subarray(200 * user, 200 * (user + 1)));
      expect(seen).toEqual(new Set(lists.subarray(5 * user, 5 * user + 5)));
    }
  });

  it('refuses an empty window', () => {
    const options = negativeSourceSchema.parse({ name: 'rank-window', from: 50, to: 60 });
    expect(() => createSource({ graph, itemDegrees: itemDegrees(graph), seed: 1 }, options)).toThrow(
      /ranks 50 … 60 of 40/,
    );
  });
});

describe.skipIf(!existsSync('dist/negatives/rank-worker.js'))('refreshed lists (in a worker thread)', () => {
  const { numUsers, numItems, userOffsets, userNeighbors } = graph;
  const make = () =>
    new RefreshedLists(
      {
        known: { numUsers, numItems, userOffsets, userNeighbors },
        window: { from: 1, to: 5 },
        options: { seed: 1, numProbes: 40 },
      },
      10,
    );
  const expected = (label: string) =>
    Int32Array.from(Array.from({ length: 15 }, (_, user) => windowOf(snapshot(label), user, 1, 5)).flat());

  it('take effect refreshEvery steps after their snapshot, and come out of a checkpoint the same', async () => {
    const lists = make();
    let resumed: RefreshedLists | undefined;
    for (let done = 0; done <= 40; done++) {
      if (done === 30) {
        // as the trainer does: the checkpoint of 30 steps is written before step 31 is prepared
        const state = lists.state();
        resumed = make();
        resumed.restore(state, 30);
      }
      const serving = await lists.prepare(done, () => snapshot(`after ${done}`));
      const from = Math.floor(done / 10) * 10 - 10;
      expect(serving).toEqual(from < 10 ? undefined : expected(`after ${from}`));
      if (resumed) expect(await resumed.prepare(done, () => snapshot(`after ${done}`))).toEqual(serving);
    }
    lists.dispose();
    resumed?.dispose();
  });

  it('keep a process alive that waits for them and has nothing else to do, and no longer', () => {
    const script = `
      import { RefreshedLists } from './dist/negatives/refreshed-lists.js';
      const known = { numUsers: 2, numItems: 4, userOffsets: Int32Array.of(0, 1, 2), userNeighbors: Int32Array.of(0, 1) };
      const work = { known, window: { from: 1, to: 2 }, options: { seed: 1, numProbes: 4 } };
      const lists = new RefreshedLists(work, 1);
      const snapshot = () => ({ dim: 1, users: Float32Array.of(1, 1), items: Float32Array.of(1, 2, 3, 4) });
      await lists.prepare(1, snapshot);
      console.log((await lists.prepare(2, snapshot)).join(' '));
    `;
    const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '3 2 3 2\n' });
  });
});

describe('the queue', () => {
  const entry = (item: number) => ({ ids: Int32Array.of(item), vectors: Float32Array.of(item, -item) });

  it('is a ring that shows only what was pushed', () => {
    const queue = new VectorQueue(3, 0.9, () => 1);
    expect(queue.read().ids).toHaveLength(0);
    queue.push(entry(1));
    queue.push(entry(2));
    expect([...queue.read().ids]).toEqual([1, 2]);
    for (const item of [3, 4, 5]) queue.push(entry(item));
    expect([...queue.read().ids].sort()).toEqual([3, 4, 5]);
    const { ids, vectors } = queue.read();
    for (const [i, id] of ids.entries()) expect([...vectors.subarray(2 * i, 2 * i + 2)]).toEqual([id, -id]);
  });

  it('goes on from a checkpoint as if nothing had happened', () => {
    const [queue, other] = [new VectorQueue(3, 0.9, () => 1), new VectorQueue(3, 0.9, () => 1)];
    for (const item of [1, 2, 3, 4]) queue.push(entry(item));
    other.restore(queue.state());
    for (const one of [queue, other]) one.push(entry(5));
    expect(other.read()).toEqual(queue.read());
  });
});

describe('streaming frequency', () => {
  const options = { name: 'streaming' as const, learningRate: 0.1, numBuckets: 1024, numHashes: 2 };
  const one = (item: number): PositiveBatch => ({ userIndex: Int32Array.of(0), itemIndex: Int32Array.of(item) });

  it('is exact for items that occur at fixed intervals', () => {
    const frequency = new StreamingFrequency(options, 1);
    for (let step = 1; step <= 600; step++)
      frequency.observe(one(step % 3 === 0 ? 7 : step % 3 === 1 ? 8 : 9 + (step % 6)), step);
    expect(frequency.probability(7)).toBeCloseTo(1 / 3, 3);
    expect(frequency.probability(8)).toBeCloseTo(1 / 3, 3);
  });

  it('is the recurrence of the paper, place by place', () => {
    const frequency = new StreamingFrequency({ ...options, numHashes: 1 }, 1);
    const steps = [4, 5, 9, 20, 21, 30];
    let gap = 0;
    let last = 0;
    for (const step of steps) {
      frequency.observe(one(3), step);
      gap = gap === 0 ? step - last : 0.9 * gap + 0.1 * (step - last);
      last = step;
    }
    expect(frequency.probability(3)).toBeCloseTo(1 / gap, 5);
  });

  it('comes near the true probabilities of a random stream, and follows when they change', () => {
    const frequency = new StreamingFrequency({ ...options, learningRate: 0.01 }, 1);
    const rng = Rng.of(5);
    const batchOf = (share: number): PositiveBatch => ({
      userIndex: new Int32Array(4),
      itemIndex: Int32Array.from({ length: 4 }, () => (rng.uniform() < share ? 1 : 2 + rng.integer(500))),
    });
    let step = 0;
    for (let i = 0; i < 4000; i++) frequency.observe(batchOf(0.02), ++step);
    // a step shows item 1 with probability 1 - 0.98^4
    expect(frequency.probability(1) * 4).toBeGreaterThan(0.05);
    expect(frequency.probability(1) * 4).toBeLessThan(0.12);
    for (let i = 0; i < 4000; i++) frequency.observe(batchOf(0.2), ++step);
    expect(frequency.probability(1) * 4).toBeGreaterThan(0.45);
  });

  it.each([0.0005, 0.005, 0.05])(
    'comes near a probability of %d a draw in large batches, where it recurs within one',
    (share) => {
      const frequency = new StreamingFrequency({ ...options, learningRate: 0.02, numBuckets: 1 << 15 }, 1);
      const rng = Rng.of(7);
      for (let step = 1; step <= 600; step++) {
        const itemIndex = Int32Array.from({ length: 512 }, () => (rng.uniform() < share ? 1 : 2 + rng.integer(5000)));
        frequency.observe({ userIndex: new Int32Array(512), itemIndex }, step);
      }
      expect(Math.abs(Math.log(frequency.probability(1) / share))).toBeLessThan(0.35);
    },
  );

  it('takes the longest gap of several hashes, so that a collision of one does not mislead', () => {
    const crowd = (numHashes: number): number => {
      const frequency = new StreamingFrequency({ ...options, numBuckets: 40, numHashes }, 3);
      const rng = Rng.of(6);
      for (let step = 1; step <= 3000; step++) frequency.observe(one(rng.integer(60)), step);
      let total = 0;
      for (let item = 0; item < 60; item++) total += frequency.probability(item);
      return total;
    };
    // the truth is 1; collisions only ever add
    expect(crowd(4)).toBeLessThan(crowd(1));
  });

  it('goes on from a checkpoint as if nothing had happened', () => {
    const [frequency, other] = [new StreamingFrequency(options, 1), new StreamingFrequency(options, 1)];
    for (let step = 1; step < 20; step++) frequency.observe(one(step % 5), step);
    other.restore(frequency.state());
    for (const each of [frequency, other]) each.observe(one(3), 20);
    expect(other.state()).toEqual(frequency.state());
  });
});
