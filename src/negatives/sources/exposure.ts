/**
 * Negatives from what an earlier system showed.
 *
 * - `of: user`: items shown to the user and not taken. They look like the best negatives, and for a ranker they are; a
 *   recall model trained on them alone fails, because it ranks the whole catalogue and never saw anything that the earlier
 *   system would not show (Huang et al. 2020, arXiv 2006.11632, section 4.1). Mix them in by a small ratio.
 * - `of: anyone`: items drawn as often as they were shown or taken, q(i) = shown(i) / Σ shown, to whomever.
 */
import { z } from 'zod';
import { EVENT_CODES } from '../../data/interaction-set.js';
import type { NegativeSource, SourceContext } from '../negative-source.js';
import { correctedOption, hardShape } from '../source-options.js';
import { AliasTable } from './alias-table.js';
import { eventLists, fromUserLists } from './user-lists.js';

export const exposureSchema = z.strictObject({
  name: z.literal('exposure'),
  ...hardShape,
  corrected: correctedOption(true, 'of no effect with of: user'),
  of: z
    .enum(['user', 'anyone'])
    .default('user')
    .describe(
      'user: shown to this user and not taken (own). anyone: drawn by how often an item was shown to all (shared)',
    ),
});

export function exposure(context: SourceContext, of: 'user' | 'anyone'): NegativeSource {
  const lists = eventLists(context, 'exposure', ['exposed']);
  if (of === 'user') return fromUserLists(lists);
  const shown = Float64Array.from(context.itemDegrees);
  const { event, itemIndex } = context.otherEvents!;
  for (let row = 0; row < itemIndex.length; row++) if (event![row] === EVENT_CODES.exposed) shown[itemIndex[row]]++;
  const table = new AliasTable(shown);
  return {
    kind: 'shared',
    draw: (_batch, count, rng) => Int32Array.from({ length: count }, () => table.draw(rng)),
    probability: (item) => table.probability(item),
  };
}
