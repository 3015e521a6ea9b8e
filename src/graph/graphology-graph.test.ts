import * as fc from 'fast-check';
import { MultiDirectedGraph, UndirectedGraph } from 'graphology';
import { describe, expect, it } from 'vitest';
import { Vocabulary } from '../data/vocabulary.js';
import { buildBipartiteCsr } from './bipartite-csr.js';
import { featuresAt } from './feature-attributes.js';
import { fromGraphology } from './from-graphology.js';
import { buildGraphologyGraph, csrFromGraphology, nodeKey, trainingCsr } from './graphology-graph.js';
import { toGraphology } from './to-graphology.js';

const users = Vocabulary.from(['ann', 'bob', '1', 'u:x']);
const items = Vocabulary.from(['ann', 'tea', '2', '"<&>\n', '']);

const edgeColumns = fc
  .record({
    rows: fc.array(
      fc.tuple(fc.nat(3), fc.nat(4), fc.float({ noNaN: true, min: Math.fround(0.01), max: 5 }), fc.nat(100)),
      {
        minLength: 1,
        maxLength: 30,
      },
    ),
    weighted: fc.boolean(),
    timed: fc.boolean(),
  })
  .map(({ rows, weighted, timed }) => ({
    userIndex: Int32Array.from(rows, (row) => row[0]),
    itemIndex: Int32Array.from(rows, (row) => row[1]),
    weight: weighted ? Float32Array.from(rows, (row) => row[2]) : undefined,
    timestamp: timed ? Float64Array.from(rows, (row) => row[3]) : undefined,
  }));

describe('trainingCsr', () => {
  it('is bit-identical through graphology and straight, repeats, weights and times included', () => {
    fc.assert(
      fc.property(edgeColumns, (edges) => {
        const straight = trainingCsr(edges, { users, items }, 0);
        expect(trainingCsr(edges, { users, items })).toStrictEqual(straight);
        expect(straight).toStrictEqual(buildBipartiteCsr(edges, { numUsers: users.size, numItems: items.size }));
      }),
    );
  });
});

describe('buildGraphologyGraph', () => {
  it('has a node for everyone with side, id, index and features, and merged edges', () => {
    const graph = buildGraphologyGraph(
      { userIndex: Int32Array.of(0, 0, 1), itemIndex: Int32Array.of(1, 1, 3), timestamp: Float64Array.of(5, 3, 1) },
      {
        users,
        items,
        itemFeatures: { numRows: 5, columns: { title: { kind: 'text', texts: ['', 'Tea', '', '', ''] } } },
      },
    );
    expect([graph.order, graph.size]).toEqual([9, 2]);
    expect(graph.getNodeAttributes('u:ann')).toEqual({ side: 'user', externalId: 'ann', index: 0 });
    expect(graph.getNodeAttributes('i:tea')).toEqual({
      side: 'item',
      externalId: 'tea',
      index: 1,
      features: { title: 'Tea' },
    });
    expect(graph.getEdgeAttributes('u:ann', 'i:tea')).toEqual({ weight: 2, timestamp: 5 });
    expect(graph.getEdgeAttributes('u:bob', nodeKey('item', '"<&>\n'))).toEqual({ timestamp: 1 });
    expect(graph.degree('i:ann')).toBe(0);
  });

  it('refuses to freeze a graph without sides or with an edge inside one side', () => {
    const bare = new UndirectedGraph();
    bare.addNode('a');
    expect(() => csrFromGraphology(bare)).toThrow('node "a": attribute "side"');
    const within = new UndirectedGraph();
    within.addNode('a', { side: 'user' });
    within.addNode('b', { side: 'user' });
    within.addEdge('a', 'b');
    expect(() => csrFromGraphology(within)).toThrow('edge "a" – "b" joins two users');
  });
});

