/**
 * Everything that a graph keeps about its features besides them: the encodings of the columns, and how much they know of one
 * another. It follows from the content, and is stored so that nobody has to compute it again.
 */
import type { StoredGraph } from '../stored-graph.js';
import { computeFieldInformation } from './field-information.js';
import { fitFields } from './fit-fields.js';

/** Nothing where there are no features. */
export function describeFields(
  graph: Pick<StoredGraph, 'train' | 'userFeatures' | 'itemFeatures'>,
): Pick<StoredGraph, 'fields' | 'fieldInformation'> {
  const fields = fitFields(graph);
  return fields ? { fields, fieldInformation: computeFieldInformation(graph, fields) } : {};
}
