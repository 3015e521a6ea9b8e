/** The kernel table of the TensorFlow backend: everything stays in TensorFlow's memory, on its device. */
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs';
import { withDecay, withDecayOfRows } from '../decayed-gradient.js';
import type { Kernels } from '../kernels.js';
import { PLAIN_KERNELS } from '../plain/kernels.js';
import { InPlaceAdam } from './adam.js';
import { Arithmetic } from './arithmetic.js';
import type { TensorflowBackend } from './binding.js';
import { BlockLayerRows } from './block-layer-rows.js';
import { Eager } from './eager.js';
import { LayerRows } from './layer-rows.js';
import { Noise } from './noise.js';
import { Sinkhorn } from './sinkhorn.js';
import { SoftmaxLoss } from './softmax-loss.js';
import { SparseProducts } from './sparse-products.js';

export function createTensorflowKernels(backend: TensorflowBackend): Kernels {
  const eager = new Eager(backend);
  const math = new Arithmetic(eager);
  const products = new SparseProducts(eager);
  const noise = new Noise(eager, math);
  const layers = new LayerRows(eager, math, products, noise);
  const blocks = new BlockLayerRows(eager, math, products, noise);
  const softmax = new SoftmaxLoss(eager, math);
  const sinkhorn = new Sinkhorn(eager, math);
  const adam = new InPlaceAdam(eager, math);
  const matrix = (body: () => ReturnType<Eager['run']>): Tensor2D => eager.scope(() => eager.tensor<Tensor2D>(body()));

  return Object.freeze<Kernels>({
    ...PLAIN_KERNELS,
    borrow: (tensor: Tensor) => tensor.dataSync() as Float32Array,
    propagate: (rows, x) => matrix(() => products.product(rows, x)),
    sparseProduct: (rows, x) => matrix(() => products.blockProduct(rows, x.shape[0], x)),
    gatherRows: (table, indices) => matrix(() => math.gather(table, eager.int32(indices))),
    scatterAddRows: (rows, indices, numRows) => matrix(() => math.scatterAdd(rows, eager.int32(indices), numRows)),
    perturbRows: (x, magnitude, key) => matrix(() => noise.perturb(x, magnitude, key)),
    layerRows: (table, passes) => matrix(() => layers.forward(table, passes)),
    layerRowsGradient: (gradient, passes, numNodes) => matrix(() => layers.backward(gradient, passes, numNodes)),
    blockLayerRows: (local, passes) => matrix(() => blocks.forward(local, passes)),
    blockLayerRowsGradient: (gradient, passes, numLocal) => matrix(() => blocks.backward(gradient, passes, numLocal)),
    softmaxLoss: (queries, keys, plan, wantsPerQuery) => softmax.compute(queries, keys, plan, wantsPerQuery),
    softCrossEntropy({ scores, targets, temperature }) {
      const numRows = scores.shape[0];
      return eager.scope(() => {
        const logits = math.scale(scores, 1 / temperature);
        const likelihood = math.sumAll(math.mul(targets, math.logSoftmax(logits)));
        const residual = math.sub(math.mul(math.softmax(logits), math.sumRows(targets, true)), targets);
        return {
          loss: eager.tensor<Scalar>(math.scale(likelihood, -1 / numRows)),
          gradient: eager.tensor<Tensor2D>(math.scale(residual, 1 / (temperature * numRows))),
        };
      });
    },
    sinkhornCodes: (scores, options) => sinkhorn.codes(scores, options),
    adamStep: withDecay((update) => adam.step(update)),
    adamRows: withDecayOfRows((update, rows) => adam.rows(update, rows)),
  });
}
