export { ADAM_DEFAULTS, Adam } from './adam.js';
export { l2Normalize, MIN_NORM } from './l2-normalize.js';
export { type LayerPass, layerRows } from './layer-rows.js';
export { lookup } from './lookup.js';
export { perturb } from './perturb.js';
export { propagate } from './propagate.js';
export { similarity } from './similarity.js';
export { type SinkhornOptions, type SinkhornResult, sinkhornCodes } from './sinkhorn.js';
export { type SoftmaxPlan, softmaxLoss } from './softmax-loss.js';
