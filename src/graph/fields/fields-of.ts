/**
 * The field encodings of a graph, whoever made it: those that were stored with it, else (graphs of version 0.1, and from
 * memory) fitted once and remembered while the graph lives.
 */
import type { GraphFields, StoredGraph } from '../stored-graph.js';
import { fitFields } from './fit-fields.js';

const NONE: GraphFields = Object.freeze({ user: Object.freeze([]), item: Object.freeze([]) });
const fitted = new WeakMap<object, GraphFields>();

/** Encodings in the order of the columns of each side; empty for a side without features. */
export function fieldsOf(graph: Pick<StoredGraph, 'train' | 'userFeatures' | 'itemFeatures' | 'fields'>): GraphFields {
  if (graph.fields) return graph.fields;
  const known = fitted.get(graph) ?? fitFields(graph) ?? NONE;
  fitted.set(graph, known);
  return known;
}
