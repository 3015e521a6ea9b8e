/** Every replaced tfjs kernel against tfjs's own CPU kernel, on random shapes with all forms of broadcasting. */
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomMatrix } from '../../../tests/random-arrays.js';
import { missingNative, useBackend } from '../index.js';
import { BINARY_KINDS, UNARY_KINDS } from './addon.js';
import { NATIVE_BACKEND } from './index.js';
import { REPLACED_KERNELS } from './tfjs-kernels.js';

interface Input {
  readonly shape: number[];
  readonly values: Float32Array;
}
/** By name; a list for kernels of any number of inputs. */
type Inputs = Readonly<Record<string, Input>> | readonly Input[];
type Result = { readonly shape: number[]; readonly values: Float32Array };

const random = (shape: number[], ...labels: (string | number)[]): Input => ({
  shape,
  values: randomMatrix(tf.util.sizeFromShape(shape), 1, ...labels),
});

/** Runs the kernel itself, not a tfjs op that may be made of several. */
function run(backendName: string, name: string, inputs: Inputs, attrs: object): Result[] {
  const backend = tf.findBackend(backendName);
  const keep = (x: Input): tf.TensorInfo => ({
    shape: x.shape,
    dtype: 'float32',
    dataId: backend.write(x.values, x.shape, 'float32'),
  });
  // tfjs's type does not know of the lists that it passes itself
  const infos = (
    Array.isArray(inputs)
      ? inputs.map(keep)
      : Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, keep(value)]))
  ) as tf.NamedTensorInfoMap;
  const kernel = tf.getKernel(name, backendName);
  const out = kernel.kernelFunc({ inputs: infos, backend, attrs: attrs as tf.NamedAttrMap });
  return (Array.isArray(out) ? out : [out]).map(({ shape, dataId }) => ({
    shape,
    values: Float32Array.from(backend.readSync(dataId) as Float32Array),
  }));
}

/** @param size of the sums on the way, which may cancel: what rounding is measured by */
function compare(name: string, inputs: Inputs, attrs: object = {}, size = 1): void {
  const actual = run(NATIVE_BACKEND, name, inputs, attrs);
  const expected = run('cpu', name, inputs, attrs);
  expect(actual).toHaveLength(expected.length);
  for (const [i, { shape, values }] of expected.entries()) {
    expect(actual[i].shape).toEqual(shape);
    expect(actual[i].values).toHaveLength(values.length);
    for (let at = 0; at < values.length; at++) {
      const [got, want] = [actual[i].values[at], values[at]];
      if (Object.is(got, want) || got === want) continue;
      expect(Math.abs(got - want)).toBeLessThanOrEqual(2e-5 * Math.max(size, Math.abs(want)));
    }
  }
}

// mostly small, with zero, vector remainders, and now and then enough for several threads
const length = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 40 }) },
  { weight: 1, arbitrary: fc.constant(700) },
);
const positiveLength = length.map((n) => n + 1);
const shapeOf = (rank: number) => fc.array(length, { minLength: rank, maxLength: rank });
const smallShape = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 4 });

