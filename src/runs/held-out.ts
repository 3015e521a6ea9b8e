/** Ranking a graph's held-out pairs: what counts, what is left out of the ranking, and the evaluation itself. */

import type { RunConfig } from '../config/run-config.js';
import { pairsWhere, type Ragged, unionRagged } from '../core/ragged.js';
import { type EvaluationOptions, type EvaluationReport, evaluateTasks, type TaskName } from '../evaluation/index.js';
import { itemDegrees, userDegrees } from '../graph/bipartite-csr.js';
import { mergeHeldOut } from '../graph/merge-held-out.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import type { Recommender } from '../retrieval/index.js';

/** What a run is fitted to: the graph, or one in which the validation pairs are edges (`training.fitOn`). */
export function fittedGraph(graph: StoredGraph, { training }: Pick<RunConfig, 'training'>): StoredGraph {
  return training.fitOn === 'train+valid' ? mergeHeldOut(graph, 'valid') : graph;
}

/**
 * What counts as relevant for a part, and what must not be ranked: train, what unseen users are made of, and at test the validation pairs of warm items too. Those
 * of cold items stay candidates, as in the protocol of GAR, ALDI and ColdRec: nobody could have had an item that is new.
 */
export function heldOutFor(graph: StoredGraph, part: 'valid' | 'test'): { relevant: Ragged; exclude: Ragged } {
  const train: Ragged = { offsets: graph.train.userOffsets, values: graph.train.userNeighbors };
  const known = graph.foldIn ? unionRagged(train, graph.foldIn) : train;
  if (part === 'valid') return { relevant: graph.valid, exclude: known };
  const { itemOffsets } = graph.train;
  const isWarm = (item: number): boolean => itemOffsets[item + 1] > itemOffsets[item];
  return {
    relevant: graph.test,
    exclude: unionRagged(
      known,
      pairsWhere(graph.valid, (_user, item) => isWarm(item)),
    ),
  };
}

/**
 * Scores (users × items) that an evaluation computes unless told otherwise: about ten seconds at 64 dimensions on two
 * cores. All public benchmark sets are below it; 500,000 items leave 20,000 users.
 */
const MAX_SCORES = 1e10;

/** Most users to rank, or undefined for all. */
function maxUsersOf(maxUsers: 'auto' | 'all' | number, numItems: number): number | undefined {
  if (maxUsers === 'all') return undefined;
  return maxUsers === 'auto' ? Math.max(1, Math.floor(MAX_SCORES / numItems)) : maxUsers;
}

export interface HeldOutOptions extends Pick<EvaluationOptions, 'reporter' | 'metrics' | 'ownMetrics'> {
  readonly part: 'valid' | 'test';
  readonly topK: readonly number[];
  /** Whether to report on cohorts of users and items too; absent: no. */
  readonly cohorts?: boolean;
  /** Absent: all. */
  readonly maxUsers?: 'auto' | 'all' | number;
  /** Which tasks are answered beside overall, of those that the pairs ask; absent: all. */
  readonly tasks?: readonly TaskName[];
}

/** All-ranking evaluation of a part of the graph, with its tasks (`TASKS`) where cold items or users have held-out pairs. */
export function rankHeldOut(
  recommender: Recommender,
  graph: StoredGraph,
  { part, topK, cohorts = false, maxUsers = 'all', tasks, reporter, metrics, ownMetrics }: HeldOutOptions,
): Promise<EvaluationReport> {
  const { relevant, exclude } = heldOutFor(graph, part);
  return evaluateTasks(recommender, {
    tasks,
    relevant,
    exclude,
    itemDegrees: itemDegrees(graph.train),
    userDegrees: userDegrees(graph.train),
    foldIn: graph.foldIn,
    topK,
    cohorts,
    maxUsers: maxUsersOf(maxUsers, graph.train.numItems),
    graphHash: graph.manifest.hash,
    split: part,
    reporter,
    metrics,
    ownMetrics,
  });
}
