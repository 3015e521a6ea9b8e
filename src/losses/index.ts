export { adaptiveTemperatures, type UnitEmbeddings } from './adaptive-temperature.js';
export { alignmentUniformityLoss, uniformity } from './alignment-uniformity.js';
export { bpr } from './bpr.js';
export { bsl, groupLogMeanExp } from './bsl.js';
export { cosineContrastive } from './cosine-contrastive.js';
export { dcl } from './dcl.js';
export { embeddingL2 } from './embedding-l2.js';
export { hinge } from './hinge.js';
export { inBatchSoftmax, type MainSoftmaxOptions } from './in-batch-softmax.js';
export { infoNce } from './info-nce.js';
export { type Clusters, type KMeansResult, kMeans } from './k-means.js';
export { lambertW } from './lambert-w.js';
export { diagonal, type LogitCorrections, logitPlan } from './logit-plan.js';
export type { MainLossInput, OwnKeys, SharedKeys } from './main-loss-input.js';
export { ntXent } from './nt-xent.js';
export { pairWeights } from './pair-weights.js';
export { createProjectionHead, type ProjectionHead, type ProjectionHeadOptions } from './projection-head.js';
export { prototypeNce } from './prototype-nce.js';
export {
  type AuxiliaryLossOptions,
  type ContrastiveOptions,
  LOSS_NAMES,
  LOSSES,
  type LossesOptions,
  type LossName,
  lossesSchema,
  type MainLossOptions,
  type PrototypeOptions,
} from './registry.js';
export { sampledSoftmax } from './sampled-softmax.js';
export { type SoftmaxCorrections, type SoftmaxOperands, softmaxOperands } from './softmax-operands.js';
export { type SwappedPrediction, type SwappedPredictionOptions, swappedPrediction } from './swapped-prediction.js';
export {
  type AdaptiveTemperature,
  initialTheta,
  type LearnedTemperature,
  learnedTemperature,
  type ScheduledTemperature,
  scheduledTemperature,
  type Temperature,
  type TemperatureOptions,
  tempered,
} from './temperature.js';
