/**
 * Hidden layers of a tower: h ← dropout(activation(norm(h W + b))), then a linear layer without a bias, so that the length of
 * an embedding is that of what is known.
 */
import * as tf from '@tensorflow/tfjs';
import { type CounterKey, counterUniform } from '../../../core/counter-rng.js';
import type { Rng } from '../../../core/rng.js';
import { initialRows } from '../initialization.js';
import type { TowerOptions } from './tower-options.js';

/** Added to a variance before its root. */
export const NORM_EPSILON = 1e-5;

/** By `<layer>/weights` `[inputs, outputs]` and, but for the last, `<layer>/bias` and with norm `<layer>/scale`, `[1, outputs]`. */
export function createDenseLayers(
  widths: readonly number[],
  norm: TowerOptions['norm'],
  rngOf: (layer: number) => Rng,
): Record<string, tf.Variable> {
  const variables: Record<string, tf.Variable> = {};
  for (let layer = 0; layer + 1 < widths.length; layer++) {
    const [inputs, outputs] = [widths[layer], widths[layer + 1]];
    const values = initialRows('xavier', inputs, outputs, rngOf(layer));
    variables[`${layer}/weights`] = tf.tidy(() => tf.variable(tf.tensor2d(values, [inputs, outputs])));
    if (layer + 2 === widths.length) continue;
    variables[`${layer}/bias`] = tf.tidy(() => tf.variable(tf.zeros([1, outputs])));
    if (norm === 'layer') variables[`${layer}/scale`] = tf.tidy(() => tf.variable(tf.ones([1, outputs])));
  }
  return variables;
}

interface DensePass {
  readonly options: Pick<TowerOptions, 'activation' | 'norm' | 'dropout'>;
  /** One key a hidden layer, where units are left out. */
  readonly dropoutKeys?: readonly CounterKey[];
}

/**
 * @param joined `[numRows, widths[0]]`
 * @returns `[numRows, embeddingDim]`
 */
export function denseLayers(
  joined: tf.Tensor2D,
  variables: Readonly<Record<string, tf.Variable>>,
  { options, dropoutKeys }: DensePass,
): tf.Tensor2D {
  let rows = joined;
  for (let layer = 0; `${layer}/weights` in variables; layer++) {
    rows = tf.matMul(rows, variables[`${layer}/weights`] as unknown as tf.Tensor2D);
    const bias = variables[`${layer}/bias`];
    if (bias === undefined) break;
    const scale = variables[`${layer}/scale`];
    const normed = scale ? tf.mul(standardised(rows), scale) : rows;
    const shifted = tf.add(normed, bias) as tf.Tensor2D;
    rows = options.activation === 'tanh' ? tf.tanh(shifted) : tf.relu(shifted);
    if (dropoutKeys && options.dropout > 0) rows = dropped(rows, options.dropout, dropoutKeys[layer]);
  }
  return rows;
}

/** Rows with mean 0 and deviation 1 (Ba et al. 2016, arXiv 1607.06450). */
function standardised(rows: tf.Tensor2D): tf.Tensor2D {
  const centred = tf.sub(rows, tf.mean(rows, 1, true));
  const variance = tf.mean(tf.square(centred), 1, true);
  return tf.div(centred, tf.sqrt(tf.add(variance, NORM_EPSILON)));
}

/** Units set to 0, the others scaled so that sums keep their mean. */
export function dropped(rows: tf.Tensor2D, share: number, key: CounterKey): tf.Tensor2D {
  const factor = 1 / (1 - share);
  const mask = Float32Array.from({ length: rows.size }, (_, i) => (counterUniform(key, i) < share ? 0 : factor));
  return tf.mul(rows, tf.tensor2d(mask, rows.shape));
}
