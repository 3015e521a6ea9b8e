/** A view drawn over users and items, over the attribute nodes too: see `graph/attribute-join.ts` for the normalisation. */
import type { AttributeJoin } from '../graph/attribute-join.js';
import type { DrawnView, LowRank, ViewContext } from './view.js';

/** @param view its adjacencies are over users and items; not changed */
export function joinAttributes(view: DrawnView, { adjacency }: ViewContext, attributes: AttributeJoin): DrawnView {
  const kept = { nodes: view.keptNodes, edges: view.keptAttributes };
  const { adjacency: joined, share } = attributes.join(view.adjacency, kept);
  return {
    ...view,
    adjacency: joined,
    layers: view.layers?.map((layer) => ({ ...layer, adjacency: attributes.join(layer.adjacency, kept).adjacency })),
    lowRank: view.lowRank && {
      ...shared(view.lowRank, share),
      beside: attributes.attributesAlone(adjacency, { adjacency: joined, share }),
    },
  };
}

/** The low-rank block takes the place of user-item messages, and so the part that they have beside the attributes. */
function shared({ rank, users, items }: LowRank, share: Float64Array): LowRank {
  const scaled = (vectors: Float32Array, first: number): Float32Array =>
    vectors.map((value, at) => value * share[first + Math.floor(at / rank)]);
  return { rank, users: scaled(users, 0), items: scaled(items, users.length / rank) };
}
