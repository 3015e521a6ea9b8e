/**
 * Items of one end of the popularity order, drawn uniformly among them.
 *
 * - `hot`: the share of items with most training interactions. Appended to every batch they press popularity down: a model
 *   that recommends hits to everybody pays for it with every query.
 * - `cold`: the share with fewest, those without any included, so that every user is told about items that batches and
 *   popularity sampling never show.
 */
import { z } from 'zod';
import type { Rng } from '../../core/rng.js';
import type { PositiveBatch, SharedSource } from '../negative-source.js';
import { commonShape, correctedOption } from '../source-options.js';

const tailSchema = <Name extends 'hot' | 'cold'>(name: Name, share: number, extremes: string) =>
  z.strictObject({
    name: z.literal(name),
    ...commonShape,
    corrected: correctedOption(false),
    share: z
      .number()
      .positive()
      .max(1)
      .default(share)
      .describe(`part of the catalogue that counts as ${name}. ${extremes}`),
  });

export const hotSchema = tailSchema(
  'hot',
  0.01,
  'Too small: the same few items again and again, until their embeddings point away from everybody. Too large: popularity is no longer singled out',
);
export const coldSchema = tailSchema(
  'cold',
  0.2,
  'Too small: the same few items again and again. Too large: uniform sampling under another name',
);

/** @param itemDegrees `[numItems]`; equal degrees are ordered by item index */
export function popularityTail(end: 'hot' | 'cold', itemDegrees: Int32Array, share: number): SharedSource {
  const sign = end === 'hot' ? -1 : 1;
  const order = Int32Array.from(itemDegrees.keys()).sort((a, b) => sign * (itemDegrees[a] - itemDegrees[b]) || a - b);
  const members = order.slice(0, Math.max(1, Math.round(share * order.length)));
  const isMember = new Uint8Array(itemDegrees.length);
  for (const item of members) isMember[item] = 1;
  return {
    kind: 'shared',
    draw: (_batch: PositiveBatch, count: number, rng: Rng): Int32Array =>
      Int32Array.from({ length: count }, () => members[rng.integer(members.length)]),
    probability: (item) => isMember[item] / members.length,
  };
}
