/**
 * A caller's graphology graph as interactions: any graph type (directed, multi, mixed), as long as it is bipartite.
 */

import type { AbstractGraph } from 'graphology-types';
import { DataError } from '../core/errors.js';
import { ownValue } from '../core/outside/own-keys.js';
import type { InteractionSet } from '../data/interaction-set.js';
import { Vocabulary } from '../data/vocabulary.js';
import { type FeatureValues, featureTableFromObjects } from './feature-attributes.js';
import { edgeColumns, indexWithinSide, type Side } from './graphology-graph.js';
import { detectSides } from './node-sides.js';

export interface FromGraphologyOptions {
  /** Node attribute with 'user' or 'item'; needed on at least one node of each connected part. */
  readonly sideAttribute: string;
  /** Node attribute with the external id; where a node has none, its key is the id. */
  readonly idAttribute: string;
  /** Node attribute with an object of features: numbers, strings or lists of strings. */
  readonly featuresAttribute: string;
  /** Edge attributes; an edge without counts as weight 1, or as having no known time (NaN). */
  readonly weightAttribute: string;
  readonly timestampAttribute: string;
}

export const FROM_GRAPHOLOGY_DEFAULTS: FromGraphologyOptions = Object.freeze({
  sideAttribute: 'side',
  idAttribute: 'externalId',
  featuresAttribute: 'features',
  weightAttribute: 'weight',
  timestampAttribute: 'timestamp',
});

/**
 * Users and items get dense indices in node order within their side; every edge is one positive interaction.
 *
 * @throws DataError `GRAPH_NOT_BIPARTITE`, `GRAPH_SIDE_UNKNOWN`, `GRAPH_SIDE`, `GRAPH_EDGE_ATTRIBUTE`,
 *   `GRAPH_FEATURE_KIND`, `GRAPH_DUPLICATE_ID` (two nodes of one side with the same id).
 */
export function fromGraphology(graph: AbstractGraph, options: Partial<FromGraphologyOptions> = {}): InteractionSet {
  const names = { ...FROM_GRAPHOLOGY_DEFAULTS, ...options };
  const sides = detectSides(graph, names.sideAttribute);
  const vocabularies: Record<Side, Vocabulary> = { user: new Vocabulary(), item: new Vocabulary() };
  const features: Record<Side, (FeatureValues | undefined)[]> = { user: [], item: [] };
  for (const [key, side] of sides) {
    const attributes = graph.getNodeAttributes(key);
    const id = String(ownValue(attributes, names.idAttribute) ?? key);
    const vocabulary = vocabularies[side];
    if (vocabulary.indexOf(id) !== undefined) {
      throw new DataError('GRAPH_DUPLICATE_ID', `node "${key}": another ${side} already has the id "${id}"`);
    }
    vocabulary.add(id);
    features[side].push(ownValue(attributes, names.featuresAttribute));
  }
  const userFeatures = featureTableFromObjects(features.user);
  const itemFeatures = featureTableFromObjects(features.item);
  return {
    users: vocabularies.user,
    items: vocabularies.item,
    ...edgeColumns(graph, sides, indexWithinSide(sides), {
      weight: names.weightAttribute,
      timestamp: names.timestampAttribute,
    }),
    ...(userFeatures && { userFeatures }),
    ...(itemFeatures && { itemFeatures }),
  };
}
