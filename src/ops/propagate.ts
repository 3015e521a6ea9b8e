/**
 * One hop of message passing: adjacency · x, differentiable in x.
 * The adjacency must be symmetric (a normalised undirected graph is): then the gradient is the same product.
 */
import * as tf from '@tensorflow/tfjs';
import { currentKernels, type SparseRows } from '../backend/index.js';
import { assertFloats, assertRows, square } from './argument-checks.js';

/**
 * @param adjacency symmetric, over numNodes nodes
 * @param x `[numNodes, embeddingDim]`
 * @returns `[numNodes, embeddingDim]`
 * @throws ShapeError when x does not have numNodes rows, or the matrix is none
 */
export function propagate(adjacency: SparseRows, x: tf.Tensor2D): tf.Tensor2D {
  assertFloats('propagate: x', x, [adjacency.numNodes, null]);
  assertRows('propagate: adjacency', adjacency, square(adjacency.numNodes));
  const kernels = currentKernels();
  const hop = tf.customGrad((input) => ({
    value: kernels.propagate(adjacency, input as tf.Tensor2D),
    gradFunc: (dy) => kernels.propagate(adjacency, dy as tf.Tensor2D),
  }));
  return hop(x) as tf.Tensor2D;
}
