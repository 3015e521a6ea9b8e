export type { EncodedRows, EncoderOutput, NodeRows, RowRequest } from './encode-rows.js';
export type { EncodedNodes, Encoder, HistoryTerms } from './encoder.js';
export type { BlockPassView, EncoderPass } from './encoder-pass.js';
export { type LayerCombination, layerWeights } from './layer-weights.js';
export { MomentumCopy } from './momentum-copy.js';
export { createNodeTable } from './node-table.js';
export {
  createEncoder,
  createEncoderVariables,
  depthOf,
  ENCODER_NAMES,
  ENCODERS,
  type EncoderName,
  type EncoderOptions,
  encoderSchema,
  hearsItems,
} from './registry.js';
