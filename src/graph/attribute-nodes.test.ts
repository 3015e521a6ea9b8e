/** Attribute nodes and the operator over them, against dense matrices in float64. */
import { describe, expect, it } from 'vitest';
import { denseJoined } from '../../tests/dense-joined.js';
import { randomFeatures, randomGraph } from '../../tests/random-arrays.js';
import { Rng } from '../core/rng.js';
import { type Adjacency, normalizedAdjacency } from './adjacency.js';
import { AttributeJoin } from './attribute-join.js';
import { attributeNodes } from './attribute-nodes.js';
import { type BipartiteCsr, buildBipartiteCsr, edgeUsers } from './bipartite-csr.js';

const [numUsers, numItems] = [14, 11];
const graph = randomGraph(numUsers, numItems, 0.2, 'attributes');
const features = randomFeatures(numUsers, numItems, 'attributes');
const nodesOf = (choices: Parameters<typeof attributeNodes>[1]) =>
  attributeNodes(features, choices, { numUsers, numItems });
const ALL = ['user.city', { name: 'interests', weight: 0.5 }, 'item.city', { name: 'tags', weight: 2 }] as const;

function toDense({ numNodes, offsets, columns, values }: Adjacency): number[][] {
  const dense = Array.from({ length: numNodes }, () => new Array<number>(numNodes).fill(0));
  for (let row = 0; row < numNodes; row++) {
    for (let at = offsets[row]; at < offsets[row + 1]; at++) dense[row][columns[at]] += values[at];
  }
  return dense;
}

const pairsOf = (csr: BipartiteCsr, kept?: Uint8Array): [number, number, number][] =>
  [...edgeUsers(csr)]
    .map((user, edge): [number, number, number] => [user, csr.userNeighbors[edge], csr.weight?.[edge] ?? 1])
    .filter((_, edge) => !kept || kept[edge]);

function expectSame(actual: number[][], expected: number[][]): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    for (let j = 0; j < expected.length; j++) {
      expect(Math.abs(actual[i][j] - expected[i][j])).toBeLessThan(1e-6);
      expect(actual[i][j]).toBe(actual[j][i]);
    }
  }
}

describe('attribute nodes', () => {
  it('are one a value, relation by relation, with an edge from every entity to each of its values', () => {
    const nodes = nodesOf(['user.city', 'tags']);
    expect(nodes.relations).toEqual([
      { name: 'user.city', weight: 1 },
      { name: 'item.tags', weight: 1 },
    ]);
    expect([nodes.numEntities, nodes.numValues]).toEqual([25, 4 + 6]);
    expect([...nodes.relationOf]).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
    const valuesOf = (node: number) => [...nodes.columns.slice(nodes.offsets[node], nodes.offsets[node + 1])];
    const { city } = features.userFeatures!.columns;
    const { tags } = features.itemFeatures!.columns;
    if (city.kind !== 'categorical' || tags.kind !== 'multi-valued') throw new Error('unexpected kinds');
    for (let user = 0; user < numUsers; user++) {
      expect(valuesOf(user)).toEqual(city.codes[user] < 0 ? [] : [25 + city.codes[user]]);
    }
    for (let item = 0; item < numItems; item++) {
      const own = [...tags.codes.slice(tags.offsets[item], tags.offsets[item + 1])].sort((a, b) => a - b);
      expect(valuesOf(numUsers + item)).toEqual(own.map((tag) => 25 + 4 + tag));
    }
  });

  it('take a name that both sides have for two relations with nodes of their own', () => {
    const nodes = nodesOf([{ name: 'city', weight: 0.25 }]);
    expect(nodes.relations.map(({ name }) => name)).toEqual(['user.city', 'item.city']);
    expect(nodes.relations.map(({ weight }) => weight)).toEqual([0.25, 0.25]);
    expect(nodes.numValues).toBe(8);
  });

  it.each([
    [
      'citty',
      /"citty" is no categorical or multi-valued feature.*there are user\.city, user\.interests, item\.city, item\.tags/,
    ],
    ['price', /"price" is no categorical/],
    ['user.tags', /"user\.tags" is no.*did you mean "item\.tags"/],
  ])('refuse %s, listing what is there', (name, message) => {
    expect(() => nodesOf([name])).toThrow(message);
  });

  it('refuse a relation given twice, and features that are not there', () => {
    expect(() => nodesOf(['city', 'user.city'])).toThrow(/user\.city is given twice/);
    expect(() => attributeNodes({}, ['genre'], { numUsers: 3, numItems: 4 })).toThrow(
      /there are none.*data\.itemFeatures/,
    );
  });
});

