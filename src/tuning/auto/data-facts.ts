/** What a training graph says of itself before anything is trained: the facts that the rules of `candidates.ts` look at. */
import { graphStatistics } from '../../graph/graph-statistics.js';
import type { StoredGraph } from '../../graph/stored-graph.js';

export interface DataFacts {
  readonly users: number;
  readonly items: number;
  readonly pairs: number;
  /** Medians of the degrees, of those that have any. */
  readonly pairsPerUser: number;
  readonly pairsPerItem: number;
  /** Gini coefficient of item degrees. */
  readonly gini: number;
  /** Share of the validation pairs whose item has no training pair. */
  readonly coldShare: number;
  /** Whether anything is known of items. */
  readonly hasItemFields: boolean;
}

export function dataFacts(graph: Pick<StoredGraph, 'train' | 'valid' | 'itemFeatures'>): DataFacts {
  const { train, valid, itemFeatures } = graph;
  const { numUsers, numItems, numEdges, itemPopularityGini } = graphStatistics(train);
  const { itemOffsets, userOffsets } = train;
  const isCold = (item: number): boolean => itemOffsets[item + 1] === itemOffsets[item];
  const cold = valid.values.reduce((count, item) => count + (isCold(item) ? 1 : 0), 0);
  return {
    users: numUsers,
    items: numItems,
    pairs: numEdges,
    pairsPerUser: medianDegree(userOffsets),
    pairsPerItem: medianDegree(itemOffsets),
    gini: itemPopularityGini,
    coldShare: valid.values.length > 0 ? cold / valid.values.length : 0,
    hasItemFields: Object.keys(itemFeatures?.columns ?? {}).length > 0,
  };
}

/** Of the nodes that have an edge; 0 where none has. */
function medianDegree(offsets: Int32Array): number {
  const degrees = Int32Array.from({ length: offsets.length - 1 }, (_, node) => offsets[node + 1] - offsets[node])
    .filter((degree) => degree > 0)
    .sort();
  return degrees.length > 0 ? degrees[degrees.length >> 1] : 0;
}
