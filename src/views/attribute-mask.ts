/**
 * Attribute masking (Yao et al. 2021, arXiv 2007.12865, section 3.2: views by random masks over an item's features): edges
 * between users or items and their attribute nodes leave with maskProbability; what stays is normalised anew. User-item
 * edges stay. Deviations: features here are nodes of the graph, of users too; the two views are masked independently
 * instead of taking complementary halves.
 */
import { z } from 'zod';
import { counterUniform, drawCounterKey } from '../core/counter-rng.js';
import { ConfigError } from '../core/errors.js';
import type { Rng } from '../core/rng.js';
import type { DrawnView, ViewContext } from './view.js';

export const attributeMaskSchema = z.strictObject({
  name: z.literal('attribute-mask'),
  maskProbability: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .describe(
      'share of attribute values that leave. Too small: the views agree for free; too large: attributes say nothing in them',
    ),
  by: z
    .enum(['value', 'attribute'])
    .default('value')
    .describe(
      'value: every value on its own; attribute: all values of a user’s or item’s attribute (its tags) together',
    ),
});
type AttributeMaskOptions = z.infer<typeof attributeMaskSchema>;

/** @throws ConfigError `VIEW_NO_ATTRIBUTES` for a graph without attribute nodes */
export function drawAttributeMask(context: ViewContext, options: AttributeMaskOptions, rng: Rng): DrawnView {
  const { adjacency, attributes } = context;
  if (attributes === undefined) {
    throw new ConfigError(
      'VIEW_NO_ATTRIBUTES',
      'view attribute-mask masks edges to attribute nodes, but there are none; list features in encoder.attributes',
    );
  }
  const { relations, numEntities, offsets, columns, relationOf } = attributes.nodes;
  const keptAttributes = new Uint8Array(columns.length);
  const key = drawCounterKey(rng);
  for (let node = 0; node < numEntities; node++) {
    for (let edge = offsets[node]; edge < offsets[node + 1]; edge++) {
      const relation = relationOf[columns[edge] - numEntities];
      const counter = options.by === 'value' ? edge : node * relations.length + relation;
      keptAttributes[edge] = counterUniform(key, counter) >= options.maskProbability ? 1 : 0;
    }
  }
  return { adjacency, keptAttributes };
}
