export { type Adjacency, normalizedAdjacency } from './adjacency.js';
export {
  type BipartiteCsr,
  buildBipartiteCsr,
  type EdgeColumns,
  edgeUsers,
  hasEdge,
  itemDegrees,
  userDegrees,
} from './bipartite-csr.js';
export { type BuildGraphOptions, buildGraph, type GraphSource } from './build-graph.js';
export { assertNoGraphLeak } from './check-graph.js';
export { describeGraph, type GraphDescription } from './describe-graph.js';
export {
  EGO_DEFAULTS,
  type EgoEdge,
  type EgoNetwork,
  type EgoNode,
  type EgoOptions,
  egoNetwork,
} from './ego-network.js';
export { type FeatureValue, type FeatureValues, featuresAt } from './feature-attributes.js';
export { fieldInformationOf } from './fields/field-information.js';
export { fieldsOf } from './fields/fields-of.js';
export { FROM_GRAPHOLOGY_DEFAULTS, type FromGraphologyOptions, fromGraphology } from './from-graphology.js';
export { type DegreeSummary, type GraphStatistics, giniOfSorted, graphStatistics } from './graph-statistics.js';
export { isGraphFolder, loadGraph, saveGraph } from './graph-store.js';
export {
  buildGraphologyGraph,
  csrFromGraphology,
  type InteractionEdgeAttributes,
  type InteractionGraph,
  type InteractionNodeAttributes,
  MAX_GRAPHOLOGY_EDGES,
  type NodeTables,
  nodeKey,
  type Side,
  trainingCsr,
} from './graphology-graph.js';
export { mergeHeldOut } from './merge-held-out.js';
export { nodeLabel } from './node-label.js';
export { GRAPH_FORMAT_VERSION } from './seal-graph.js';
export type { FieldInformation, GraphFields, GraphManifest, HeldOutColumns, StoredGraph } from './stored-graph.js';
export { type GraphSelection, type SelectableGraph, toGraphology } from './to-graphology.js';
export { toyInteractions } from './toy-interactions.js';
