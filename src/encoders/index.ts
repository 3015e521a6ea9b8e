export type { EncodedRows, EncoderOutput, NodeRows, RowRequest } from './encode-rows.js';
export type { BlockPassView, EncodedNodes, Encoder, EncoderPass } from './encoder.js';
export { layerWeights } from './lightgcn.js';
export { MomentumCopy } from './momentum-copy.js';
export { createNodeTable } from './node-table.js';
export {
  createEncoder,
  ENCODER_NAMES,
  ENCODERS,
  type EncoderName,
  type EncoderOptions,
  encoderSchema,
} from './registry.js';
