/** The kernel table of the WebGPU backend: our own shaders; everything stays on the device until it is awaited. */
import * as tf from '@tensorflow/tfjs';
import { withDecay, withDecayOfRows } from '../decayed-gradient.js';
import type { Kernels } from '../kernels.js';
import { PLAIN_KERNELS } from '../plain/kernels.js';
import { InPlaceAdam } from './adam.js';
import type { WebgpuBackend } from './binding.js';
import { BlockLayerRows } from './block-layer-rows.js';
import { Compute } from './compute.js';
import { KeptArrays } from './kept-arrays.js';
import { LayerRows } from './layer-rows.js';
import { Noise } from './noise.js';
import { NormalizeRows } from './normalize-rows.js';
import { RowCopies } from './row-copies.js';
import { RowSums } from './row-sums.js';
import { sinkhornCodes } from './sinkhorn.js';
import { softCrossEntropy } from './soft-cross-entropy.js';
import { SoftmaxLoss } from './softmax-loss.js';
import { SparseProducts } from './sparse-products.js';
import { DeviceTopK } from './top-k.js';

export function createWebgpuKernels(backend: WebgpuBackend): Kernels {
  const compute = new Compute(backend);
  const kept = new KeptArrays(compute);
  const sums = new RowSums(compute, kept);
  const copies = new RowCopies(compute);
  const products = new SparseProducts(compute, kept, sums);
  const noise = new Noise(compute);
  const layers = new LayerRows(compute, products, sums, copies, noise);
  const blocks = new BlockLayerRows(compute, products, sums, copies, noise);
  const normalize = new NormalizeRows(compute);
  const softmax = new SoftmaxLoss(compute);
  const adam = new InPlaceAdam(compute, copies);
  const topK = new DeviceTopK(compute);
  const matrix = (body: () => tf.TensorInfo): tf.Tensor2D => compute.scope(() => compute.tensor(body()));

  return Object.freeze<Kernels>({
    ...PLAIN_KERNELS,

    async fetch(tensor) {
      await tensor.data();
    },

    propagate: (rows, x) =>
      matrix(() => {
        const out = compute.floats(...x.shape);
        products.product(rows, x, x.shape[1], out);
        return out;
      }),

    sparseProduct: (rows, x) =>
      matrix(() => {
        const out = compute.floats(rows.offsets.length - 1, x.shape[1]);
        products.blockProduct(rows, x, x.shape[1], out);
        return out;
      }),

    gatherRows: (table, indices) =>
      matrix(() => {
        const out = compute.floats(indices.length, table.shape[1]);
        if (indices.length === 0) return out;
        const rows = compute.upload(indices);
        copies.gather({ x: table, rows, count: indices.length, dim: table.shape[1], out });
        return out;
      }),

    scatterAddRows: (rows, indices, numRows) =>
      matrix(() => {
        const dim = rows.shape[1];
        const out = compute.floats(numRows, dim);
        copies.clear(out);
        if (indices.length > 0) sums.scatterAdd({ rows, targets: indices, dim, out });
        return out;
      }),

    perturbRows: (x, magnitude, key) =>
      matrix(() => {
        const [numRows, dim] = x.shape;
        const out = compute.floats(numRows, dim);
        copies.gather({ x, count: numRows, dim, out });
        noise.perturb(out, { numRows, dim, magnitude, key });
        return out;
      }),

    layerRows: (table, passes) => matrix(() => layers.forward(table, passes)),
    layerRowsGradient: (gradient, passes, numNodes) => matrix(() => layers.backward(gradient, passes, numNodes)),
    blockLayerRows: (local, passes) => matrix(() => blocks.forward(local, passes)),
    blockLayerRowsGradient: (gradient, passes, numLocal) => matrix(() => blocks.backward(gradient, passes, numLocal)),

    normalizeRows: (x, minNorm) =>
      compute.scope(() => {
        const { unit, norm } = normalize.forward(x, minNorm);
        return { unit: compute.tensor(unit), norm: compute.tensor(norm) };
      }),
    normalizeRowsGradient: (rows) => matrix(() => normalize.backward(rows)),

    softmaxLoss: (queries, keys, plan, wantsPerQuery = false) => softmax.run(queries, keys, plan, wantsPerQuery),

    softCrossEntropy: (rows) =>
      compute.scope(() => {
        const { perRow, gradient } = softCrossEntropy(compute, rows);
        const losses = compute.tensor<tf.Tensor1D>(perRow);
        const loss = tf.tidy(() => tf.mean(losses)) as tf.Scalar;
        losses.dispose();
        return { loss, gradient: compute.tensor(gradient) };
      }),

    sinkhornCodes(scores, options) {
      const codes = matrix(() => sinkhornCodes(compute, copies, scores, options));
      const [numSamples, numPrototypes] = scores.shape;
      const columnError = tf.tidy(() => {
        const shares = tf.mul(tf.sum(codes, 0), numPrototypes / numSamples);
        return tf.max(tf.abs(tf.sub(shares, 1))) as tf.Scalar;
      });
      return { codes, iterations: options.iterations, columnError };
    },

    packItems: (items, embeddingDim) => ({ numItems: items.length / embeddingDim, embeddingDim, parts: [items] }),
    topK: (search, k) => topK.topK(search, k),
    rankCount: (search, wanted) => topK.rankCount(search, wanted),

    adamStep: withDecay((update) => adam.step(update)),
    adamRows: withDecayOfRows((update, rows) => adam.rows(update, rows)),
  });
}
