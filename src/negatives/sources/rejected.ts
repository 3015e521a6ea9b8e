/**
 * Items that turned the user down, or that the user turned down, explicitly: the other side of a two-sided market said no
 * (an employer, a host, a date), or a dislike button was pressed. Few and certain, unlike exposures without a click.
 */
import { z } from 'zod';
import type { OwnSource, SourceContext } from '../negative-source.js';
import { hardShape } from '../source-options.js';
import { eventLists, fromUserLists } from './user-lists.js';

export const rejectedSchema = z.strictObject({ name: z.literal('rejected'), ...hardShape });

export function rejected(context: SourceContext): OwnSource {
  return fromUserLists(eventLists(context, 'rejected', ['rejected']));
}
