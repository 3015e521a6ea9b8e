/** The TensorFlow backend as such: memory in TensorFlow's hands, what is read back, which libraries a GPU needs. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomGraph, randomMatrix } from '../../../tests/random-arrays.js';
import { RUNNABLE_BACKENDS } from '../../../tests/runnable-backends.js';
import { normalizedAdjacency } from '../../graph/adjacency.js';
import { currentKernels, type Kernels, useBackend } from '../index.js';
import { adamUpdate } from '../plain/adam.js';
import { propagateInto } from '../plain/propagate.js';
import type { TensorflowBackend } from './binding.js';
import { cudaLibraries, missingLibraries } from './cuda-libraries.js';
import { SPARSE_PRODUCTS_DEFAULTS } from './sparse-products.js';

const available = RUNNABLE_BACKENDS.includes('tensorflow');
const ADAM = { learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

describe.skipIf(!available)('tensorflow kernels', () => {
  let kernels: Kernels;
  let backend: TensorflowBackend;
  const held = () => backend.binding.getNumOfTensors();
  beforeAll(async () => {
    await useBackend('tensorflow');
    kernels = currentKernels();
    backend = tf.backend() as unknown as TensorflowBackend;
  });

  it('leave nothing in TensorFlow’s memory but what they return', () => {
    const matrix = normalizedAdjacency(randomGraph(6, 9, 0.5, 'memory'));
    const rows = Int32Array.of(1, 4, 7);
    const noise = { magnitude: 0.1, keys: [1, 2, 3].map((low) => ({ low, high: 5 })) };
    const passes = [{ matrix, numLayers: 3, noise, rows, combinations: [[1, 1, 1, 1]] }];
    const plan = {
      positive: Int32Array.of(0, 1, 2),
      temperature: 0.5,
      keyBias: new Float32Array(4),
      masked: { offsets: Int32Array.of(0, 1, 1, 1), values: Int32Array.of(3) },
    };
    const round = () =>
      tf.tidy(() => {
        const x = tf.tensor2d(randomMatrix(15, 4, 'x'), [15, 4]);
        const few = tf.slice2d(x, [0, 0], [3, 4]);
        kernels.propagate(matrix, x);
        kernels.scatterAddRows(kernels.gatherRows(x, rows), rows, 15);
        kernels.perturbRows(x, 0.1, { low: 1, high: 2 });
        kernels.layerRowsGradient(kernels.layerRows(x, passes), passes, 15);
        kernels.softmaxLoss(few, tf.slice2d(x, [3, 0], [4, 4]), plan);
        kernels.softCrossEntropy({ scores: few, targets: tf.fill([3, 4], 0.25), temperature: 0.5 });
        const variables = [x, x, x].map((value) => tf.variable(value));
        const [parameter, m, v] = variables;
        kernels.adamStep({ parameter, gradient: x, m, v, options: { ...ADAM, step: 1 } });
        tf.dispose(variables);
      });
    round(); // leaves the sparse matrix and the counters, for the next time
    const before = held();
    for (let i = 0; i < 3; i++) round();
    expect(held()).toBe(before);
  });

  it('keep a bounded number of sparse matrices, and still multiply by the right one', () => {
    const dim = 3;
    const matrices = Array.from({ length: 3 * SPARSE_PRODUCTS_DEFAULTS.kept }, (_, i) =>
      normalizedAdjacency(randomGraph(4, 5, 0.5, 'sparse', i)),
    );
    const x = randomMatrix(9, dim, 'x');
    const before = held();
    for (const matrix of [...matrices, ...matrices.slice(0, 3)]) {
      const expected = new Float32Array(9 * dim);
      propagateInto(matrix, x, dim, expected);
      const product = tf.tidy(() => kernels.propagate(matrix, tf.tensor2d(x, [9, dim])).dataSync());
      for (let i = 0; i < expected.length; i++) expect(product[i]).toBeCloseTo(expected[i], 5);
    }
    expect(held() - before).toBeLessThanOrEqual(SPARSE_PRODUCTS_DEFAULTS.kept);
  });

  it('Adam updates in place, but never memory that somebody else can see', () => {
    const values = randomMatrix(5, 4, 'parameter');
    const start = Float32Array.from(values);
    const gradientValues = randomMatrix(5, 4, 'gradient');
    const expected = [Float32Array.from(values), new Float32Array(20), new Float32Array(20)];
    // TensorFlow borrows the memory of `values`
    const [parameter, m, v] = [tf.tensor2d(values, [5, 4]), tf.zeros([5, 4]), tf.zeros([5, 4])].map((initial) =>
      tf.variable(initial),
    );
    const gradient = tf.tensor2d(gradientValues, [5, 4]);
    const seen: { tensor: tf.Tensor; values: Float32Array }[] = [];
    const tensorsBefore = tf.memory().numTensors;
    for (let step = 1; step <= 6; step++) {
      const [ours, first, second] = expected;
      adamUpdate({ parameter: ours, gradient: gradientValues, m: first, v: second }, { ...ADAM, step });
      kernels.adamStep({ parameter, gradient, m, v, options: { ...ADAM, step } });
      for (const [i, variable] of [parameter, m, v].entries()) {
        const actual = variable.dataSync();
        for (let j = 0; j < 20; j++) expect(actual[j]).toBeCloseTo(expected[i][j], 5);
      }
      // shares the variable's data, or its memory only
      const alias = step % 2 ? tf.clone(parameter) : tf.reshape(parameter, [20]);
      seen.push({ tensor: alias, values: Float32Array.from(alias.dataSync()) });
    }
    expect(values).toEqual(start);
    for (const { tensor, values: then } of seen) expect(tensor.dataSync()).toEqual(then);
    expect(tf.memory().numTensors).toBe(tensorsBefore + seen.length);
    tf.dispose([parameter, m, v, gradient, ...seen.map(({ tensor }) => tensor)]);
  });

  it('Adam takes up a value assigned in between, as a checkpoint’s', () => {
    const [parameter, m, v] = [1, 2, 3].map(() => tf.variable(tf.zeros([2, 2])));
    const gradient = tf.ones<tf.Rank.R2>([2, 2]);
    kernels.adamStep({ parameter, gradient, m, v, options: { ...ADAM, step: 1 } });
    tf.tidy(() => parameter.assign(tf.fill([2, 2], 7)));
    kernels.adamStep({ parameter, gradient, m, v, options: { ...ADAM, step: 2 } });
    for (const value of parameter.dataSync()) expect(value).toBeCloseTo(6.9, 5);
    tf.dispose([parameter, m, v, gradient]);
  });
});

describe('libraries of a GPU', () => {
  it('are those of the CUDA version that the library was built for', () => {
    expect(cudaLibraries('2.9.1').what).toBe('CUDA 11.2 and cuDNN 8.1');
    expect(cudaLibraries('2.15.1').what).toMatch(/^CUDA 12/);
    expect(cudaLibraries('2.9.1').names).toContain(process.platform === 'win32' ? 'cudnn64_8.dll' : 'libcudnn.so.8');
  });

  it.skipIf(process.platform !== 'linux')('are looked for where the system’s loader looks', () => {
    expect(missingLibraries(['libc.so.6', 'libtwinlight-has-none.so.1'])).toEqual(['libtwinlight-has-none.so.1']);
  });
});
