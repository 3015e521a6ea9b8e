export { createEncoder, createEncoderVariables, depthOf, type Encoder, hearsItems } from './encoder.js';
export {
  ENCODER_NAMES,
  ENCODERS,
  type EncoderName,
  type EncoderOptions,
  encoderParts,
  encoderSchema,
  encoderSchemaOf,
} from './encoder-options.js';
export type { BlockPassView, EncoderPass } from './encoder-pass.js';
export { MomentumCopy } from './momentum-copy.js';
export { ownShareOf } from './own-share.js';
export type { EncodedRows, EncoderOutput, NodeRows, RowRequest } from './propagation/encode-rows.js';
export { type LayerCombination, layerWeights } from './propagation/layer-weights.js';
export type { EncodedNodes, HistoryTerms } from './propagation/propagated.js';
export { PROPAGATION_NAMES, PROPAGATIONS, type PropagationName } from './propagation/registry.js';
export { idTableRows } from './rows/id-table.js';
export { type Initialization, initializationSchema } from './rows/initialization.js';
export { createNodeTable } from './rows/node-table.js';
export { ROWS, ROWS_NAMES, type RowsName, type RowsTable } from './rows/registry.js';
export {
  defineRows,
  type NodeCounts,
  type Rows,
  type RowsContext,
  type RowsDraw,
  type RowsKind,
  type RowsSize,
} from './rows/rows.js';
export type { Tower, TowerPass } from './rows/tower/tower.js';
export { towersIn } from './rows/tower/tower-rows.js';
export type { EncoderParts } from './short-forms/short-form.js';
