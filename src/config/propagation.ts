/**
 * How a step passes messages: over the whole graph, or over a block of sampled neighbours (`ops/sampled-block.ts`).
 * A full step reads and writes about (2 · edges + nodes) · dim numbers a layer and moves the whole table; a sampled one
 * costs batch × fan-outs, at the price of noise in what a node hears.
 */
import { depthOf } from '../encoders/index.js';
import type { BipartiteCsr } from '../graph/bipartite-csr.js';
import { activeLosses } from '../losses/index.js';
import { blockViewNames } from '../views/index.js';
import { usesAttributes } from './active-parts.js';
import { BUILT_IN, type Registries } from './registries.js';
import type { RunConfig } from './run-config.js';

export const PROPAGATION_DEFAULTS = Object.freeze({
  /**
   * `auto` samples from (edges + nodes) · embeddingDim · 4 bytes on: about 4 million edges at 64 dimensions. Too small:
   * noise where a full step would be quick; too large: steps of seconds.
   */
  fullBytes: 2 ** 30,
  /** Fan-outs by hop, the one next to the batch first; an encoder takes as many as its messages go. */
  fanOut: Object.freeze([10, 5, 3, 2]) as readonly number[],
});

export interface Propagation {
  readonly mode: 'full' | 'sampled';
  /** Most neighbours a node hears at each hop, the one next to the batch first, `[numHops]`; empty in full. */
  readonly fanOut: readonly number[];
  /** Why, as a sentence for the log. */
  readonly reason: string;
}

/** @param config of a run that is trained; conflicts were ruled out by `resolveConfig` */
export function choosePropagation(
  config: RunConfig,
  graph: Pick<BipartiteCsr, 'numUsers' | 'numItems' | 'numEdges'>,
  registries: Registries = BUILT_IN,
) {
  const { propagation, fanOut } = config.training;
  const { numHops } = depthOf(config.encoder, registries.rows);
  const sampled = (reason: string): Propagation => ({
    mode: 'sampled',
    fanOut: fanOut ?? PROPAGATION_DEFAULTS.fanOut.slice(0, numHops),
    reason,
  });
  const full = (reason: string): Propagation => ({ mode: 'full', fanOut: [], reason });
  if (propagation === 'full') return full('training.propagation is full');
  if (propagation === 'sampled') return sampled('training.propagation is sampled');
  const bytes = (graph.numEdges + graph.numUsers + graph.numItems) * config.encoder.embeddingDim * 4;
  const size = `(edges + nodes) × dimensions take ${(bytes / 2 ** 30).toFixed(2)} GiB`;
  if (bytes < PROPAGATION_DEFAULTS.fullBytes) return full(size);
  const problem = wholeGraphNeeded(config, registries);
  return problem === undefined ? sampled(size) : full(`${size}, but ${problem}`);
}

/** What of a configuration can't be had from sampled neighbours; undefined where nothing stands against it. */
export function wholeGraphNeeded(
  { encoder, losses, views, negatives, coldStart, positives }: RunConfig,
  registries: Registries,
): string | undefined {
  const { contrastive } = activeLosses(losses, registries.losses);
  const everyNode = contrastive?.row.everyNode?.(contrastive.options);
  if (everyNode !== undefined) return `losses.contrastive.${everyNode} needs every node at every step`;
  if (usesAttributes({ encoder })) {
    return 'encoder.attributes pass messages over the whole graph (sampled neighbours are users and items only)';
  }
  if (coldStart.neighbours > 0) return 'coldStart.neighbours borrows id rows from all over the graph';
  if (coldStart.cutItems > 0) return 'coldStart.cutItems takes edges out of the whole graph';
  if (positives.messageDropout > 0) return 'positives.messageDropout takes edges out of the whole graph';
  if (positives.messages === 'without-batch') return 'positives.messages takes edges out of the whole graph';
  const stored = negatives.sources?.find(({ name }) => registries.negativeSources[name].isStored);
  if (stored) return `the negative source ${stored.name} encodes its items over the whole graph at every step`;
  const blockViews = blockViewNames(registries.views);
  for (const slot of ['first', 'second'] as const) {
    const { name } = views[slot];
    if (!blockViews.includes(name)) {
      return `views.${slot} ${name} needs the whole graph (sampled neighbours take ${blockViews.join(', ')})`;
    }
  }
  return undefined;
}
