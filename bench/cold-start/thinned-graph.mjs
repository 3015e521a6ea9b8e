/** A graph with a share of its training pairs: the same users, items, features and held-out pairs. */
import { buildGraph, Rng } from '../../dist/index.js';

/**
 * @param graph as stored
 * @param {number} share of the training pairs, drawn by `seed`
 * @param {string} graphsDir where it is stored
 */
export function thinnedGraph(graph, share, graphsDir, seed = 1) {
  const { train, users, items, userFeatures, itemFeatures } = graph;
  const all = pairsOf({ offsets: train.userOffsets, values: train.userNeighbors });
  const numPairs = all.userIndex.length;
  const order = Int32Array.from({ length: numPairs }, (_, pair) => pair);
  Rng.of(seed, 'thinned').shuffle(order);
  const kept = order.slice(0, Math.round(share * numPairs)).sort();
  const thin = {
    userIndex: Int32Array.from(kept, (pair) => all.userIndex[pair]),
    itemIndex: Int32Array.from(kept, (pair) => all.itemIndex[pair]),
  };
  const split = { users, items, train: thin, valid: pairsOf(graph.valid), test: pairsOf(graph.test) };
  const describedAs = { kind: 'thinned', of: graph.manifest.id, share, seed };
  const name = `${graph.manifest.name}-${100 * share}-percent`;
  return buildGraph({ ...split, userFeatures, itemFeatures }, { name, graphsDir, describedAs });
}

function pairsOf({ offsets, values }) {
  const userIndex = new Int32Array(values.length);
  for (let user = 0; user + 1 < offsets.length; user++) userIndex.fill(user, offsets[user], offsets[user + 1]);
  return { userIndex, itemIndex: Int32Array.from(values) };
}
