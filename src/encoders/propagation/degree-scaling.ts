/**
 * A hop that weighs neighbours by other powers of the degrees than the symmetric ½ and ½, over rows of length 1 (LightGCN++,
 * Lee, Kim & Shin 2024, RecSys, doi 10.1145/3640457.3688176, eq. 4-6):
 *
 *   heard_i = |N_i|^−α · Σ_{j ∈ N_i} |N_j|^−β · x_j / ‖x_j‖
 *
 * With Â = D^−½ A D^−½ that is D^(½ − α) · Â · D^(½ − β) · unit(x): the matrix, and every view, block and kernel over it,
 * stays the symmetric one, and its rows are scaled before and after. Where weights of edges or a view change Â, D still
 * counts the edges of the training graph.
 */
import * as tf from '@tensorflow/tfjs';
import { assertLength } from '../../core/errors.js';
import { l2Normalize } from '../../ops/index.js';

/** What hop number k (from 0) brings to a layer; may have fewer rows than `x`, then the first ones. */
export type Hop = (k: number, x: tf.Tensor2D) => tf.Tensor2D;

export interface DegreeScaling {
  /** |N_j|^(½ − β) of what a node says, 0 for nodes without edges, `[numNodes]`. */
  readonly said: Float32Array;
  /** |N_i|^(½ − α) of what a node hears, likewise, `[numNodes]`. */
  readonly heard: Float32Array;
}

/** @param degrees edges of every node, `[numNodes]` */
export function degreeScaling(
  degrees: Int32Array,
  { alpha, beta }: { readonly alpha: number; readonly beta: number },
): DegreeScaling {
  const powers = (exponent: number): Float32Array =>
    Float32Array.from(degrees, (degree) => (degree > 0 ? degree ** exponent : 0));
  return { said: powers(0.5 - beta), heard: powers(0.5 - alpha) };
}

/**
 * @param hop over the symmetric matrix
 * @param nodes of the rows that hops take, in their order; absent: all nodes
 */
export function scaledHop(hop: Hop, { said, heard }: DegreeScaling, nodes?: Int32Array): Hop {
  return (k, x) => {
    const sent = tf.mul(l2Normalize(x), column(said, x.shape[0], nodes)) as tf.Tensor2D;
    const sum = hop(k, sent);
    return tf.mul(sum, column(heard, sum.shape[0], nodes));
  };
}

/** The factors of the first rows, `[numRows, 1]`. */
function column(factors: Float32Array, numRows: number, nodes: Int32Array | undefined): tf.Tensor2D {
  if (nodes)
    return tf.tensor2d(
      Float32Array.from(nodes.subarray(0, numRows), (node) => factors[node]),
      [numRows, 1],
    );
  assertLength('scaledHop: degrees', factors.length, numRows);
  return tf.tensor2d(factors, [numRows, 1]);
}
