/** Runs that learn from a finished one: what they come to, that they resume to the same bits, and which teachers are refused. */
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPlantedWorld, type InteractionSet, interactionSetFromRows } from '../data/index.js';
import { buildGraph, type StoredGraph } from '../graph/index.js';
import { loadRun } from '../runs/index.js';
import { readStateFile } from '../runs/state-file.js';
import { train } from './index.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-teacher-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const [teacher, other] = ['teacher', 'other'].map((name) => join(work, name));
const DIM = 8;
let interactions: InteractionSet;
let graph: StoredGraph;

const build = (set: InteractionSet, name: string, seed: number, split: object = { name: 'warm-cold-item' }) =>
  buildGraph(set, { graphsDir: join(work, 'graphs'), name, data: { split, seed } as object });
const SMALL = [
  `encoder.embeddingDim=${DIM}`,
  'training.epochs=6',
  'training.batchSize=128',
  'training.learningRate=0.02',
];
const alone = (source: StoredGraph, run: string, set: string[] = []) =>
  train({ source, run, preset: 'two-tower', set: [...SMALL, ...set], backend: 'wasm' });

beforeAll(async () => {
  interactions = createPlantedWorld({ seed: 3, numUsers: 90, numItems: 80, meanInteractions: 16 }).interactions;
  graph = await build(interactions, 'planted', 1);
  await alone(graph, teacher);
  await alone(graph, other, ['seed=5']);
});

/** Towers alone are trained; what is served is the teacher's vectors, and of cold items the towers'. */
const student = (options: object = {}) => ({
  encoder: {
    embeddingDim: DIM,
    rows: { name: 'tower' as const, users: 'table' as const, items: 'table+tower' as const, join: 'replace' as const },
    propagation: { name: 'none' as const },
  },
  losses: { main: { name: 'in-batch-softmax' as const, temperature: 0.15 }, l2: { weight: 0 } },
  coldStart: { idDropout: 1, teacher: { run: teacher, ids: 'teacher' as const, ...options } },
  training: { epochs: 3, batchSize: 128, learningRate: 0.02, patience: 0 },
});
const taught = (run: string, config: object, more: object = {}) =>
  train({ source: graph, run: join(work, run), preset: 'two-tower', config, backend: 'wasm', ...more });
const farthest = (a: Float32Array, b: Float32Array): number =>
  Math.max(...a.map((value, at) => Math.abs(value - b[at])));
const stateOf = (run: string) => readStateFile(join(work, run, 'last.state'))!.arrays;

