/** Edge addition, layerwise dropout and random walks against what they say of themselves. */
import { describe, expect, it } from 'vitest';
import { randomGraph } from '../../tests/random-arrays.js';
import { Rng } from '../core/rng.js';
import { normalizedAdjacency } from '../graph/adjacency.js';
import { type BipartiteCsr, buildBipartiteCsr, edgeUsers, hasEdge } from '../graph/bipartite-csr.js';
import { type DrawnView, drawView, type ViewContext, viewSchema } from './index.js';

const contextOf = (graph: BipartiteCsr, numLayers = 2): ViewContext => ({
  lifetime: 'epoch',
  graph,
  adjacency: normalizedAdjacency(graph),
  numLayers,
});
const draw = (graph: BipartiteCsr, name: string, options: object = {}, seed = 1, numLayers = 2): DrawnView =>
  drawView(contextOf(graph, numLayers), viewSchema.parse({ name, ...options }), Rng.of(seed));

function complete(numUsers: number, numItems: number): BipartiteCsr {
  const userIndex = Int32Array.from({ length: numUsers * numItems }, (_, at) => Math.floor(at / numItems));
  const itemIndex = Int32Array.from({ length: numUsers * numItems }, (_, at) => at % numItems);
  return buildBipartiteCsr({ userIndex, itemIndex }, { numUsers, numItems });
}

describe('edge addition', () => {
  const graph = randomGraph(60, 80, 0.05, 'sparse');

  it.each(['random', 'similar'])('adds the asked share of new, distinct pairs: %s', (by) => {
    const { users, items } = draw(graph, 'edge-addition', { by, addShare: 0.2 }).addedEdges!;
    expect(users).toHaveLength(Math.round(0.2 * graph.numEdges));
    expect(new Set([...users].map((user, at) => `${user}-${items[at]}`)).size).toBe(users.length);
    for (const [at, user] of users.entries()) expect(hasEdge(graph, user, items[at])).toBe(false);
  });

  it('joins users with similar items only: each shares a user with one of their own', () => {
    const { users, items } = draw(graph, 'edge-addition', { by: 'similar' }).addedEdges!;
    const row = (offsets: Int32Array, neighbors: Int32Array, at: number) =>
      neighbors.slice(offsets[at], offsets[at + 1]);
    for (const [at, user] of users.entries()) {
      const own = new Set(row(graph.userOffsets, graph.userNeighbors, user));
      const others = [...row(graph.itemOffsets, graph.itemNeighbors, items[at])];
      const shares = others.some((other) =>
        [...row(graph.userOffsets, graph.userNeighbors, other)].some((item) => own.has(item)),
      );
      expect(shares).toBe(true);
    }
  });

  it('adds nothing to a complete graph, and a new edge has the mean weight', () => {
    expect(draw(complete(4, 5), 'edge-addition', { by: 'random' }).addedEdges!.users).toHaveLength(0);
    // users 0 and 1 meet at item 0; weights 1, 2, 3, 2
    const weighted = buildBipartiteCsr(
      {
        userIndex: Int32Array.of(0, 0, 1),
        itemIndex: Int32Array.of(0, 1, 0),
        weight: Float32Array.of(1, 2, 3),
      },
      { numUsers: 2, numItems: 2 },
    );
    const view = draw(weighted, 'edge-addition', { by: 'random', addShare: 0.4 });
    expect([view.addedEdges!.users[0], view.addedEdges!.items[0]]).toEqual([1, 1]);
    // last entry of user 1: item 1 with weight 2 over the strengths 5 and 4
    expect(view.adjacency.values[3]).toBeCloseTo(2 / Math.sqrt(5 * 4), 6);
  });
});

describe('layerwise edge dropout', () => {
  it('has a matrix a layer, all different', () => {
    const { layers } = draw(
      randomGraph(30, 30, 0.3, 'layers'),
      'layerwise-edge-dropout',
      { dropProbability: 0.4 },
      1,
      3,
    );
    expect(layers).toHaveLength(3);
    expect(layers![0].keptEdges).not.toEqual(layers![1].keptEdges);
    expect(layers![1].keptEdges).not.toEqual(layers![2].keptEdges);
  });
});

describe('random walks', () => {
  const share = ({ keptEdges }: DrawnView): number =>
    keptEdges!.reduce((sum, kept) => sum + kept, 0) / keptEdges!.length;

  it.each([
    ['one step', { walks: 2, walkLength: 1, restartProbability: 0 }, 2],
    ['steps that nearly all start at home', { walks: 1, walkLength: 3, restartProbability: 0.99 }, 3],
  ])('on a complete graph keep 1 − ((1 − 1/items)(1 − 1/users))^draws of the edges: %s', (_, options, draws) => {
    const [numUsers, numItems] = [30, 40];
    const graph = complete(numUsers, numItems);
    const expected = 1 - ((1 - 1 / numItems) * (1 - 1 / numUsers)) ** draws;
    const seeds = Array.from({ length: 20 }, (_, seed) => share(draw(graph, 'random-walk', options, seed)));
    const mean = seeds.reduce((sum, value) => sum + value, 0) / seeds.length;
    expect(Math.abs(mean - expected)).toBeLessThan(0.01);
  });

  it('leave no node with edges without one', () => {
    const graph = randomGraph(50, 40, 0.2, 'walks');
    const { adjacency } = draw(graph, 'random-walk', { walks: 1, walkLength: 1 });
    const { offsets } = normalizedAdjacency(graph);
    for (let node = 0; node < adjacency.numNodes; node++) {
      expect(adjacency.offsets[node + 1] > adjacency.offsets[node]).toBe(offsets[node + 1] > offsets[node]);
    }
  });

  it('go on from where they are without restart: two stars never meet, a path is walked to its end', () => {
    // the path 0-0, 1-0, 1-1, 2-1 beside the pair 3-2
    const graph = buildBipartiteCsr(
      { userIndex: Int32Array.of(0, 1, 1, 2, 3), itemIndex: Int32Array.of(0, 0, 1, 1, 2) },
      { numUsers: 4, numItems: 3 },
    );
    const { keptEdges } = draw(graph, 'random-walk', { walks: 20, walkLength: 8, restartProbability: 0 });
    expect([...keptEdges!]).toEqual([1, 1, 1, 1, 1]);
    expect(edgeUsers(graph)).toHaveLength(keptEdges!.length);
  });
});
