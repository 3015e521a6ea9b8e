/** What negative sources may need of a run: the graph with its events and features, and earlier runs over the same items. */

import type { Registries } from '../config/registries.js';
import type { RunConfig } from '../config/run-config.js';
import { ConfigError } from '../core/errors.js';
import { itemDegrees } from '../graph/bipartite-csr.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import type { SourceContext } from '../negatives/index.js';
import { fittedGraph } from '../runs/held-out.js';
import { loadRunWith } from '../runs/load-run.js';
import { foreseenPart } from '../runs/teacher/foreseen.js';
import type { Positives } from './positives.js';

interface NegativesOf {
  readonly config: RunConfig;
  readonly registries: Registries;
  /** Its training edges are what is fitted. */
  readonly graph: StoredGraph;
  readonly positives: Positives;
}

/** @param warn told what the sources leave out */
export function negativeContext(
  { config: { seed }, registries, graph, positives }: NegativesOf,
  warn?: (message: string) => void,
): SourceContext {
  const { train, otherEvents, itemFeatures, users, items } = graph;
  // sampled positives fill batches otherwise than the graph's degrees say
  const shares = positives.isPlain ? undefined : positives.itemShares(train.numItems);
  return {
    graph: train,
    positiveProbability: shares && ((item) => shares[item]),
    itemDegrees: itemDegrees(train),
    seed,
    otherEvents,
    itemFeatures,
    users,
    items,
    warn,
    async previousRun(folder) {
      const run = await loadRunWith(registries, folder);
      const same = (a: readonly string[], b: readonly string[]): boolean =>
        a.length === b.length && a.every((id, index) => id === b[index]);
      if (!same(run.graph.users.ids, users.ids) || !same(run.graph.items.ids, items.ids)) {
        throw new ConfigError(
          'NEGATIVES_RUN',
          `negatives.sources: rank-window: run ${folder} is over graph ${run.graph.manifest.id}, whose users or items are others`,
        );
      }
      refuseForesight(graph, run.graph, run.config, folder);
      return run.recommender;
    },
  };
}

/**
 * A model that was trained on what this graph holds out ranks it near the top, outside the window: such negatives would spare
 * exactly the held-out items. This graph's validation pairs are its training edges where it is fitted to them as well.
 */
function refuseForesight(graph: StoredGraph, other: StoredGraph, otherConfig: RunConfig, folder: string): void {
  const part = foreseenPart(graph, fittedGraph(other, otherConfig).train);
  if (part === undefined) return;
  throw new ConfigError(
    'NEGATIVES_RUN',
    `negatives.sources: rank-window: run ${folder} was trained on pairs that this run's graph ${graph.manifest.id} holds out ` +
      `for ${part}: train it on the same split, without them`,
  );
}
