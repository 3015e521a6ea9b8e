/**
 * What a case of the ops' fuzz test is: arguments that fit, made from sizes and a seeded generator, how to run the op for its
 * results and gradients, and ways to spoil the arguments so that they fit no more.
 */
import * as tf from '@tensorflow/tfjs';
import type { CounterKey } from '../../src/core/counter-rng.js';
import type { Rng } from '../../src/core/rng.js';

/** Any of them may be 0. */
export interface Sizes {
  readonly a: number;
  readonly b: number;
  readonly dim: number;
}

/** Numbers of a matrix before it is a tensor; `dtype` and `shape` may be spoilt. */
export interface Plain {
  readonly shape: readonly number[];
  readonly values: Float32Array;
  readonly dtype?: 'int32';
}

/** Tensors are read when all is done, since a read waits for the device. */
export type Results = Readonly<Record<string, tf.Tensor | Float32Array>>;

export interface OpCase {
  /** The op under the arguments of one draw, and the same spoilt in every way that there is. */
  draw(sizes: Sizes, rng: Rng): { run(): Results; readonly spoilt: Readonly<Record<string, () => Results>> };
}

/** @param spoil ways that do not apply to some arguments give undefined there */
export function opCase<Arguments>(
  draw: (sizes: Sizes, rng: Rng) => Arguments,
  run: (args: Arguments) => Results,
  spoil: Readonly<Record<string, (args: Arguments) => Arguments | undefined>>,
): OpCase {
  return {
    draw(sizes, rng) {
      const args = draw(sizes, rng);
      const spoilt = Object.entries(spoil).flatMap(([how, change]) => {
        const changed = change(args);
        return changed === undefined ? [] : [[how, () => run(changed)] as const];
      });
      return { run: () => run(args), spoilt: Object.fromEntries(spoilt) };
    },
  };
}

export const matrixOf = (rows: number, columns: number, rng: Rng): Plain => ({
  shape: [rows, columns],
  values: Float32Array.from({ length: rows * columns }, () => rng.normal()),
});
export const tensorOf = ({ shape, values, dtype }: Plain): tf.Tensor2D =>
  tf.tensor(values, [...shape] as [number, number], dtype ?? 'float32') as tf.Tensor2D;
/** As it is now, whatever becomes of it. */
export const numbers = (tensor: tf.Tensor): tf.Tensor => tf.clone(tensor);

/** The op's value and its gradients for a scalar that weighs every entry differently. */
export function differentiated(op: (...inputs: tf.Tensor2D[]) => tf.Tensor, ...inputs: readonly Plain[]): Results {
  const tensors = inputs.map(tensorOf);
  const value = op(...tensors);
  const weights = tf.tensor(
    Float32Array.from({ length: value.size }, (_, i) => 1 + (i % 5) / 3),
    value.shape,
  );
  const results: Record<string, tf.Tensor> = { value: numbers(value) };
  if (value.size === 0) return results;
  const gradients = tf.grads((...given) => tf.sum(tf.mul(op(...(given as tf.Tensor2D[])), weights)))(tensors);
  for (const [i, gradient] of gradients.entries()) results[`gradient ${i}`] = numbers(gradient);
  return results;
}

export const asInt = (x: Plain): Plain => ({ ...x, dtype: 'int32' });
export const asVector = (x: Plain): Plain => ({ ...x, shape: [x.values.length] });
export const oneRowMore = ({ shape: [rows, columns] }: Plain): Plain => ({
  shape: [rows + 1, columns],
  values: new Float32Array((rows + 1) * columns),
});
export const oneColumnMore = ({ shape: [rows, columns] }: Plain): Plain => ({
  shape: [rows, columns + 1],
  values: new Float32Array(rows * (columns + 1)),
});
/** The list with its last entry replaced; undefined for an empty one. */
export function lastAs<List extends Int32Array | Float32Array>(list: List, value: number): List | undefined {
  if (list.length === 0) return undefined;
  const changed = list.slice() as List;
  changed[changed.length - 1] = value;
  return changed;
}

export const indices = (length: number, size: number, rng: Rng): Int32Array =>
  Int32Array.from({ length: size === 0 ? 0 : length }, () => rng.integer(size));
/** Some of 0 … size − 1, ascending. */
export const someOf = (size: number, rng: Rng): Int32Array =>
  Int32Array.from({ length: size }, (_, i) => i).filter(() => rng.uniform() < 0.6);

export type Noise = { readonly magnitude: number; readonly keys: readonly CounterKey[] };
export const BAD_NOISE: Readonly<Record<string, (noise: Noise) => Noise | undefined>> = {
  'negative noise': (noise) => ({ ...noise, magnitude: -0.1 }),
  'noise NaN': (noise) => ({ ...noise, magnitude: Number.NaN }),
  'a key short': (noise) => (noise.keys.length > 0 ? { ...noise, keys: noise.keys.slice(1) } : undefined),
};

/** Each way to spoil a part, as a way to spoil the whole. */
export function inPart<Whole, Part>(
  ways: Readonly<Record<string, (part: Part) => Part | undefined>>,
  get: (whole: Whole) => Part | undefined,
  put: (whole: Whole, part: Part) => Whole,
): Record<string, (whole: Whole) => Whole | undefined> {
  return Object.fromEntries(
    Object.entries(ways).map(([how, change]) => [
      how,
      (whole: Whole) => {
        const part = get(whole);
        const changed = part === undefined ? undefined : change(part);
        return changed === undefined ? undefined : put(whole, changed);
      },
    ]),
  );
}
