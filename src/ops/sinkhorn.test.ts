import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomMatrix } from '../../tests/random-arrays.js';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { useBackend } from '../backend/index.js';
import { type SinkhornOptions, sinkhornCodes } from './sinkhorn.js';

/** Alternating normalisation of a dense matrix, written out: columns to their share, then rows to 1. */
function naiveCodes(
  scores: Float32Array,
  rows: number,
  columns: number,
  epsilon: number,
  iterations: number,
): number[][] {
  let q = Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, k) => Math.exp(scores[i * columns + k] / epsilon)),
  );
  for (let iteration = 0; iteration < iterations; iteration++) {
    const sums = q[0].map((_, k) => q.reduce((sum, row) => sum + row[k], 0));
    q = q.map((row) => row.map((value, k) => (value / sums[k]) * (rows / columns)));
    q = q.map((row) => row.map((value) => value / row.reduce((sum, entry) => sum + entry, 0)));
  }
  return q;
}

/** Numbers of the codes. */
async function codesOf(scores: Float32Array, rows: number, columns: number, options: SinkhornOptions) {
  const { codes, columnError } = tf.tidy(
    () => sinkhornCodes(tf.tensor2d(scores, [rows, columns]), options) as never,
  ) as {
    codes: tf.Tensor2D;
    columnError: tf.Scalar;
  };
  const read = { codes: (await codes.data()) as Float32Array, columnError: (await columnError.data())[0] };
  tf.dispose([codes, columnError]);
  return read;
}

const cosines = (rows: number, columns: number) =>
  randomMatrix(rows, columns, 'scores').map((value) => Math.tanh(value / 2));

describe.each(RUNNABLE_BACKENDS)('sinkhornCodes on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  // 300 samples of 19: more than one block of samples, and a remainder beside whole vectors
  it.each([
    [12, 5],
    [300, 19],
  ])('is alternating normalisation: %d samples, %d prototypes', async (samples, prototypes) => {
    const scores = cosines(samples, prototypes);
    const { codes } = await codesOf(scores, samples, prototypes, { epsilon: 0.2, iterations: 3 });
    const expected = naiveCodes(scores, samples, prototypes, 0.2, 3);
    for (const [i, value] of expected.flat().entries()) expect(codes[i]).toBeCloseTo(value, 6);
  });

  it('reaches equal shares with more iterations, and says how close it came', async () => {
    const scores = cosines(60, 6);
    const few = await codesOf(scores, 60, 6, { epsilon: 0.05, iterations: 1 });
    const many = await codesOf(scores, 60, 6, { epsilon: 0.05, iterations: 300 });
    expect(few.columnError).toBeGreaterThan(many.columnError);
    expect(many.columnError).toBeLessThan(1e-3);
    for (let k = 0; k < 6; k++) {
      let sum = 0;
      for (let i = 0; i < 60; i++) sum += many.codes[i * 6 + k];
      expect(sum).toBeCloseTo(10, 1);
    }
  });

  it('gives every sample mass 1, also at a small epsilon', async () => {
    const { codes } = await codesOf(cosines(20, 4), 20, 4, { epsilon: 0.005, iterations: 3 });
    for (let i = 0; i < 20; i++) {
      expect(codes.subarray(i * 4, i * 4 + 4).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
    }
  });

  it('is uniform for equal scores', async () => {
    const { codes, columnError } = await codesOf(new Float32Array(15), 5, 3, { epsilon: 0.05, iterations: 1 });
    for (const code of codes) expect(code).toBeCloseTo(1 / 3, 6);
    expect(columnError).toBeLessThan(1e-6);
  });

  it('is a permutation for as many samples as prototypes with one clear match each', async () => {
    const scores = Float32Array.from([1, 0, 0, 0, 0, 1, 0, 1, 0]);
    const { codes } = await codesOf(scores, 3, 3, { epsilon: 0.02, iterations: 10 });
    for (const [i, score] of scores.entries()) expect(codes[i]).toBeCloseTo(score, 5);
  });

  // float64 has room for 600 · epsilon; with logarithms there is no such bound
  it('says what to do when epsilon is too small for the scores, or does it', async () => {
    const [scores, options] = [Float32Array.of(100, -100), { epsilon: 0.1, iterations: 1 }];
    if (backend === 'webgpu') {
      const { codes } = await codesOf(Float32Array.of(100, -100, -100, 100), 2, 2, { ...options, iterations: 20 });
      for (const [i, code] of [1, 0, 0, 1].entries()) expect(codes[i]).toBeCloseTo(code, 5);
      return;
    }
    await expect(codesOf(scores, 1, 2, options)).rejects.toThrow(/raise epsilon/);
  });
});
