/** What is known of a graph's users and items, as the sparse matrices that towers read. */
import type { Side } from '../../core/side.js';
import type { FeatureTable } from '../../data/feature-table.js';
import type { EncodedField } from '../../data/fields/encoded-field.js';
import { encodeField, type FieldEncoding } from '../../data/fields/field-encoding.js';
import type { BipartiteCsr } from '../bipartite-csr.js';
import type { StoredGraph } from '../stored-graph.js';
import { fieldsOf } from './fields-of.js';

/** What is known of users and items. */
export type KnownEntities = Pick<StoredGraph, 'userFeatures' | 'itemFeatures' | 'fields' | 'fieldInformation'>;

/**
 * Fields of both sides in the order of their columns, a row an entity; none for a side without features.
 * @param known of a graph; its encodings, where it has them, are those of when it was built
 * @param train whose entities with an edge the encodings are fitted on where it has none
 */
export function encodedFields(
  known: KnownEntities,
  train: BipartiteCsr,
): Readonly<Record<Side, readonly EncodedField[]>> {
  const { user, item } = fieldsOf({ ...known, train });
  return { user: encodedSide(user, known.userFeatures), item: encodedSide(item, known.itemFeatures) };
}

function encodedSide(encodings: readonly FieldEncoding[], table: FeatureTable | undefined): EncodedField[] {
  return encodings.map((encoding) => encodeField(encoding, table!.columns[encoding.name]));
}