describe('fromGraphology', () => {
  it('takes a directed multigraph, keys as ids, one side told, parallel edges kept as rows', () => {
    const graph = new MultiDirectedGraph();
    graph.addNode('tea');
    graph.addNode('ann', { side: 'user', features: { age: 30, tags: ['x', 'y'], city: 'Oslo' } });
    graph.addNode('bob');
    graph.addEdge('tea', 'ann', { weight: 2, timestamp: 7 });
    graph.addEdge('ann', 'tea');
    graph.addEdge('bob', 'tea', { weight: 4 });
    const set = fromGraphology(graph);
    expect(set.users.ids).toEqual(['ann', 'bob']);
    expect(set.items.ids).toEqual(['tea']);
    expect([...set.userIndex]).toEqual([0, 0, 1]);
    expect([...set.weight!]).toEqual([2, 1, 4]);
    expect([...set.timestamp!]).toEqual([7, Number.NaN, Number.NaN]);
    expect(set.userFeatures).toEqual({
      numRows: 2,
      columns: {
        age: { kind: 'numeric', numbers: Float64Array.of(30, Number.NaN) },
        tags: {
          kind: 'multi-valued',
          offsets: Int32Array.of(0, 2, 2),
          codes: Int32Array.of(0, 1),
          values: ['x', 'y'],
        },
        city: { kind: 'categorical', codes: Int32Array.of(0, -1), values: ['Oslo'] },
      },
    });
    expect(set.itemFeatures).toBeUndefined();
  });

  it('takes columns of every form, and gives them back', () => {
    const features = [
      { title: 'Red tea', brand: 'acme', age: 3, tags: ['x'], genres: { a: 2, b: 0.5 }, emb: [1, 2.5] },
      { since: new Date('2024-01-31'), emb: [3, 4] },
    ];
    const graph = new UndirectedGraph();
    for (const [i, each] of features.entries()) graph.addNode(i, { side: 'item', features: each });
    graph.addNode('u', { side: 'user' });
    graph.addEdge('u', 0);
    graph.addEdge('u', 1);
    const { itemFeatures } = fromGraphology(graph);
    const kinds = Object.entries(itemFeatures!.columns).map(([name, { kind }]) => `${name} ${kind}`);
    expect(kinds.join()).toBe(
      'title text,brand categorical,age numeric,tags multi-valued,genres multi-valued,emb vector,since time',
    );
    for (const [i, each] of features.entries()) expect(featuresAt(itemFeatures!, i)).toEqual(each);
    graph.setNodeAttribute(0, 'features', { emb: [1] });
    expect(() => fromGraphology(graph)).toThrow('node feature "emb": expected 1 numbers as in the first list, got 2');
  });

  it('gives back what buildGraphologyGraph was made from', () => {
    fc.assert(
      fc.property(edgeColumns, (edges) => {
        const set = fromGraphology(buildGraphologyGraph(edges, { users, items }));
        expect(set.users.ids).toEqual(users.ids);
        expect(set.items.ids).toEqual(items.ids);
        expect(buildBipartiteCsr(set, { numUsers: users.size, numItems: items.size })).toStrictEqual(
          buildBipartiteCsr(edges, { numUsers: users.size, numItems: items.size }),
        );
      }),
      { numRuns: 30 },
    );
  });

  const build = (edges: [string, string][], sides: Record<string, unknown>) => {
    const graph = new UndirectedGraph();
    for (const [a, b] of edges) graph.mergeEdge(a, b);
    for (const [node, side] of Object.entries(sides)) graph.mergeNode(node, { side });
    return graph;
  };

  it('explains an odd cycle, contradicting sides, an untold part and a wrong side', () => {
    const pentagon: [string, string][] = [
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'd'],
      ['d', 'e'],
      ['e', 'a'],
    ];
    expect(() => fromGraphology(build(pentagon, { a: 'user' }))).toThrow(/odd length 5 through/);
    expect(() => fromGraphology(build(pentagon, {}))).toThrow(/odd length 5 through/);
    expect(() => fromGraphology(build([['a', 'b']], { a: 'user', b: 'user' }))).toThrow(/do not go together/);
    const parts: [string, string][] = [
      ['a', 'b'],
      ['c', 'd'],
    ];
    expect(() => fromGraphology(build(parts, { a: 'user' }))).toThrow(/node "c" .* set the node attribute "side"/);
    expect(() => fromGraphology(build(parts, { a: 'User' }))).toThrow('must be "user" or "item", got "User"');
    expect(() => fromGraphology(build([['a', 'a']], { a: 'user' }))).toThrow(/"a" – "a"|cycle of odd length 1/);
  });

  it('refuses two users with one id, a weight that is no number and a feature of two kinds', () => {
    const twice = build([], {});
    twice.addNode('a', { side: 'user', externalId: 'x' });
    twice.addNode('b', { side: 'user', externalId: 'x' });
    expect(() => fromGraphology(twice)).toThrow('node "b": another user already has the id "x"');
    const heavy = build([], { a: 'user', b: 'item' });
    heavy.addEdge('a', 'b', { weight: 'much' });
    expect(() => fromGraphology(heavy)).toThrow('attribute "weight" must be a number, got string');
    const mixed = build([], {});
    mixed.addNode('a', { side: 'user', features: { age: 1 } });
    mixed.addNode('b', { side: 'user', features: { age: 'old' } });
    expect(() => fromGraphology(mixed)).toThrow('node feature "age"');
  });
});

describe('toGraphology', () => {
  const edges = { userIndex: Int32Array.of(0, 0, 1, 2, 3), itemIndex: Int32Array.of(0, 1, 1, 2, 0) };
  const graph = { users, items, train: trainingCsr(edges, { users, items }) };

  it('gives the ego network with hops, and says that nothing is left out', () => {
    const ego = toGraphology(graph, { ego: { side: 'user', index: 0 } });
    expect(ego.nodes()).toEqual(['u:ann', 'i:ann', 'i:tea', 'u:bob', 'u:u:x']);
    expect(ego.mapNodes((_, { hop }) => hop)).toEqual([0, 1, 1, 2, 2]);
    expect(ego.size).toBe(4);
    expect(ego.getAttributes()).toEqual({ sampled: false, shownNodes: 5, totalNodes: 5 });
  });

  it('samples users with all their items, the same for the same seed', () => {
    const sample = toGraphology(graph, { sample: { numUsers: 2, seed: 3 } });
    expect(sample.filterNodes((_, { side }) => side === 'user').length).toBe(2);
    expect(sample.getAttribute('sampled')).toBe(true);
    expect(toGraphology(graph, { sample: { numUsers: 2, seed: 3 } }).export()).toEqual(sample.export());
    const whole = toGraphology(graph, { sample: { numUsers: 99 } });
    expect(whole.size).toBe(5);
    expect(whole.getAttribute('sampled')).toBe(false);
    expect(() => toGraphology(graph, { sample: { numUsers: 0 } })).toThrow('positive integer');
  });
});
