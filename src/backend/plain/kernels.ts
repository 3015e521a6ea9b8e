/** The plain kernel table: correct on every tfjs backend, fast on none. */
import type { Tensor } from '@tensorflow/tfjs';
import type { Kernels } from '../kernels.js';
import { adamStep } from './adam.js';
import { adamRows } from './adam-rows.js';
import { blockLayerRows, blockLayerRowsGradient } from './block-layer-rows.js';
import { dropEdges } from './drop-edges.js';
import { layerRows, layerRowsGradient } from './layer-rows.js';
import { normalizeRows, normalizeRowsGradient } from './normalize-rows.js';
import { perturbRows } from './perturb.js';
import { propagate, sparseProduct } from './propagate.js';
import { rankCount } from './rank-count.js';
import { gatherRows, scatterAddRows } from './rows.js';
import { sampleHop } from './sample-hop.js';
import { packItems } from './score-tiles.js';
import { sinkhornCodes } from './sinkhorn.js';
import { softCrossEntropy } from './soft-cross-entropy.js';
import { softmaxLoss } from './softmax-loss.js';
import { topK } from './top-k.js';

export const PLAIN_KERNELS: Kernels = Object.freeze({
  borrow: (tensor: Tensor) => tensor.dataSync() as Float32Array,
  fetch: async () => {},
  propagate,
  sparseProduct,
  dropEdges,
  gatherRows,
  scatterAddRows,
  perturbRows,
  layerRows,
  layerRowsGradient,
  sampleHop,
  blockLayerRows,
  blockLayerRowsGradient,
  normalizeRows,
  normalizeRowsGradient,
  softmaxLoss,
  softCrossEntropy,
  sinkhornCodes,
  packItems,
  topK,
  rankCount,
  adamStep,
  adamRows,
});
