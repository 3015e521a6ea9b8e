/** The option of encoders that pass messages over attribute nodes; what a name stands for: `graph/attribute-nodes.ts`. */
import { z } from 'zod';

export const attributesSchema = z
  .array(
    z.union([
      z.string().min(1),
      z.strictObject({
        name: z.string().min(1),
        weight: z.number().positive().max(1000).default(1),
      }),
    ]),
  )
  .default([])
  .describe(
    'categorical or multi-valued features whose values become nodes of the graph: a name (of both sides, where both have ' +
      'it), user.NAME or item.NAME, or { name, weight } with the weight of its messages (1; user-item messages weigh 1). Too ' +
      'small a weight: only items that nobody took hear their attributes; too large: neighbours are drowned out. Nodes without ' +
      'training interactions start from a row of zeros and stand where their attributes put them. Attribute nodes are no ' +
      'candidates and are not exported; full propagation only',
  );
export type AttributeOptions = z.infer<typeof attributesSchema>;
