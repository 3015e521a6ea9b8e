/**
 * Every entry of the registry, and other forms of some, under one suite: its definition in plain float64, finite values and
 * gradients down to temperature 0.01, gradients by finite differences, batches whose rows come in another order, the symmetry
 * that it declares, a batch of one.
 */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient } from '../../tests/finite-differences.js';
import { LOSS_CASES } from '../../tests/loss-forms.js';
import { DIM, lossOf, PER_QUERY, type Rows, USERS } from '../../tests/loss-inputs.js';
import { randomMatrix } from '../../tests/random-arrays.js';
import { readTensor } from '../../tests/read-tensor.js';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { useBackend } from '../backend/index.js';
import { embeddingL2 } from './index.js';

const unit = (values: Float32Array): Float32Array =>
  values.map((value, at) => value / Math.hypot(...values.subarray(at - (at % DIM), at - (at % DIM) + DIM)));
const VALUES: Rows<Float32Array> = {
  first: unit(randomMatrix(5, DIM, 'contract-first')),
  second: unit(randomMatrix(5, DIM, 'contract-second')),
  own: unit(randomMatrix(5 * PER_QUERY, DIM, 'contract-own')),
  shared: unit(randomMatrix(3, DIM, 'contract-shared')),
};
const KEYS = ['first', 'second', 'own', 'shared'] as const;
const matrix = (values: Float32Array): tf.Tensor2D => tf.tensor2d(values, [values.length / DIM, DIM]);
const tensors = (values: Rows<Float32Array>): Rows<tf.Tensor2D> => ({
  first: matrix(values.first),
  second: matrix(values.second),
  own: matrix(values.own),
  shared: matrix(values.shared),
});
const plain = (values: Float32Array): number[][] =>
  Array.from({ length: values.length / DIM }, (_, i) => [...values.subarray(i * DIM, (i + 1) * DIM)]);
const plainRows = ({ first, second, own, shared }: Rows<Float32Array>): Rows<number[][]> => ({
  first: plain(first),
  second: plain(second),
  own: plain(own),
  shared: plain(shared),
});
const taken = (values: Float32Array, rows: number[]): Float32Array =>
  Float32Array.from(rows.flatMap((row) => [...values.subarray(row * DIM, (row + 1) * DIM)]));

describe.each(RUNNABLE_BACKENDS)('losses on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  it('l2 counts nothing for rows that nobody drew', async () => {
    const nothing = new Float32Array(0);
    const drawn = await readTensor(() => embeddingL2([matrix(VALUES.first), matrix(nothing)], 5));
    expect(drawn[0]).toBeCloseTo(0.5, 6); // five unit rows
    expect([...(await readTensor(() => embeddingL2([matrix(nothing)], 5)))]).toEqual([0]);
  });

  describe.each(LOSS_CASES)('%s', (_label, lossCase) => {
    const { name, oracle, symmetric, single } = lossCase;
    const compute = (rows: Rows<tf.Tensor2D>, temperature: number, users: Int32Array): tf.Scalar =>
      lossOf(lossCase, rows, temperature, users);
    const value = async (values: Rows<Float32Array>, temperature = 0.4, users = USERS): Promise<number> =>
      (await readTensor(() => compute(tensors(values), temperature, users)))[0];

    it('is its definition', async () => {
      for (const temperature of [0.15, 0.4, 2]) {
        const expected = oracle(plainRows(VALUES), temperature, USERS);
        expect(Math.abs((await value(VALUES, temperature)) - expected)).toBeLessThan(
          2e-5 * Math.max(1, Math.abs(expected)),
        );
      }
    });

    it('has the gradient of finite differences, and leaves no tensor behind', async () => {
      const before = tf.memory().numTensors;
      const used = name === 'prototype-nce' ? KEYS.filter((key) => key !== 'shared') : KEYS;
      // an input that does not enter gets no gradient: a term of weight 1e-3 gives it one
      const { worst, scale } = await checkGradient(
        (...given) => {
          const rows = { ...tensors(VALUES), ...Object.fromEntries(used.map((key, i) => [key, given[i]])) };
          const small = tf.addN(given.map((x) => tf.sum(x))).mul(1e-3);
          return compute(rows, 0.6, USERS).add(small);
        },
        used.map((key) => ({ values: VALUES[key], shape: [VALUES[key].length / DIM, DIM] as [number, number] })),
        name === 'hinge' || name === 'cosine-contrastive' ? 2e-3 : 1e-2,
      );
      expect(scale).toBeGreaterThan(0.01);
      expect(worst).toBeLessThan(Math.max(5e-3, 2e-3 * scale));
      expect(tf.memory().numTensors).toBe(before);
    });

    it('does not care about the order of the batch', async () => {
      const order = [3, 0, 4, 1, 2];
      const permuted = {
        first: taken(VALUES.first, order),
        second: taken(VALUES.second, order),
        own: taken(
          VALUES.own,
          order.flatMap((row) => [PER_QUERY * row, PER_QUERY * row + 1]),
        ),
        shared: VALUES.shared,
      };
      expect(
        await value(
          permuted,
          0.4,
          USERS.map((_, i) => USERS[order[i]]),
        ),
      ).toBeCloseTo(await value(VALUES), 5);
    });

    it(`is ${symmetric ? '' : 'not '}the same with its sides exchanged`, async () => {
      const exchanged = await value({ ...VALUES, first: VALUES.second, second: VALUES.first });
      if (symmetric) expect(exchanged).toBeCloseTo(await value(VALUES), 5);
      else expect(Math.abs(exchanged - (await value(VALUES)))).toBeGreaterThan(1e-4);
    });

    it('is finite for a batch of one', async () => {
      const row = VALUES.first.slice(0, DIM);
      const one = { first: row, second: row, own: VALUES.own.slice(0, PER_QUERY * DIM), shared: VALUES.shared };
      const actual = await value(one, 0.4, USERS.slice(0, 1));
      expect(Number.isFinite(actual)).toBe(true);
      if (single !== undefined) expect(actual).toBeCloseTo(single, 5);
    });

    it('has finite values and gradients at temperature 0.01, also where all rows are alike', async () => {
      const same = unit(new Float32Array(5 * DIM).fill(1));
      for (const values of [VALUES, { ...VALUES, first: same, second: same }]) {
        const numbers = tf.tidy(() => {
          const rows = tensors(values);
          const { value: loss, grads } = tf.valueAndGrads((first, second) =>
            compute({ ...rows, first: first as tf.Tensor2D, second: second as tf.Tensor2D }, 0.01, USERS).add(
              tf.sum(second).mul(0),
            ),
          )([rows.first, rows.second]);
          return [loss, ...grads];
        });
        for (const tensor of numbers) expect([...(await tensor.data())].every(Number.isFinite)).toBe(true);
        tf.dispose(numbers);
      }
    });
  });
});
