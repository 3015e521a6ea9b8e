export { type Candidates, drawCandidates } from './candidates.js';
export { type MaskOptions, maskedCandidates } from './false-negatives.js';
export type { NegativeSource, PositiveBatch } from './negative-source.js';
export { NEGATIVE_SOURCE_NAMES, NEGATIVE_SOURCES, type NegativeSourceName, type SourceContext } from './registry.js';
