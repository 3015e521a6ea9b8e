export { bpr } from './bpr.js';
export { embeddingL2 } from './embedding-l2.js';
export { inBatchSoftmax } from './in-batch-softmax.js';
export { infoNce } from './info-nce.js';
export { diagonal, type LogitCorrections, logitPlan } from './logit-plan.js';
export type { MainLossInput, OwnKeys, SharedKeys } from './main-loss-input.js';
export { pairWeights } from './pair-weights.js';
export {
  type ContrastiveOptions,
  LOSS_NAMES,
  LOSSES,
  type LossesOptions,
  type LossName,
  lossesSchema,
  type MainLossOptions,
  type PrototypeOptions,
} from './registry.js';
export { type SoftmaxCorrections, type SoftmaxOperands, softmaxOperands } from './softmax-operands.js';
export { type SwappedPrediction, type SwappedPredictionOptions, swappedPrediction } from './swapped-prediction.js';