describe('a run with a teacher', () => {
  it('serves the teacher’s vectors where it knows an item, and gives cold ones vectors that are better than its own', async () => {
    const before = (await loadRun(teacher)).embeddings!;
    const report = await taught('student', student());
    const after = (await loadRun(join(work, 'student'))).embeddings!;
    expect(farthest(after.users, before.users)).toBeLessThan(1e-6);
    const isCold = (item: number): boolean => graph.train.itemOffsets[item + 1] === graph.train.itemOffsets[item];
    for (let item = 0; item < graph.items.size; item++) {
      const row = ({ items }: typeof after) => items.slice(item * DIM, (item + 1) * DIM);
      // unit vectors are brought to length 1 once more
      if (isCold(item)) expect(farthest(row(after), row(before))).toBeGreaterThan(1e-3);
      else expect(farthest(row(after), row(before))).toBeLessThan(1e-6);
    }
    const { cold, warm } = report.tasks!.test!;
    const own = (await train({ run: teacher, resume: true, backend: 'wasm' })).tasks!.test!;
    expect(warm.metrics['ndcg@10']).toBeCloseTo(own.warm.metrics['ndcg@10'], 3);
    expect(cold.metrics['ndcg@10']).toBeGreaterThan(own.cold.metrics['ndcg@10'] + 0.05);
  });

  it.each([
    ['vectors', { of: 'vectors' }],
    ['scores beside learned ids', { of: 'scores', ids: 'learned' }],
    ['scores of rows over the catalogue', { of: 'scores', ids: 'learned', student: 'rows', numItems: 20 }],
  ])('%s: stopped within an epoch and resumed, ends with the state of one that went through', async (name, options) => {
    await taught(name, student(options));
    const steps = Math.ceil(graph.train.numEdges / 128) + 1;
    await taught(`${name} halted`, student(options), { set: [`training.maxSteps=${steps}`] });
    await train({ run: join(work, `${name} halted`), resume: true, set: ['training.maxSteps=1000'], backend: 'wasm' });
    expect(stateOf(`${name} halted`)).toEqual(stateOf(name));
  });

  it('trains by its teacher alone where the main loss has no weight', async () => {
    const config = student();
    const report = await taught('alone', { ...config, losses: { main: { weight: 0 }, l2: { weight: 0 } } });
    expect(report.steps).toBeGreaterThan(0);
  });

  it('does not go on with other vectors than it began with', async () => {
    const moved = join(work, 'moved');
    renameSync(teacher, moved);
    renameSync(other, teacher);
    try {
      await expect(train({ run: join(work, 'student'), resume: true, backend: 'wasm' })).rejects.toMatchObject({
        code: 'RESUME_TEACHER',
        message: expect.stringContaining('restore its teacher'),
      });
    } finally {
      renameSync(teacher, other);
      renameSync(moved, teacher);
    }
  });

  it('takes a teacher over a larger graph that numbers its items otherwise', async () => {
    const held = (user: number, item: number): boolean =>
      [graph.valid, graph.test].some(({ offsets, values }) =>
        values.subarray(offsets[user], offsets[user + 1]).includes(item),
      );
    const ids = interactions.items.ids;
    const rows = Array.from(interactions.userIndex, (user, at) => ({
      user: interactions.users.ids[user],
      item: ids[interactions.itemIndex[at]],
    })).filter(({ user, item }) => !held(graph.users.indexOf(user)!, graph.items.indexOf(item)!));
    const unseen = ids.map((item) => ({ user: 'one more', item }));
    const set = interactionSetFromRows([...unseen.reverse(), { user: 'one more', item: 'new' }, ...rows]);
    const larger = join(work, 'larger');
    await alone(await build(set, 'larger', 1, { name: 'random' }), larger, ['training.epochs=2']);
    const run = join(work, 'of larger');
    await taught('of larger', student({ run: larger }));
    const [source, result] = [await loadRun(larger), await loadRun(run)];
    const row = (from: typeof source, id: string) =>
      from.embeddings!.items.slice(from.graph.items.indexOf(id)! * DIM, (from.graph.items.indexOf(id)! + 1) * DIM);
    const warm = graph.items.idOf(graph.train.userNeighbors[0]);
    expect(source.graph.items.indexOf(warm)).not.toBe(graph.items.indexOf(warm));
    expect(farthest(row(result, warm), row(source, warm))).toBeLessThan(1e-6);
  });
});

describe('teachers that are refused', () => {
  const refused = (config: object) => expect(taught('refused', config)).rejects;

  it('has not all items, or users: how many are missing', async () => {
    const fewer = interactionSetFromRows([
      { user: 'u00', item: 'i00' },
      { user: 'u01', item: 'i01' },
    ]);
    const few = join(work, 'few');
    await alone(await build(fewer, 'few', 1, { name: 'random' }), few, ['training.epochs=1']);
    await refused(student({ run: few })).toMatchObject({
      code: 'TEACHER_ITEMS',
      message: expect.stringMatching(/knows 78 of this graph's 80 items not/),
    });
  });

  it('has vectors of another length, unless scores alone are taken', async () => {
    const longer = join(work, 'longer');
    await alone(graph, longer, ['encoder.embeddingDim=6', 'training.epochs=1']);
    await refused(student({ run: longer })).toMatchObject({ code: 'TEACHER_DIM' });
    await refused(student({ run: longer, ids: 'learned' })).toThrow(
      /6 numbers, this run's 8.*embeddingDim to 6, or .*scores/,
    );
    await taught('of longer', student({ run: longer, ids: 'learned', of: 'scores' }));
  });

  it('was trained on what is held out here', async () => {
    const foreseeing = join(work, 'foreseeing');
    await alone(await build(interactions, 'otherwise', 2), foreseeing, ['training.epochs=1']);
    await refused(student({ run: foreseeing })).toMatchObject({
      code: 'TEACHER_FORESIGHT',
      message: expect.stringContaining('holds out for valid'),
    });
  });

  it('has no vectors, or is none, or has nobody to teach', async () => {
    const knn = join(work, 'knn');
    await train({ source: graph, run: knn, preset: 'item-knn', backend: 'wasm' });
    await refused(student({ run: knn })).toMatchObject({ code: 'RUN_NO_VECTORS' });
    await refused(student({ run: join(work, 'nowhere') })).toMatchObject({ code: 'RUN_MISSING' });
    await refused({ coldStart: { teacher: { run: teacher } } }).toThrow(/towers of items, but the encoder has none/);
    const { encoder, ...rest } = student();
    const rows = { name: 'tower', users: 'history', items: 'tower' };
    await refused({ ...rest, encoder: { ...encoder, rows } }).toThrow(/no id rows that could be its vectors/);
  });
});
