/**
 * Mask of users' histories (CL4SRec, Xie et al. 2022, ICDE, arXiv 2010.14395, eq. 4): each edge of a user is hidden with
 * maskProbability; what stays is normalised by the degrees that are left. Unlike in edge dropout no user is left without a
 * history: the edge with the highest draw always stays. Deviation: theirs puts a token in the place of what is hidden; a sum has
 * no places, so here it is gone.
 */
import { z } from 'zod';
import { counterUniform, drawCounterKey } from '../core/counter-rng.js';
import type { Rng } from '../core/rng.js';
import { normalizedAdjacency } from '../graph/adjacency.js';
import type { DrawnView, ViewContext } from './view.js';

export const historyMaskSchema = z.strictObject({
  name: z.literal('history-mask'),
  maskProbability: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .describe(
      'share of a user’s edges that are hidden. Too small: the views agree for free; too large: one edge speaks for a user',
    ),
});
type HistoryMaskOptions = z.infer<typeof historyMaskSchema>;

export function drawHistoryMask({ graph }: ViewContext, { maskProbability }: HistoryMaskOptions, rng: Rng): DrawnView {
  const key = drawCounterKey(rng);
  const keptEdges = new Uint8Array(graph.numEdges);
  for (let user = 0; user < graph.numUsers; user++) {
    const end = graph.userOffsets[user + 1];
    let highest = -1;
    let last = -1;
    for (let edge = graph.userOffsets[user]; edge < end; edge++) {
      const draw = counterUniform(key, edge);
      if (draw >= maskProbability) keptEdges[edge] = 1;
      if (draw > highest) [highest, last] = [draw, edge];
    }
    if (last >= 0) keptEdges[last] = 1;
  }
  return { adjacency: normalizedAdjacency(graph, keptEdges), keptEdges };
}
