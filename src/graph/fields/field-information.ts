/**
 * How much the fields of a side know of one another (`data/fields/mutual-information.ts`), over the entities that the
 * encodings were fitted on.
 */
import type { FeatureTable } from '../../data/feature-table.js';
import { countedField, type MutualInformation, mutualInformation } from '../../data/fields/mutual-information.js';
import type { FieldInformation, GraphFields, StoredGraph } from '../stored-graph.js';
import { fieldsOf } from './fields-of.js';
import { rowsWithEdge } from './fit-fields.js';

type FeatureGraph = Pick<StoredGraph, 'train' | 'userFeatures' | 'itemFeatures' | 'fields' | 'fieldInformation'>;

const known = new WeakMap<object, FieldInformation>();

/** The tables that were stored with the graph, else computed once and remembered while the graph lives. */
export function fieldInformationOf(graph: FeatureGraph): FieldInformation {
  if (graph.fieldInformation) return graph.fieldInformation;
  const information = known.get(graph) ?? computeFieldInformation(graph, fieldsOf(graph));
  known.set(graph, information);
  return information;
}

/** Tables in the order of the columns of each side. */
export function computeFieldInformation(
  { train, userFeatures, itemFeatures }: Omit<FeatureGraph, 'fields' | 'fieldInformation'>,
  { user, item }: GraphFields,
): FieldInformation {
  return {
    user: ofSide(userFeatures, user, train.userOffsets),
    item: ofSide(itemFeatures, item, train.itemOffsets),
  };
}

function ofSide(table: FeatureTable | undefined, fields: GraphFields['user'], offsets: Int32Array): MutualInformation {
  const rows = rowsWithEdge(offsets);
  return mutualInformation(fields.map((field) => countedField(field, table!.columns[field.name], rows)));
}
