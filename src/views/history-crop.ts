/**
 * Crop of users' histories (CL4SRec, Xie et al. 2022, ICDE, arXiv 2010.14395, eq. 3): each user keeps a contiguous stretch of its
 * edges in the order of time, of length ⌊share · n⌋ and with a start drawn uniformly; what stays is normalised by the degrees that
 * are left. Deviations: one edge at least stays; a repeated interaction stands where it was last; edges of one time are in the
 * order of item numbers. Their reorder has no like here: our users are sums, which know no order.
 */
import { z } from 'zod';
import { ConfigError } from '../core/errors.js';
import type { Rng } from '../core/rng.js';
import { normalizedAdjacency } from '../graph/adjacency.js';
import type { BipartiteCsr } from '../graph/bipartite-csr.js';
import type { DrawnView, ViewContext } from './view.js';

export const historyCropSchema = z.strictObject({
  name: z.literal('history-crop'),
  share: z
    .number()
    .gt(0)
    .max(1)
    .default(0.6)
    .describe(
      'share of a user’s edges that stay, one after another in time. Too small: two stretches have nothing in common; at 1 the ' +
        'views are the graph',
    ),
});
type HistoryCropOptions = z.infer<typeof historyCropSchema>;

/** Made once a graph: sorting costs more than drawing. */
const orders = new WeakMap<BipartiteCsr, Int32Array>();

/** @throws ConfigError `VIEW_NO_TIMES` for a graph whose edges have no times */
export function drawHistoryCrop({ graph }: ViewContext, { share }: HistoryCropOptions, rng: Rng): DrawnView {
  const order = orders.get(graph) ?? edgesInTime(graph);
  orders.set(graph, order);
  const { userOffsets } = graph;
  const keptEdges = new Uint8Array(graph.numEdges);
  for (let user = 0; user < graph.numUsers; user++) {
    const [first, end] = [userOffsets[user], userOffsets[user + 1]];
    if (first === end) continue;
    const length = Math.max(1, Math.floor(share * (end - first)));
    const start = first + rng.integer(end - first - length + 1);
    for (let place = start; place < start + length; place++) keptEdges[order[place]] = 1;
  }
  return { adjacency: normalizedAdjacency(graph, keptEdges), keptEdges };
}

/** @throws ConfigError `VIEW_NO_TIMES` */
export function refuseTimeless({ timestamp }: BipartiteCsr): void {
  if (timestamp) return;
  throw new ConfigError(
    'VIEW_NO_TIMES',
    'view history-crop keeps a stretch of each history in the order of time, but the graph has no timestamps; build it from a ' +
      'log with a time column, or choose history-mask',
  );
}

/** Edge numbers, the earliest of each user first, `[numEdges]`; times that are not known come before all others. */
function edgesInTime(graph: BipartiteCsr): Int32Array {
  refuseTimeless(graph);
  const { numUsers, numEdges, userOffsets, timestamp } = graph;
  const order = Int32Array.from({ length: numEdges }, (_, edge) => edge);
  const timeOf = (edge: number): number => {
    const time = timestamp![edge];
    return Number.isNaN(time) ? Number.MIN_SAFE_INTEGER : time;
  };
  for (let user = 0; user < numUsers; user++) {
    // edges of one time keep their order: the sort is stable
    order.subarray(userOffsets[user], userOffsets[user + 1]).sort((a, b) => timeOf(a) - timeOf(b));
  }
  return order;
}
