export type { Candidates, OwnCandidates, SharedCandidates } from './candidates.js';
export {
  type GuardOptions,
  guardCandidates,
  type MaskedCandidates,
  type MaskOptions,
  maskedCandidates,
} from './false-negatives.js';
export {
  type Evolving,
  type MinedSource,
  type NegativeSource,
  NO_ITEM,
  type OwnSource,
  type PositiveBatch,
  type SharedSource,
  type Snapshot,
  type SourceContext,
  type SourceState,
  type StoredSource,
  type StoredVectors,
} from './negative-source.js';
export { type NegativesOptions, negativesSchema, negativesSchemaOf } from './negatives-config.js';
export {
  createSource,
  type DrawnSourceOptions,
  NEGATIVE_SOURCE_NAMES,
  NEGATIVE_SOURCES,
  type NegativeSourceName,
  type NegativeSourceOptions,
  type NegativeSourceTable,
  negativeSourceSchema,
} from './registry.js';
export { type CandidateUse, type DrawnCandidates, NegativeSampler, sourcesOf } from './sampler.js';
export { commonShape, correctedOption, hardShape } from './source-options.js';
export { defineNegativeSource, type NegativeSourceRow } from './source-row.js';
export { approximateRankLists, type RankWindow, rankListsBy } from './sources/rank-lists.js';
