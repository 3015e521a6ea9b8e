/** What a step takes of a teacher: the rows that it knows, beside the towers' of the same items. */
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { batch, setUp, smallTeacher } from '../../../tests/small-objective.js';
import { useBackend } from '../../backend/index.js';

const [numUsers, dim] = [8, 5];
const distinct = (values: Int32Array, absent: number): number[] =>
  [...new Set(values)].filter((value) => value !== absent).sort((a, b) => a - b);
const users = distinct(batch.userIndex, 6);
const items = distinct(batch.itemIndex, 4);

function setUpWith(options: object, teacher = smallTeacher(dim), items = 'tower') {
  const rows = { name: 'tower', users: 'table', items, join: 'replace' };
  const encoder = { name: undefined, rows, propagation: { name: 'none' } };
  const coldStart = { idDropout: 1, teacher: { run: 'there', temperature: 0.6, ...options } };
  return setUp('two-tower', { encoder, coldStart }, teacher);
}
async function teacherLoss(objective: ReturnType<typeof setUp>['objective']): Promise<number> {
  const { parts, gradients } = await objective.compute({ batch, epoch: 1, step: 1 });
  tf.dispose(gradients);
  return parts.teacher!;
}
const rowsOf = (values: ArrayLike<number>, width: number, rows: readonly number[]): number[][] =>
  rows.map((row) => Array.from({ length: width }, (_, d) => values[row * width + d]));
const unit = (row: readonly number[]): number[] => row.map((x) => x / Math.hypot(...row));
const products = (a: number[][], b: number[][]): number[][] =>
  a.map((x) => b.map((y) => x.reduce((sum, value, d) => sum + value * y[d], 0)));
const logShares = (scores: readonly number[], temperature: number): number[] => {
  const total = scores.reduce((sum, score) => sum + Math.exp(score / temperature), 0);
  return scores.map((score) => score / temperature - Math.log(total));
};
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('the teacher part', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });
  afterEach(() => tf.disposeVariables());

  it('has items to leave out, and others', () => {
    expect([...batch.itemIndex]).toContain(4);
    expect([...batch.userIndex]).toContain(6);
    expect(items.length).toBeGreaterThan(3);
  });

  it('vectors: InfoNCE both ways between towers and the teacher’s vectors of the items that it knows', async () => {
    const { model, objective } = setUpWith({ of: 'vectors' });
    const contents = rowsOf(
      tf.tidy(() => model.encoder.towers!.item!.encode().dataSync()),
      dim,
      items,
    ).map(unit);
    const taught = rowsOf(smallTeacher(dim).vectors.item, dim, items).map(unit);
    const [there, back] = [products(taught, contents), products(contents, taught)].map((scores) =>
      mean(scores.map((row, i) => -logShares(row, 0.6)[i])),
    );
    expect(await teacherLoss(objective)).toBeCloseTo((there + back) / 2, 4);
  });

  it.each(['cosine', 'inner-product'])('scores, %s: the teacher’s softmax over the items', async (similarity) => {
    const teacher = smallTeacher(3);
    const rows = { name: 'tower', users: 'table', items: 'tower' };
    const { model, objective } = setUp(
      'two-tower',
      {
        encoder: { name: undefined, rows, propagation: { name: 'none' } },
        coldStart: { teacher: { run: 'there', temperature: 0.6, of: 'scores' } },
        losses: { main: { similarity } },
      },
      teacher,
    );
    const compared = (row: number[]): number[] => (similarity === 'cosine' ? unit(row) : row);
    const contents = rowsOf(
      tf.tidy(() => model.encoder.towers!.item!.encode().dataSync()),
      dim,
      items,
    ).map(compared);
    const own = rowsOf(model.variables.embedding.dataSync(), dim, users).map(compared);
    const taught = products(rowsOf(teacher.vectors.user, 3, users), rowsOf(teacher.vectors.item, 3, items));
    const losses = products(own, contents).map((scores, u) => {
      const learned = logShares(scores, 0.6);
      return -logShares(taught[u], 0.6).reduce((sum, share, i) => sum + Math.exp(share) * learned[i], 0);
    });
    expect(await teacherLoss(objective)).toBeCloseTo(mean(losses), 4);
  });

  it('scores of rows over the catalogue: what items are at the step, all that the teacher knows', async () => {
    const teacher = smallTeacher(3);
    const rows = { name: 'tower', users: 'table', items: 'table+tower' };
    const options = { run: 'there', temperature: 0.6, of: 'scores', student: 'rows', numItems: 50 };
    const more = {
      encoder: { name: undefined, rows, propagation: { name: 'none' } },
      coldStart: { idDropout: 0, teacher: options },
    };
    const { model, objective } = setUp('two-tower', more, teacher);
    const known = Array.from({ length: 10 }, (_, item) => item).filter((item) => teacher.knows.item[item]);
    expect(known).toHaveLength(9);
    const ids = rowsOf(model.variables.embedding.dataSync(), dim, users).map(unit);
    const contents = rowsOf(
      tf.tidy(() => model.encoder.towers!.item!.encode().dataSync()),
      dim,
      known,
    );
    const ownIds = rowsOf(
      model.variables.embedding.dataSync(),
      dim,
      known.map((item) => numUsers + item),
    );
    const whole = contents.map((row, i) => unit(row.map((value, d) => value + ownIds[i][d])));
    const taught = products(rowsOf(teacher.vectors.user, 3, users), rowsOf(teacher.vectors.item, 3, known));
    const losses = products(ids, whole).map((scores, u) => {
      const learned = logShares(scores, 0.6);
      return -logShares(taught[u], 0.6).reduce((sum, share, i) => sum + Math.exp(share) * learned[i], 0);
    });
    expect(await teacherLoss(objective)).toBeCloseTo(mean(losses), 4);
  });

  it('is 0 where the teacher knows nothing of the batch', async () => {
    const nothing = { user: new Uint8Array(8), item: new Uint8Array(10) };
    for (const of of ['vectors', 'scores']) {
      expect(await teacherLoss(setUpWith({ of }, { ...smallTeacher(dim), knows: nothing }).objective)).toBe(0);
    }
  });

  it('ids of the teacher are its vectors of both sides, and no update moves them', () => {
    const { model } = setUpWith({ ids: 'teacher' }, smallTeacher(dim), 'table+tower');
    const { user, item } = smallTeacher(dim).vectors;
    // set up with all values doubled
    expect([...model.variables.embedding.dataSync()]).toEqual([...user, ...item].map((value) => 2 * value));
    expect(model.updateRules.embedding).toEqual({ stepsBefore: Number.POSITIVE_INFINITY });
    const alone = setUpWith({ ids: 'teacher' }).model.variables.embedding;
    expect(alone.shape).toEqual([numUsers, dim]);
    expect([...alone.dataSync()]).toEqual([...user].map((value) => 2 * value));
  });
});
