/** What negative sources may need of a run: the graph with its events and features, and earlier runs over the same items. */
import { ConfigError } from '../core/errors.js';
import { itemDegrees } from '../graph/bipartite-csr.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import type { SourceContext } from '../negatives/index.js';
import type { RunConfig } from './config.js';
import { loadRun } from './load-run.js';
import type { Positives } from './positives.js';

export function negativeContext({ seed }: RunConfig, graph: StoredGraph, positives: Positives): SourceContext {
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
    async previousRun(folder) {
      const run = await loadRun(folder);
      const same = (a: readonly string[], b: readonly string[]): boolean =>
        a.length === b.length && a.every((id, index) => id === b[index]);
      if (!same(run.graph.users.ids, users.ids) || !same(run.graph.items.ids, items.ids)) {
        throw new ConfigError(
          'NEGATIVES_RUN',
          `negatives.sources: rank-window: run ${folder} is over graph ${run.graph.manifest.id}, whose users or items are others`,
        );
      }
      return run.recommender;
    },
  };
}
