export {
  DATA_DEFAULTS,
  type DataConfig,
  type DataConfigInput,
  dataConfigSchema,
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
} from './feature-table.js';
export {
  EVENT_CODES,
  type EventName,
  type InteractionSet,
  type Interactions,
  type SplitInteractions,
  selectInteractions,
} from './interaction-set.js';
export {
  type LoadedDataset,
  loadDataset,
  type SourceDescription,
  type SourceFileRecord,
  splitInteractionSet,
} from './load-dataset.js';
export type { SplitConfig, SplitName } from './split-config.js';
export type { DescribedSplit } from './split-interactions.js';
export type { ColdCounts, SplitDescription } from './splits/split-summary.js';
export { Vocabulary } from './vocabulary.js';