describe('the operator over attribute nodes', () => {
  const nodes = nodesOf(ALL);

  it('is C^-1/2 (Σ w_r Â_r) C^-1/2 computed densely, exactly symmetric, columns ascending', () => {
    const weighted = buildBipartiteCsr(
      {
        userIndex: edgeUsers(graph),
        itemIndex: graph.userNeighbors,
        weight: Float32Array.from({ length: graph.numEdges }, (_, edge) => 1 + (edge % 3)),
      },
      { numUsers, numItems },
    );
    for (const csr of [graph, weighted]) {
      const { adjacency } = new AttributeJoin(nodes).join(normalizedAdjacency(csr));
      expectSame(toDense(adjacency), denseJoined(csr, pairsOf(csr), nodes));
      for (let row = 0; row < adjacency.numNodes; row++) {
        const columns = [...adjacency.columns.subarray(adjacency.offsets[row], adjacency.offsets[row + 1])];
        expect(columns).toEqual([...columns].sort((a, b) => a - b));
      }
    }
  });

  it('is normalised by what a view left of user-item edges, nodes and attribute edges', () => {
    const rng = Rng.of(3, 'kept');
    const flags = (length: number): Uint8Array => Uint8Array.from({ length }, () => (rng.uniform() < 0.6 ? 1 : 0));
    const keptNodes = flags(nodes.numEntities);
    const users = edgeUsers(graph);
    const keptEdges = flags(graph.numEdges).map((flag, edge) =>
      flag && keptNodes[users[edge]] && keptNodes[numUsers + graph.userNeighbors[edge]] ? 1 : 0,
    );
    const edges = flags(nodes.columns.length);
    const { adjacency } = new AttributeJoin(nodes).join(normalizedAdjacency(graph, keptEdges), {
      nodes: keptNodes,
      edges,
    });
    const keeps = (edge: number, node: number) => Boolean(edges[edge] && keptNodes[node]);
    expectSame(toDense(adjacency), denseJoined(graph, pairsOf(graph, keptEdges), nodes, keeps));
  });

  it('has eigenvalues within -1 … 1, and 1 among them', () => {
    const dense = toDense(new AttributeJoin(nodes).join(normalizedAdjacency(graph)).adjacency);
    let vector = dense.map((_, i) => 1 + (i % 3));
    let length = 0;
    // twice a round: the largest magnitude, whatever its sign
    for (let round = 0; round < 500; round++) {
      const next = dense.map((row) => row.reduce((sum, value, j) => sum + value * vector[j], 0));
      length = Math.hypot(...next);
      vector = next.map((value) => value / length);
    }
    expect(length).toBeLessThanOrEqual(1 + 1e-6);
    expect(length).toBeGreaterThan(0.5);
  });

  it('is the user-item operator where attributes weigh nothing, but for nodes without user-item edges', () => {
    const userItem = normalizedAdjacency(graph);
    const light = nodesOf([{ name: 'tags', weight: 1e-9 }]);
    const { adjacency } = new AttributeJoin(light).join(userItem);
    const [dense, plain] = [toDense(adjacency), toDense(userItem)];
    for (let i = 0; i < plain.length; i++) {
      for (let j = 0; j < plain.length; j++) expect(dense[i][j]).toBeCloseTo(plain[i][j], 6);
    }
    // an item nobody took: its row over its n values has the entries 1 / sqrt(n · items of the value)
    const alone = buildBipartiteCsr(
      { userIndex: Int32Array.of(0), itemIndex: Int32Array.of(0) },
      { numUsers, numItems },
    );
    const cold = toDense(new AttributeJoin(light).join(normalizedAdjacency(alone)).adjacency);
    const { offsets, columns, numEntities } = light;
    for (let node = numUsers + 1; node < numEntities; node++) {
      const own = columns.subarray(offsets[node], offsets[node + 1]);
      for (const value of own) {
        const members = columns.filter((column) => column === value).length;
        expect(cold[node][value]).toBeCloseTo(1 / Math.sqrt(own.length * members), 6);
      }
    }
  });

  it('leaves its input alone and has one pattern for views that share one', () => {
    const userItem = normalizedAdjacency(graph);
    const before = userItem.values.slice();
    const join = new AttributeJoin(nodes);
    const whole = join.join(userItem).adjacency;
    const dropped = join.join({ ...userItem, values: userItem.values.map((value, at) => (at < 3 ? 0 : value)) });
    expect(userItem.values).toEqual(before);
    expect(dropped.adjacency.columns).toBe(whole.columns);
    expect(join.join(userItem).adjacency).toBe(whole);
  });
});
