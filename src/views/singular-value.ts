/**
 * Singular-value view (LightGCL, Cai et al. 2023, arXiv 2302.08191, eq. 4-6): layer k is the rank-q approximation of the
 * normalised user-item matrix times the *clean* layer k − 1, so that every user hears a little of every item.
 * As in the authors' code there is no activation. The decomposition is made once a graph and kept; its random start is
 * fixed, so that it does not depend on when the view is first drawn.
 */
import { z } from 'zod';
import { Rng } from '../core/rng.js';
import type { Adjacency } from '../graph/adjacency.js';
import { truncatedSvd } from '../graph/spectrum/truncated-svd.js';
import type { DrawnView, LowRank, ViewContext } from './view.js';

export const singularValueSchema = z.strictObject({
  name: z.literal('singular-value'),
  rank: z
    .number()
    .int()
    .min(1)
    .max(512)
    .default(5)
    .describe(
      'singular values kept. Too few: little but popularity is left; too many: the view is the graph, at a cost',
    ),
});
type SingularValueOptions = z.infer<typeof singularValueSchema>;

const kept = new WeakMap<Adjacency, Map<number, LowRank>>();

export function drawSingularValue({ graph, adjacency }: ViewContext, { rank }: SingularValueOptions): DrawnView {
  let byRank = kept.get(adjacency);
  if (byRank === undefined) {
    byRank = new Map();
    kept.set(adjacency, byRank);
  }
  let lowRank = byRank.get(rank);
  if (lowRank === undefined) {
    const { left, right, values } = truncatedSvd(adjacency, graph, rank, Rng.of(0, 'singular-value'));
    const rooted = (vectors: Float64Array): Float32Array =>
      Float32Array.from(vectors, (value, at) => value * Math.sqrt(values[at % values.length]));
    lowRank = { rank: values.length, users: rooted(left), items: rooted(right) };
    byRank.set(rank, lowRank);
  }
  return { adjacency, lowRank };
}
