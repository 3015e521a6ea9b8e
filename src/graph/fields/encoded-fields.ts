/** What is known of a graph's users and items, as the sparse matrices that towers read. */
import type { Side } from '../../core/side.js';
import type { FeatureTable } from '../../data/feature-table.js';
import type { EncodedField } from '../../data/fields/encoded-field.js';
import { encodeField, fitField } from '../../data/fields/field-encoding.js';
import type { EntityFeatures } from '../attribute-nodes.js';
import { type BipartiteCsr, itemDegrees, userDegrees } from '../bipartite-csr.js';

/** Fields of both sides, a row an entity; none for a side without features. */
export function encodedFields(
  { userFeatures, itemFeatures }: EntityFeatures,
  graph: BipartiteCsr,
): Readonly<Record<Side, readonly EncodedField[]>> {
  return {
    user: fieldsOfSide(userFeatures, userDegrees(graph)),
    item: fieldsOfSide(itemFeatures, itemDegrees(graph)),
  };
}

function fieldsOfSide(table: FeatureTable | undefined, degrees: Int32Array): EncodedField[] {
  const trained = Int32Array.from(degrees.keys()).filter((entity) => degrees[entity] > 0);
  return Object.entries(table?.columns ?? {}).map(([name, column]) =>
    encodeField(fitField(name, column, undefined, trained), column),
  );
}
