/** The WebGPU backend as such: reports of the device, memory on it, and the shapes that the shaders cut. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomGraph, randomMatrix } from '../../../tests/random-arrays.js';
import { RUNNABLE_BACKENDS } from '../../../tests/runnable-backends.js';
import { normalizedAdjacency } from '../../graph/adjacency.js';
import { currentKernels, type Kernels, type SoftmaxPlan, useBackend } from '../index.js';
import { adamUpdate } from '../plain/adam.js';
import { PLAIN_KERNELS } from '../plain/kernels.js';
import { propagateInto } from '../plain/propagate.js';
import type { GpuBuffer, GpuDevice, WebgpuBackend } from './binding.js';
import { BufferPool } from './buffer-pool.js';
import { Compute, type Program } from './compute.js';
import { KEPT_ARRAYS_DEFAULTS } from './kept-arrays.js';
import { webgpuErrors } from './load.js';

const available = RUNNABLE_BACKENDS.includes('webgpu');
const ADAM = { learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

describe.skipIf(!available)('webgpu', () => {
  let kernels: Kernels;
  let backend: WebgpuBackend;
  beforeAll(async () => {
    await useBackend('webgpu');
    kernels = currentKernels();
    backend = tf.backend() as unknown as WebgpuBackend;
  });
  /** Bytes in use on the device once everything enqueued is done. */
  const held = async (): Promise<number> => {
    const marker = tf.tidy(() => tf.square(tf.fill([2000], 1)));
    await marker.data();
    marker.dispose();
    return backend.bufferManager.numBytesUsed;
  };
  const expectClose = (actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void => {
    expect(actual.length).toBe(expected.length);
    for (let i = 0; i < expected.length; i++) {
      expect(Math.abs(actual[i] - expected[i])).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected[i])));
    }
  };

  it('throws what the device reports, at the next read and the next kernel', async () => {
    await held();
    const compute = new Compute(backend);
    const broken: Program = {
      name: 'broken',
      reads: {},
      writes: { out: 'f32' },
      params: { size: 'u32' },
      workgroupSize: 1,
      body: 'this is no WGSL',
    };
    const [out, other] = tf.tidy(() => [tf.zeros([4]), tf.square(tf.fill([2000], 3))]);
    compute.run(broken, [out], [4], 1);
    await expect(other.data()).rejects.toMatchObject({ code: 'BACKEND_DEVICE' });
    expect(() => currentKernels()).toThrow(/backend "webgpu": .*WGSL/);
    webgpuErrors()!.clear();
    tf.dispose([out, other]);
    await held();
  });

  it('says so when numbers are asked for that only waiting would bring', async () => {
    const x = tf.tidy(() => tf.square(tf.fill([2000], 2)));
    expect(() => x.dataSync()).toThrow(/asynchronously; choose another backend/);
    await x.data();
    expect(x.dataSync()[7]).toBe(4);
    x.dispose();
  });

  it('leaves nothing in the device’s memory but what its kernels return', async () => {
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
    const round = async () => {
      tf.tidy(() => {
        const x = tf.tensor2d(randomMatrix(15, 4, 'x'), [15, 4]);
        const few = tf.slice2d(x, [0, 0], [3, 4]);
        kernels.propagate(matrix, x);
        kernels.scatterAddRows(kernels.gatherRows(x, rows), rows, 15);
        kernels.perturbRows(x, 0.1, { low: 1, high: 2 });
        kernels.layerRowsGradient(kernels.layerRows(x, passes), passes, 15);
        kernels.softmaxLoss(few, tf.slice2d(x, [3, 0], [4, 4]), plan);
        const { codes } = kernels.sinkhornCodes(few, { epsilon: 0.2, iterations: 2 });
        kernels.softCrossEntropy({ scores: few, targets: codes, temperature: 0.5 });
        const variables = [x, x, x].map((value) => tf.variable(value));
        const [parameter, m, v] = variables;
        kernels.adamStep({ parameter, gradient: x, m, v, options: { ...ADAM, step: 1 } });
        kernels.adamRows({ parameter, gradient: few, m, v, options: { ...ADAM, step: 2 } }, rows);
        tf.dispose(variables);
      });
      const items = kernels.packItems(randomMatrix(9, 4, 'i'), 4, {});
      await kernels.topK({ queries: randomMatrix(3, 4, 'q'), items, tiles: {} }, 2);
    };
    await round(); // leaves the matrix, for the next time
    const before = await held();
    for (let i = 0; i < 3; i++) await round();
    expect(await held()).toBe(before);
  });

  it('keeps a bounded number of matrices, and still multiplies by the right one', async () => {
    const dim = 3;
    const x = randomMatrix(9, dim, 'x');
    const matrices = Array.from({ length: KEPT_ARRAYS_DEFAULTS.kept }, (_, i) =>
      normalizedAdjacency(randomGraph(4, 5, 0.5, 'sparse', i)),
    );
    const products = async (): Promise<void> => {
      for (const matrix of [...matrices, ...matrices.slice(0, 3)]) {
        const expected = new Float32Array(9 * dim);
        propagateInto(matrix, x, dim, expected);
        const product = tf.tidy(() => kernels.propagate(matrix, tf.tensor2d(x, [9, dim])));
        expectClose(await product.data(), expected);
        product.dispose();
      }
    };
    await products();
    const before = await held();
    await products();
    // the sizes of these matrices differ a little
    expect(Math.abs((await held()) - before)).toBeLessThan(4096);
  });

  // rows of more than 256 entries are cut; 6 columns go one by one, 8 in fours
  it.each([6, 8])('sums rows of any length at %i columns', async (dim) => {
    const [numUsers, numItems] = [3, 900];
    const matrix = normalizedAdjacency(randomGraph(numUsers, numItems, 0.7, 'long rows'));
    const numNodes = numUsers + numItems;
    const x = randomMatrix(numNodes, dim, 'long rows');
    const expected = new Float32Array(numNodes * dim);
    propagateInto(matrix, x, dim, expected);
    const product = tf.tidy(() => kernels.propagate(matrix, tf.tensor2d(x, [numNodes, dim])));
    expectClose(await product.data(), expected);
    const targets = Int32Array.from({ length: numNodes }, (_, i) => (i * i) % 2);
    const sums = tf.tidy(() => kernels.scatterAddRows(tf.tensor2d(x, [numNodes, dim]), targets, 3));
    const naive = new Float64Array(3 * dim);
    for (const [at, value] of x.entries()) naive[targets[Math.floor(at / dim)] * dim + (at % dim)] += value;
    expectClose(await sums.data(), naive, 1e-4);
    tf.dispose([product, sums]);
  });

  // more than one tile of queries and keys, less and more than a slice of dimensions
  it.each([3, 32, 70, 130])('softmax losses of %i dimensions are those of the plain kernel', async (dim) => {
    const [numQueries, numKeys] = [41, 67];
    const [q, k] = [randomMatrix(numQueries, dim, 'q'), randomMatrix(numKeys, dim, 'k')];
    const offsets = Int32Array.from({ length: numQueries + 1 }, (_, i) => 2 * i);
    const masked = {
      offsets,
      values: Int32Array.from({ length: 2 * numQueries }, (_, at) => (at % 2 ? 40 + (at % 20) : at % 23)),
    };
    const positive = Int32Array.from({ length: numQueries }, (_, i) => 60 + (i % 7));
    const base: SoftmaxPlan = { positive, temperature: Math.sqrt(dim), keyBias: randomMatrix(numKeys, 1, 'bias') };
    const maskedBias = randomMatrix(offsets[numQueries], 1, 'masked bias');
    const plans = [base, { ...base, masked }, { ...base, masked, maskedBias, decoupled: true }];
    const read = async (table: Kernels, plan: SoftmaxPlan): Promise<number[]> => {
      const results = tf.tidy(() => {
        const [queries, keys] = [tf.tensor2d(q, [numQueries, dim]), tf.tensor2d(k, [numKeys, dim])];
        const { loss, queryGradient, keyGradient, perQuery } = table.softmaxLoss(queries, keys, plan, true);
        return [loss, queryGradient, keyGradient, perQuery!];
      });
      const numbers: number[] = [];
      for (const tensor of results) numbers.push(...(await tensor.data()));
      tf.dispose(results);
      return numbers;
    };
    await useBackend('cpu');
    const expected: number[][] = [];
    for (const plan of plans) expected.push(await read(PLAIN_KERNELS, plan));
    await useBackend('webgpu');
    for (const [i, plan] of plans.entries()) expectClose(await read(kernels, plan), expected[i], 2e-5);
  });

  it('Adam updates in place, but never memory that somebody else can see', async () => {
    const values = randomMatrix(5, 4, 'parameter');
    const gradientValues = randomMatrix(5, 4, 'gradient');
    const expected = [Float32Array.from(values), new Float32Array(20), new Float32Array(20)];
    const [parameter, m, v] = [tf.tensor2d(values, [5, 4]), tf.zeros([5, 4]), tf.zeros([5, 4])].map((initial) =>
      tf.variable(initial),
    );
    const gradient = tf.tensor2d(gradientValues, [5, 4]);
    const seen: { tensor: tf.Tensor; values: Float32Array }[] = [];
    for (let step = 1; step <= 4; step++) {
      const [ours, first, second] = expected;
      adamUpdate({ parameter: ours, gradient: gradientValues, m: first, v: second }, { ...ADAM, step });
      kernels.adamStep({ parameter, gradient, m, v, options: { ...ADAM, step } });
      for (const [i, variable] of [parameter, m, v].entries()) expectClose(await variable.data(), expected[i]);
      const alias = step % 2 ? tf.clone(parameter) : tf.reshape(parameter, [20]);
      seen.push({ tensor: alias, values: Float32Array.from(expected[0]) });
    }
    for (const { tensor, values: then } of seen) expectClose(await tensor.data(), then);
    tf.dispose([parameter, m, v, gradient, ...seen.map(({ tensor }) => tensor)]);
  });
});

describe('the pool of device buffers', () => {
  const made: (GpuBuffer & { destroyed: boolean })[] = [];
  const device = {
    createBuffer({ size, usage }: { size: number; usage: number }) {
      const buffer = { size, usage, destroyed: false, destroy: () => (buffer.destroyed = true) };
      made.push(buffer as never);
      return buffer;
    },
  } as unknown as GpuDevice;

  it('hands a buffer of the same size and usage out again, and destroys the longest unused beyond its bound', () => {
    const pool = new BufferPool(device, 100);
    const [a, b, c] = [40, 40, 50].map((size) => pool.acquireBuffer(size, 1));
    pool.releaseBuffer(a);
    expect(pool.acquireBuffer(40, 2)).not.toBe(a);
    expect(pool.acquireBuffer(40, 1)).toBe(a);
    for (const buffer of [a, b, c]) pool.releaseBuffer(buffer);
    expect(made.map(({ destroyed }) => destroyed)).toEqual([true, false, false, false]);
    expect(pool.numBytesAllocated - pool.numBytesUsed).toBe(90);
    pool.dispose();
    expect(pool.numBytesAllocated).toBe(0);
  });
});
