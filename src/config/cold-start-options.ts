/** The options of `coldStart`: how users and items with a tower are trained to do without their interactions. */
import { z } from 'zod';
import { contentAlignmentSchema, distillationSchema } from '../losses/index.js';

export const coldStartSchema = z.strictObject({
  idDropout: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe(
      'share of entities with an id row and a tower whose id row is left out at a step (DropoutNet). 0: the tower learns little; ' +
        '1: ids are never used',
    ),
  messages: z
    .enum(['whole', 'dropped'])
    .default('whole')
    .describe(
      'whether an id that is left out is left out of what the entity says to its neighbours too. whole: a user is made of its ' +
        'items with their ids, and ranks items of which some have none, as it will',
    ),
  neighbours: z
    .number()
    .int()
    .min(0)
    .max(1000)
    .default(0)
    .describe(
      'an id row that is left out, of a cold entity always, is made up for by the mean row of so many warm entities of nearest ' +
        'content; 0: by nothing. Takes every pair of entities once, so at most some 100 000 of a side',
    ),
  neighbourPower: z
    .number()
    .min(0)
    .max(16)
    .default(1)
    .describe('neighbours count by their cosine to this power. 0: alike; large: the nearest one alone'),
  neighbourWeight: z
    .number()
    .min(0)
    .max(100)
    .default(1)
    .describe('so many times the neighbours’ mean row is added. Too large: what the entity itself is drowns'),
  cutItems: z
    .number()
    .min(0)
    .max(0.9)
    .default(0)
    .describe(
      'share of items that lose all their edges and their id row for an epoch, and so are trained as cold ones. Too large: the ' +
        'graph is gone',
    ),
  alignment: contentAlignmentSchema
    .prefault({})
    .describe('contrast between an entity’s id row and its tower’s vector (CLCRec)'),
  teacher: distillationSchema.optional().describe('a finished run that items’ towers learn from (ALDI); absent: none'),
});
