/**
 * Everything `twinlight info` shows of a graph, as one JSON-able object.
 */
import { recordOf } from '../core/outside/own-keys.js';
import { type GraphStatistics, graphStatistics } from './graph-statistics.js';
import type { GraphManifest, StoredGraph } from './stored-graph.js';

export interface GraphDescription {
  readonly id: string;
  readonly name: string;
  readonly hash: string;
  readonly formatVersion: number;
  readonly createdBy: string;
  /** Absent for a graph that was never written. */
  readonly folder?: string;
  readonly source: Record<string, unknown>;
  readonly data: Record<string, unknown>;
  readonly notes: readonly string[];
  readonly counts: GraphManifest['counts'];
  /** Of the training edges. */
  readonly statistics: GraphStatistics;
  readonly hasWeights: boolean;
  readonly hasTimestamps: boolean;
  /** Rows of the training period that are no positives. */
  readonly otherEvents: number;
  /** Column name → kind, of each side. */
  readonly userFeatures: Record<string, string>;
  readonly itemFeatures: Record<string, string>;
}

export function describeGraph(graph: StoredGraph): GraphDescription {
  const { manifest, train, folder } = graph;
  const { id, name, hash, formatVersion, createdBy, source, data, notes, counts } = manifest;
  return {
    id,
    name,
    hash,
    formatVersion,
    createdBy,
    ...(folder !== undefined && { folder }),
    source,
    data,
    notes,
    counts,
    statistics: graphStatistics(train),
    hasWeights: train.weight !== undefined,
    hasTimestamps: train.timestamp !== undefined,
    otherEvents: graph.otherEvents?.userIndex.length ?? 0,
    userFeatures: kindsOf(graph.userFeatures),
    itemFeatures: kindsOf(graph.itemFeatures),
  };
}

function kindsOf(table: StoredGraph['userFeatures']): Record<string, string> {
  return recordOf(Object.entries(table?.columns ?? {}).map(([name, column]) => [name, column.kind] as const));
}
