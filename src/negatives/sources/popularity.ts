/**
 * Items drawn by popularity (PNS; the exponent is word2vec's: Mikolov et al. 2013, arXiv 1310.4546):
 * q(i) ∝ degree(i)^exponent. 0 is uniform over the catalogue, 1 the distribution of the positives.
 */
import { z } from 'zod';
import type { Rng } from '../../core/rng.js';
import type { PositiveBatch, SharedSource } from '../negative-source.js';
import { commonShape, correctedOption } from '../source-options.js';
import { AliasTable } from './alias-table.js';

export const popularitySourceSchema = z.strictObject({
  name: z.literal('popularity'),
  ...commonShape,
  corrected: correctedOption(true),
  exponent: z
    .number()
    .min(0)
    .max(1)
    .default(0.75)
    .describe(
      '0: uniform, popular items are hardly ever refuted. 1: as often as they are positives, rare items never are',
    ),
});

/** @param itemDegrees `[numItems]`; items without training interactions have weight 0 unless exponent is 0 */
export function popularity(itemDegrees: Int32Array, exponent: number): SharedSource {
  const table = new AliasTable(Float64Array.from(itemDegrees, (degree) => degree ** exponent));
  return {
    kind: 'shared',
    draw: (_batch: PositiveBatch, count: number, rng: Rng): Int32Array =>
      Int32Array.from({ length: count }, () => table.draw(rng)),
    probability: (item) => table.probability(item),
  };
}
