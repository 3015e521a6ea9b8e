export {
  type ActiveContrastiveLoss,
  type ActiveLosses,
  type ActiveMainLoss,
  type ActivePrototypeLoss,
  activeLosses,
} from './active-losses.js';
export type { ContrastedViews, EveryNode, PairedViews } from './contrastive/contrasted-views.js';
export { contrastiveShape } from './contrastive/contrastive-options.js';
export { dcl } from './contrastive/dcl.js';
export { infoNce } from './contrastive/info-nce.js';
export { nescl } from './contrastive/nescl.js';
export { ntXent } from './contrastive/nt-xent.js';
export {
  createProjectionHead,
  type ProjectionHead,
  type ProjectionHeadOptions,
} from './contrastive/projection-head.js';
export { embeddingL2 } from './embedding-l2.js';
export {
  type ContentAlignmentOptions,
  contentAlignment,
  contentAlignmentSchema,
} from './features/content-alignment.js';
export {
  type DistillationOptions,
  distillationSchema,
  scoreDistillation,
} from './features/distillation.js';
export {
  contrastedSides,
  type FeatureContrastOptions,
  featureContrast,
  featureContrastSchema,
} from './features/feature-contrast.js';
export { FEATURE_LOSSES } from './features/registry.js';
export { cosineOnly, logQOption, similarityOption, weightOption } from './loss-options.js';
export {
  type AtStep,
  type ClusterPlan,
  type ContrastiveLoss,
  contrastiveLoss,
  type MainLoss,
  mainLoss,
  type PrototypeLoss,
  type PrototypePlan,
  prototypeLoss,
  type RegularisationLoss,
  type RegularisedRows,
} from './loss-row.js';
export {
  type AuxiliaryLossOptions,
  type ContrastiveOptions,
  type LossesOptions,
  lossesSchema,
  lossesSchemaOf,
  type MainLossOptions,
  type PrototypeOptions,
} from './losses-schema.js';
export { alignmentUniformityLoss, uniformity } from './main/alignment-uniformity.js';
export { bpr } from './main/bpr.js';
export { bsl, groupLogMeanExp } from './main/bsl.js';
export { cosineContrastive } from './main/cosine-contrastive.js';
export { hinge } from './main/hinge.js';
export { inBatchSoftmax, type MainSoftmaxOptions } from './main/in-batch-softmax.js';
export { diagonal, type LogitCorrections, logitPlan } from './main/logit-plan.js';
export type { MainLossInput, OwnKeys, SharedKeys } from './main/main-loss-input.js';
export { meanOfPositives, negativeScores, pairWeights, sumOfPairs } from './main/pair-weights.js';
export { sampledSoftmax } from './main/sampled-softmax.js';
export { type SoftmaxCorrections, type SoftmaxOperands, softmaxOperands } from './main/softmax-operands.js';
export { topKScores } from './main/top-k-scores.js';
export type { TopKPlan } from './main/top-k-weights.js';
export { type Clusters, type KMeansOptions, type KMeansResult, kMeans } from './prototypes/k-means.js';
export { prototypeNce } from './prototypes/prototype-nce.js';
export type { PrototypePart, PrototypeSide, PrototypeSides } from './prototypes/prototype-sides.js';
export {
  type SwappedPrediction,
  type SwappedPredictionOptions,
  swappedPrediction,
} from './prototypes/swapped-prediction.js';
export { LOSS_NAMES, LOSS_TABLES, LOSSES, type LossName, type LossTables } from './registry.js';
export { adaptiveTemperatures, type UnitEmbeddings } from './temperature/adaptive-temperature.js';
export { lambertW } from './temperature/lambert-w.js';
export {
  type AdaptiveTemperature,
  initialTheta,
  isAdaptive,
  type LearnedTemperature,
  learnedTemperature,
  type ScheduledTemperature,
  scheduledTemperature,
  type Temperature,
  type TemperatureFacts,
  type TemperatureOptions,
  temperatureAt,
  temperatureOption,
  tempered,
  userTemperatureOption,
} from './temperature/temperature.js';
