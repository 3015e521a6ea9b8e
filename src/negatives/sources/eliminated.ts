/**
 * Items that were recalled for the user and cut by a ranker: the coarse one (looked good to recall, bad to everything
 * after it) or the fine one (good, but not good enough: the hardest, and often not negative at all).
 */
import { z } from 'zod';
import type { OwnSource, SourceContext } from '../negative-source.js';
import { hardShape } from '../source-options.js';
import { eventLists, fromUserLists } from './user-lists.js';

export const eliminatedSchema = z.strictObject({
  name: z.literal('eliminated'),
  ...hardShape,
  stage: z
    .enum(['any', 'coarse', 'fine'])
    .default('any')
    .describe(
      'which ranker cut the item. fine: hardest, with the most false negatives. any: also cuts whose stage the log does not tell',
    ),
});

const EVENTS = {
  any: ['filteredOut', 'cutByCoarse', 'cutByFine'],
  coarse: ['cutByCoarse'],
  fine: ['cutByFine'],
} as const;

export function eliminated(context: SourceContext, stage: keyof typeof EVENTS): OwnSource {
  return fromUserLists(eventLists(context, 'eliminated', EVENTS[stage]));
}
