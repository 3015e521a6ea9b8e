export type { Candidates, OwnCandidates, SharedCandidates } from './candidates.js';
export {
  type GuardOptions,
  guardCandidates,
  type MaskedCandidates,
  type MaskOptions,
  maskedCandidates,
} from './false-negatives.js';
export {
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
export { type NegativesOptions, negativesSchema } from './negatives-config.js';
export {
  createSource,
  type DrawnSourceOptions,
  NEGATIVE_SOURCE_NAMES,
  NEGATIVE_SOURCES,
  type NegativeSourceName,
  type NegativeSourceOptions,
  negativeSourceSchema,
} from './registry.js';
export { type CandidateUse, type DrawnCandidates, NegativeSampler, sourcesOf } from './sampler.js';
export { approximateRankLists, type RankWindow, rankListsBy } from './sources/rank-lists.js';