describe.skipIf(missingNative() !== undefined)('tfjs kernels on native', () => {
  beforeAll(async () => {
    await useBackend('cpu');
    await useBackend('native');
  });

  /** Names of kernels compared so far. */
  const tested = new Set<string>();

  it.each(BINARY_KINDS)('%s', (name) => {
    tested.add(name);
    fc.assert(
      fc.property(
        fc.oneof(smallShape, shapeOf(2)),
        fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
        (shape, ones) => {
          const a = shape.map((n, axis) => (ones[axis] ? 1 : n));
          const b = shape.map((n, axis) => (ones[4 + axis] ? 1 : n)).slice(ones[3] ? 1 : 0);
          compare(name, { a: random(a, 'a'), b: random(b, 'b') });
        },
      ),
      { numRuns: 120 },
    );
  });

  it.each(UNARY_KINDS)('%s', (name) => {
    tested.add(name);
    fc.assert(
      fc.property(shapeOf(2), (shape) => {
        const x = random(shape, name);
        compare(name, { x: name === 'Sqrt' ? { shape, values: x.values.map(Math.abs) } : x });
      }),
      { numRuns: 40 },
    );
  });

  it('BatchMatMul', () => {
    tested.add('BatchMatMul');
    const cases = fc.tuple(length, length, length, fc.boolean(), fc.boolean(), fc.integer({ min: 1, max: 3 }));
    fc.assert(
      fc.property(cases, ([m, n, k, transposeA, transposeB, batch]) => {
        fc.pre(m * n * k < 4e6);
        const a = transposeA ? [batch, k, m] : [batch, m, k];
        const b = transposeB ? [1, n, k] : [1, k, n];
        compare('BatchMatMul', { a: random(a, 'a'), b: random(b, 'b') }, { transposeA, transposeB }, Math.sqrt(k + 1));
      }),
      { numRuns: 80 },
    );
  });

  it('AddN', () => {
    tested.add('AddN');
    fc.assert(
      fc.property(shapeOf(2), fc.integer({ min: 1, max: 5 }), (shape, count) => {
        compare(
          'AddN',
          Array.from({ length: count }, (_, i) => random(shape, 'term', i)),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('Sum', () => {
    tested.add('Sum');
    fc.assert(
      fc.property(
        smallShape,
        fc.boolean(),
        fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
        (shape, keepDims, over) => {
          const axis = shape.map((_, i) => i).filter((i) => over[i]);
          compare('Sum', { x: random(shape, 'sum') }, { axis, keepDims });
        },
      ),
      { numRuns: 100 },
    );
    compare('Sum', { x: random([300, 401], 'sum') }, { axis: [1], keepDims: false });
    compare('Sum', { x: random([300, 0], 'sum') }, { axis: [1], keepDims: true });
  });

  it('Softmax', () => {
    tested.add('Softmax');
    fc.assert(
      fc.property(length, positiveLength, (rows, columns) => {
        compare('Softmax', { logits: random([rows, columns], 'logits') }, { dim: 1 });
      }),
      { numRuns: 40 },
    );
  });

  it('Transpose', () => {
    tested.add('Transpose');
    fc.assert(fc.property(shapeOf(2), (shape) => compare('Transpose', { x: random(shape, 't') }, { perm: [1, 0] })));
    compare('Transpose', { x: random([4, 5], 't') }, { perm: [0, 1] });
    compare('Transpose', { x: random([4, 5, 6], 't') }, { perm: [2, 0, 1] });
  });

  it('Slice, SplitV and Concat', () => {
    for (const name of ['Slice', 'SplitV', 'Concat']) tested.add(name);
    fc.assert(
      fc.property(positiveLength, positiveLength, fc.nat(), fc.nat(), (rows, columns, from, whole) => {
        const x = random([rows, columns], 'slice');
        const begin = [from % rows, whole % 2 ? 0 : whole % columns];
        const size = [rows - begin[0], columns - begin[1]];
        compare('Slice', { x }, { begin, size });
        compare('SplitV', { x }, { numOrSizeSplits: [begin[0], size[0]], axis: 0 });
        compare('SplitV', { x }, { numOrSizeSplits: [begin[1], size[1]], axis: 1 });
        const y = random([size[0], columns], 'concat');
        compare('Concat', [x, y], { axis: 0 });
        compare('Concat', [x, x, x], { axis: 1 });
      }),
      { numRuns: 60 },
    );
  });

  it('are all covered here', () => {
    expect([...tested].sort()).toEqual([...REPLACED_KERNELS].sort());
  });

  it('leave other types to tfjs', () => {
    const sum = tf.tidy(() => tf.add(tf.tensor1d([1, 2], 'int32'), tf.tensor1d([3, 4], 'int32')));
    expect(sum.dtype).toBe('int32');
    expect([...sum.dataSync()]).toEqual([4, 6]);
    sum.dispose();
  });
});
