export {
  DATA_DEFAULTS,
  type DataConfig,
  type DataConfigInput,
  dataConfigSchema,
  FEATURE_KINDS,
  FORMAT_NAMES,
  type FormatName,
  parseDataConfig,
} from './data-config.js';
export type {
  CategoricalColumn,
  FeatureColumn,
  FeatureTable,
  MultiValuedColumn,
  NumericColumn,
  TextColumn,
  TimeColumn,
  VectorColumn,
} from './feature-table.js';
export { type FeatureRowOptions, type FeatureRows, readFeatureRows } from './features/read-feature-rows.js';
export { selectFeatureRows } from './features/select-feature-rows.js';
export { type EncodedField, MISSING_VALUE, UNSEEN_VALUE } from './fields/encoded-field.js';
export type { FeatureCell } from './fields/feature-cell.js';
export { encodeCells, encodeField, type FieldEncoding, fitField } from './fields/field-encoding.js';
export { type FieldMask, fieldRows } from './fields/field-mask.js';
export type { FieldKind, FieldOptions } from './fields/field-options.js';
export type { MutualInformation } from './fields/mutual-information.js';
export {
  EVENT_CODES,
  type EventName,
  type InteractionSet,
  type Interactions,
  type SplitInteractions,
  selectInteractions,
} from './interaction-set.js';
export { type LoadedDataset, loadDataset, splitInteractionSet } from './load-dataset.js';
export {
  createExposureWorld,
  EXPOSURE_DEFAULTS,
  type ExposureOptions,
  type ExposureTruth,
  type ExposureWorld,
  exposureOracleScores,
} from './planted/exposure-world.js';
export { PLANTED_DEFAULTS, type PlantedOptions } from './planted/planted-options.js';
export type { PlantedTruth } from './planted/planted-truth.js';
export {
  createPlantedWorld,
  type PlantedWorld,
  plantedOracleScores,
} from './planted/planted-world.js';
export type { SourceDescription, SourceFileRecord } from './sources/files.js';
export { type InteractionRow, interactionSetFromRows } from './sources/rows.js';
export type { SplitConfig, SplitName } from './split-config.js';
export type { DescribedSplit } from './split-interactions.js';
export { SPLITS } from './splits/registry.js';
export type { ColdCounts, SplitDescription } from './splits/split-summary.js';
export { Vocabulary } from './vocabulary.js';
export { writeInteractions } from './write-interactions.js';
