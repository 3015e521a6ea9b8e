/**
 * What needs no training, ranked on the same validation pairs as the model: popularity, and item-kNN where that costs less
 * than an epoch. A model below the first, or below half of the second, has not begun to learn, whatever its loss says.
 */
import type { RunConfig } from '../config/run-config.js';
import { type MetricName, monitoredOf, type OwnMetrics, reportOfTask } from '../evaluation/index.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import {
  EmbeddingRecommender,
  ITEM_KNN_DEFAULTS,
  ItemKnn,
  popularityEmbeddings,
  type Recommender,
} from '../retrieval/index.js';
import { rankHeldOut } from '../runs/held-out.js';

const LIMITS = Object.freeze({
  /** Of one multiplication and addition in a sparse row, in milliseconds, taken high: no baseline may cost more than an epoch. */
  itemKnnStepMs: 2e-5,
  /** Of item-kNN's neighbours both ways, 16 bytes each. */
  itemKnnBytes: 512 * 2 ** 20,
  /** A model below this share of item-kNN is told of. Tuned models come out between 0.8 and 2 times it. */
  itemKnnShare: 0.5,
});

/** Of the monitored metric on the validation pairs; item-kNN is absent where it would have cost too much. */
export interface Baselines {
  readonly popularity: number;
  readonly itemKnn?: number;
}

/**
 * @param epochMs what an epoch's steps took; item-kNN is left out where it would take longer
 * @param ownMetrics among which the monitored one may be
 */
export async function baselinesOf(
  graph: StoredGraph,
  config: RunConfig,
  epochMs: number,
  ownMetrics: OwnMetrics = {},
): Promise<Baselines> {
  const measured = (recommender: Recommender) => monitored(recommender, graph, config, ownMetrics);
  const popularity = await measured(new EmbeddingRecommender(popularityEmbeddings(graph.train)));
  if (!isItemKnnCheap(graph, epochMs)) return { popularity };
  return { popularity, itemKnn: await measured(new ItemKnn(graph.train)) };
}

/** What a value falls below, as a clause; undefined where below nothing. */
export function belowBaseline(value: number, { popularity, itemKnn }: Baselines): string | undefined {
  if (value < popularity) return `below that of popularity (${popularity.toFixed(4)})`;
  if (itemKnn !== undefined && value < LIMITS.itemKnnShare * itemKnn) {
    return `below half of item-kNN's (${itemKnn.toFixed(4)})`;
  }
  return undefined;
}

async function monitored(
  recommender: Recommender,
  graph: StoredGraph,
  config: RunConfig,
  ownMetrics: OwnMetrics,
): Promise<number> {
  const { task, metric, key, k } = monitoredOf(config.training.monitor);
  const report = await rankHeldOut(recommender, graph, {
    part: 'valid',
    topK: [k],
    tasks: [task],
    ...(Object.hasOwn(ownMetrics, metric) ? { metrics: [], ownMetrics } : { metrics: [metric as MetricName] }),
    maxUsers: config.evaluation.maxUsers,
  });
  return reportOfTask(report, task).metrics[key];
}

/** The table costs Σ degree² of users, an answer `numNeighbors` for each item of the user's. */
function isItemKnnCheap({ train }: StoredGraph, epochMs: number): boolean {
  const { numUsers, numItems, userOffsets, numEdges } = train;
  const { numNeighbors } = ITEM_KNN_DEFAULTS;
  const width = Math.min(numNeighbors, numItems);
  if (numItems * width * 16 > LIMITS.itemKnnBytes) return false;
  let products = numEdges * width;
  for (let user = 0; user < numUsers; user++) products += (userOffsets[user + 1] - userOffsets[user]) ** 2;
  return products * LIMITS.itemKnnStepMs < epochMs;
}
