/**
 * The encodings of all columns of users and items, fitted on the entities that have a training edge: what only validation
 * and test know must not show in them.
 */
import type { FeatureColumn, FeatureTable } from '../../data/feature-table.js';
import { type FieldEncoding, fitField } from '../../data/fields/field-encoding.js';
import { defaultOptions, type FieldOptions } from '../../data/fields/field-options.js';
import type { BipartiteCsr } from '../bipartite-csr.js';
import type { GraphFields } from '../stored-graph.js';

interface FittedGraph {
  readonly train: BipartiteCsr;
  readonly userFeatures?: FeatureTable;
  readonly itemFeatures?: FeatureTable;
}

/** Encodings in the order of the columns; undefined where there are no features. */
export function fitFields({ train, userFeatures, itemFeatures }: FittedGraph): GraphFields | undefined {
  if (userFeatures === undefined && itemFeatures === undefined) return undefined;
  const latest = latestTime(train.timestamp);
  return {
    user: fitSide(userFeatures, rowsWithEdge(train.userOffsets), latest),
    item: fitSide(itemFeatures, rowsWithEdge(train.itemOffsets), latest),
  };
}

function fitSide(
  table: FeatureTable | undefined,
  fitRows: Int32Array,
  latest: number | undefined,
): readonly FieldEncoding[] {
  return Object.entries(table?.columns ?? {}).map(([name, column]) =>
    fitField(name, column, optionsOf(column, latest), fitRows),
  );
}

/** Ages are counted back from the latest training interaction, where nothing else was said. */
function optionsOf(column: FeatureColumn, latest: number | undefined): FieldOptions {
  const options: FieldOptions = column.options ?? defaultOptions(column.kind);
  return options.kind === 'time' && latest !== undefined ? { referenceTime: latest, ...options } : options;
}

function latestTime(timestamps: Float64Array | undefined): number | undefined {
  let latest = Number.NEGATIVE_INFINITY;
  for (const timestamp of timestamps ?? []) if (timestamp > latest) latest = timestamp;
  return Number.isFinite(latest) ? latest : undefined;
}

/** @param offsets of a compressed matrix, `[numRows + 1]` */
export function rowsWithEdge(offsets: Int32Array): Int32Array {
  const rows = new Int32Array(offsets.length - 1);
  let count = 0;
  for (let row = 0; row < rows.length; row++) if (offsets[row + 1] > offsets[row]) rows[count++] = row;
  return rows.subarray(0, count);
}
