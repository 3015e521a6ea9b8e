/**
 * Everything `twinlight info` shows of a graph, as one JSON-able object.
 */
import { recordOf } from '../core/outside/own-keys.js';
import type { MutualInformation } from '../data/fields/mutual-information.js';
import { fieldInformationOf } from './fields/field-information.js';
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
  /** Mutual information of the fields of each side in nats, row-major, entropies on the diagonal. */
  readonly userInformation: FieldTable;
  readonly itemInformation: FieldTable;
}

interface FieldTable {
  /** Columns in their order, `[numFields]`. */
  readonly names: readonly string[];
  /** `[numFields][numFields]`. */
  readonly nats: readonly (readonly number[])[];
}

export function describeGraph(graph: StoredGraph): GraphDescription {
  const { manifest, train, folder } = graph;
  const information = fieldInformationOf(graph);
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
    userInformation: tableOf(information.user),
    itemInformation: tableOf(information.item),
  };
}

function tableOf({ names, nats }: MutualInformation): FieldTable {
  const row = (_: string, i: number): number[] => Array.from(nats.subarray(i * names.length, (i + 1) * names.length));
  return { names, nats: names.map(row) };
}

function kindsOf(table: StoredGraph['userFeatures']): Record<string, string> {
  return recordOf(Object.entries(table?.columns ?? {}).map(([name, column]) => [name, column.kind] as const));
}
