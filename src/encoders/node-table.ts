/** The trainable rows under every encoder, each side Xavier-initialised on its own. */
import * as tf from '@tensorflow/tfjs';
import { Rng } from '../core/rng.js';
import { xavierUniform } from './xavier.js';

/** Users' rows first, then items'. @returns variable `[numUsers + numItems, embeddingDim]` */
export function createNodeTable(numUsers: number, numItems: number, embeddingDim: number, seed: number): tf.Variable {
  const values = new Float32Array((numUsers + numItems) * embeddingDim);
  if (numUsers > 0) values.set(xavierUniform(numUsers, embeddingDim, Rng.of(seed, 'init', 'users')));
  values.set(xavierUniform(numItems, embeddingDim, Rng.of(seed, 'init', 'items')), numUsers * embeddingDim);
  return tf.tidy(() => tf.variable(tf.tensor2d(values, [numUsers + numItems, embeddingDim])));
}
