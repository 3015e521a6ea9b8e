/** The stack of combinations of layers, and its gradient, in plain loops: for passes over a graph and over a block. */
import * as tf from '@tensorflow/tfjs';
import type { BlockPass, LayerPass } from '../kernels.js';
import { type PassPlan, planPasses } from '../layer-plan.js';

/** From layer k − 1 to layer k, or from the gradient of layer k to what it gives to layer k − 1. */
type Step<Pass extends LayerPass | BlockPass> = (plan: PassPlan<Pass>, k: number, from: Float32Array) => Float32Array;

/**
 * @param table layer 0 of every pass, `[numNodes, dim]`
 * @returns `[Σ numRows · numCombinations, dim]`
 */
export function stackLayers<Pass extends LayerPass | BlockPass>(
  table: tf.Tensor2D,
  passes: readonly Pass[],
  nextLayer: Step<Pass>,
): tf.Tensor2D {
  const dim = table.shape[1];
  const { plans, numRows } = planPasses(passes);
  const out = new Float32Array(numRows * dim);
  for (const plan of plans) {
    const { rows } = plan.pass;
    let layer = table.dataSync() as Float32Array;
    for (let k = 0; k <= plan.lastLayer; k++) {
      if (k > 0) layer = nextLayer(plan, k, layer);
      for (const { weight, start } of plan.terms[k]) {
        for (let i = 0; i < rows.length; i++) addScaled(out, (start + i) * dim, layer, rows[i] * dim, dim, weight);
      }
    }
  }
  return tf.tensor2d(out, [numRows, dim]);
}

/**
 * G_0 + back_1(G_1 + back_2(G_2 + …)) over all passes, with G_k = Σ_j w_jk dOut_j put back at `rows`.
 *
 * @param gradient of the stack
 * @returns `[numNodes, dim]`
 */
export function stackGradient<Pass extends LayerPass | BlockPass>(
  gradient: tf.Tensor2D,
  passes: readonly Pass[],
  numNodes: number,
  hopBack: Step<Pass>,
): tf.Tensor2D {
  const dim = gradient.shape[1];
  const stack = gradient.dataSync() as Float32Array;
  const out = new Float32Array(numNodes * dim);
  for (const plan of planPasses(passes).plans) {
    const { rows } = plan.pass;
    let sum: Float32Array = new Float32Array(numNodes * dim);
    for (let k = plan.lastLayer; k >= 0; k--) {
      for (const { weight, start } of plan.terms[k]) {
        for (let i = 0; i < rows.length; i++) addScaled(sum, rows[i] * dim, stack, (start + i) * dim, dim, weight);
      }
      if (k > 0) sum = hopBack(plan, k, sum);
    }
    for (let i = 0; i < out.length; i++) out[i] += sum[i];
  }
  return tf.tensor2d(out, [numNodes, dim]);
}

/** to[toAt …] += scale · from[fromAt …], dim numbers. */
export function addScaled(
  to: Float32Array,
  toAt: number,
  from: Float32Array,
  fromAt: number,
  dim: number,
  scale: number,
): void {
  for (let d = 0; d < dim; d++) to[toAt + d] += scale * from[fromAt + d];
}
