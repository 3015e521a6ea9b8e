export type { FieldMaskPair, FieldView, FieldViewContext } from './fields/field-view.js';
export {
  drawFieldView,
  FIELD_VIEWS,
  type FieldViewName,
  type FieldViewOptions,
  fieldViewSchema,
  refuseFewFields,
} from './fields/registry.js';
export {
  BLOCK_VIEW_NAMES,
  blockViewNames,
  drawBlockView,
  drawView,
  VIEW_NAMES,
  VIEWS,
  type ViewName,
  type ViewOptions,
  type ViewTable,
  viewSchema,
  viewSchemaOf,
} from './registry.js';
export {
  type AddedEdges,
  type BlockView,
  type DrawnView,
  defineView,
  type LayerNoise,
  type LowRank,
  type View,
  type ViewContext,
} from './view.js';
