/** A run on a graph with cold items: chosen by one of its tasks, reported by all of them. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPlantedWorld } from '../data/index.js';
import { buildGraph, type StoredGraph } from '../graph/index.js';
import { heldOutFor } from '../runs/held-out.js';
import { compareRuns, evaluateRun, loadRun } from '../runs/index.js';
import { train } from './index.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-tasks-'));
const SMALL = ['training.epochs=3', 'training.batchSize=256', 'encoder.embeddingDim=8', 'evaluation.topK=[5,20]'];
let cold: StoredGraph;
let warm: StoredGraph;
beforeAll(async () => {
  const { interactions } = createPlantedWorld({ seed: 5, numUsers: 80, numItems: 90, meanInteractions: 14 });
  const build = (name: string) =>
    buildGraph(interactions, { graphsDir: join(work, 'graphs'), name, data: { split: { name } as never } });
  [cold, warm] = [await build('warm-cold-item'), await build('random')];
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const trained = (source: StoredGraph, run: string, set: string[]) =>
  train({ source, preset: 'two-tower', run: join(work, run), set: [...SMALL, ...set], backend: 'wasm' });

describe('a task to choose by', () => {
  it('is what the kept epoch is best in, and stands in every record', async () => {
    const report = await trained(cold, 'by-cold', ['training.monitor=cold.ndcg@20']);
    const records = readFileSync(join(work, 'by-cold', 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n');
    const values = records.map((line) => JSON.parse(line).valid['cold.ndcg@20'] as number);
    expect(values).toHaveLength(3);
    expect(values[report.bestEpoch - 1]).toBe(Math.max(...values));
    expect(JSON.parse(records[0]).valid).toHaveProperty('warm.recall@5');
    expect(report.tasks!.valid!.cold.metrics['ndcg@20']).toBeCloseTo(Math.max(...values), 6);
  });

  it('is refused where the validation pairs have none of it, before a folder is made', async () => {
    await expect(trained(warm, 'none', ['training.monitor=cold.ndcg@20'])).rejects.toMatchObject({
      code: 'CONFIG_MONITOR',
      message: expect.stringMatching(/no task "cold": there is overall$/),
    });
    expect(existsSync(join(work, 'none', 'manifest.json'))).toBe(false);
    await expect(trained(cold, 'none', ['training.monitor=chilly.ndcg@20'])).rejects.toThrow(
      /tasks: overall, cold, warm, user-cold/,
    );
    await expect(trained(cold, 'none', ['training.monitor=cold.ndcg@10'])).rejects.toThrow(/evaluation.topK.*add 10/);
  });
});

describe('the report', () => {
  it('has the tasks with their candidates, and evaluate finds the same', async () => {
    const { tasks, test } = await trained(cold, 'plain', []);
    const numCold = cold.manifest.counts.coldItems;
    const numItems = cold.manifest.counts.items;
    expect(Object.keys(tasks!.test!)).toEqual(['overall', 'cold', 'warm']);
    expect(Object.values(tasks!.test!).map(({ candidates }) => candidates)).toEqual([
      numItems,
      numCold,
      numItems - numCold,
    ]);
    expect(tasks!.test!.overall.metrics).toEqual(test);
    const run = await loadRun(join(work, 'plain'));
    const found = (await evaluateRun(run)).tasks!.find(({ task }) => task === 'warm')!;
    expect(found.metrics['recall@20']).toBeCloseTo(tasks!.test!.warm.metrics['recall@20'], 9);
    const other = await loadRun(join(work, 'by-cold'));
    const { numUsers } = await compareRuns({ a: run, b: other }, { task: 'cold' });
    expect(numUsers).toBe(tasks!.test!.cold.users);
  });

  it('has none where all that is held out is warm', async () => {
    const { tasks } = await trained(warm, 'warm', []);
    expect(tasks).toBeUndefined();
  });
});

it('validation pairs of warm items are not ranked at test; those of cold items are', () => {
  const { exclude } = heldOutFor(cold, 'test');
  const { train: edges, valid } = cold;
  let numCold = 0;
  for (let user = 0; user < edges.numUsers; user++) {
    const excluded = exclude.values.subarray(exclude.offsets[user], exclude.offsets[user + 1]);
    for (const item of valid.values.subarray(valid.offsets[user], valid.offsets[user + 1])) {
      const isWarm = edges.itemOffsets[item + 1] > edges.itemOffsets[item];
      expect(excluded.includes(item)).toBe(isWarm);
      if (!isWarm) numCold++;
    }
  }
  expect(numCold).toBeGreaterThan(0);
});
