/** Every negative source by name, made from the training graph's facts. */
import { inBatch } from './in-batch.js';
import type { NegativeSource } from './negative-source.js';
import { uniform } from './uniform.js';

/** What a source may need. */
export interface SourceContext {
  /** Training degree of every item, `[numItems]`. */
  readonly itemDegrees: Int32Array;
  /** Items to draw a batch, for sources that choose how many. */
  readonly numDraws: number;
}

export const NEGATIVE_SOURCES = Object.freeze({
  'in-batch': ({ itemDegrees }) => inBatch(itemDegrees),
  uniform: ({ itemDegrees, numDraws }) => uniform(itemDegrees.length, numDraws),
} satisfies Record<string, (context: SourceContext) => NegativeSource>);

export type NegativeSourceName = keyof typeof NEGATIVE_SOURCES;
export const NEGATIVE_SOURCE_NAMES = Object.keys(NEGATIVE_SOURCES) as NegativeSourceName[];
