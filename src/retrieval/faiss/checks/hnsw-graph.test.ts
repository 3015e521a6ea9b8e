import { describe, expect, it } from 'vitest';
import { FaissBytes, refusal } from '../../../../tests/faiss-bytes.js';
import { readHnswGraph } from './hnsw-graph.js';

/** Four nodes with two neighbours a level, four on the ground; nodes 1 and 3 reach the first level. */
const WHOLE = {
  size: 4,
  probabilities: [0.7, 0.25, 0.05],
  sums: [0, 4, 6, 8],
  levels: [1, 2, 1, 2],
  offsets: [0, 4, 10, 14, 20],
  neighbors: [
    ...[1, 2, -1, -1],
    ...[0, 2, 3, -1, /* first level */ 3, -1],
    ...[0, 1, 3, -1],
    ...[1, 2, -1, -1, /* first level */ 1, -1],
  ],
  entryPoint: 3,
  topLevel: 1,
  efConstruction: 40,
  efSearch: 16,
  beam: 1,
};
type Graph = typeof WHOLE;

function read(change: Partial<Graph>) {
  const graph = { ...WHOLE, ...change };
  const bytes = new FaissBytes()
    .vector('f64', graph.probabilities)
    .vector('i32', graph.sums)
    .vector('i32', graph.levels)
    .vector('i64', graph.offsets)
    .vector('i32', graph.neighbors)
    .i32(graph.entryPoint, graph.topLevel, graph.efConstruction, graph.efSearch, graph.beam);
  const cursor = bytes.cursor();
  return { cursor, graph: readHnswGraph(cursor, graph.size) };
}

/** The neighbours with one changed. */
const neighborsWith = (at: number, neighbor: number) => WHOLE.neighbors.with(at, neighbor);
const EMPTY = { size: 0, levels: [], offsets: [0], neighbors: [], entryPoint: -1, topLevel: -1 };

describe('a graph', () => {
  it('is walked to its end', () => {
    const { cursor, graph } = read({});
    expect(cursor.offset).toBe(cursor.bytes.length);
    expect(graph).toEqual({ neighbors: 2, efSearch: { offset: cursor.offset - 8, value: 16 } });
    expect(() => read(EMPTY)).not.toThrow();
  });

  it.each<[string, Partial<Graph>, string]>([
    ['no levels', { sums: [0], probabilities: [] }, 'its graph has no levels'],
    [
      'an odd ground',
      { sums: [0, 5, 6, 8] },
      'its nodes have 5 neighbours on the ground, expected an even number from 4 on',
    ],
    [
      'no neighbours',
      { sums: [0, 0, 0, 0] },
      'its nodes have 0 neighbours on the ground, expected an even number from 4 on',
    ],
    ['sums from 1', { sums: [1, 4, 6, 8] }, 'the number of neighbours up to level 0 is 1, expected 0'],
    ['sums that fall', { sums: [0, 4, 6, -8] }, 'the number of neighbours up to level 3 is -8, expected 8'],
    [
      'sums too large',
      { sums: [0, 4, 2 ** 31 - 1, 8] },
      'the number of neighbours up to level 2 is 2147483647, expected 6',
    ],
    ['too few probabilities', { probabilities: [1] }, 'the number of level probabilities is 1, expected 3'],
    ['a probability of NaN', { probabilities: [Number.NaN, 0, 0] }, 'a level probability is NaN, expected 0 … 1'],
    ['levels of too few', { levels: [1, 2, 1] }, 'its graph has 3 nodes for 4 vectors'],
    ['a node without level', { levels: [0, 2, 1, 2] }, 'the number of levels of a node is 0, expected 1 … 3'],
    ['a node too high', { levels: [1, 2, 4, 2] }, 'the number of levels of a node is 4, expected 1 … 3'],
    ['an offset too few', { offsets: [0, 4, 10, 14] }, 'its graph has 4 offsets for 4 nodes'],
    ['offsets from 4', { offsets: [4, 8, 14, 18, 24] }, 'an offset of the graph is 4, expected 0'],
    ['an offset too far', { offsets: [0, 4, 12, 14, 20] }, 'an offset of the graph is 12, expected 10'],
    ['an offset back', { offsets: [0, 4, 10, 4, 20] }, 'an offset of the graph is 4, expected 14'],
    ['a negative offset', { offsets: [0, -4, 10, 14, 20] }, 'an offset is -4, expected 0 … 9007199254740991'],
    ['neighbours too few', { neighbors: WHOLE.neighbors.slice(1) }, 'the number of neighbours is 19, expected 20'],
    ['neighbours too many', { neighbors: [...WHOLE.neighbors, 0] }, 'the number of neighbours is 21, expected 20'],
    ['a neighbour too large', { neighbors: neighborsWith(1, 4) }, 'node 0 has the neighbour 4, expected -1 … 3'],
    ['a neighbour of -2', { neighbors: neighborsWith(14, -2) }, 'node 3 has the neighbour -2, expected -1 … 3'],
    ['one behind a gap', { neighbors: neighborsWith(3, 900) }, 'node 0 has the neighbour 900, expected -1 … 3'],
    [
      'a neighbour below',
      { neighbors: neighborsWith(8, 2) },
      'node 1 has on level 1 the neighbour 2, which does not reach it',
    ],
    ['no entry', { entryPoint: -1 }, 'the entry point of its graph is -1, expected 0 … 3'],
    ['an entry outside', { entryPoint: 4 }, 'the entry point of its graph is 4, expected 0 … 3'],
    ['an entry below', { entryPoint: 2 }, 'its entry point, node 2, is on level 0, expected the top level 1'],
    ['a top too high', { topLevel: 2 }, 'the top level of its graph is 2, expected 1'],
    ['a top too low', { topLevel: 0 }, 'the top level of its graph is 0, expected 1'],
    ['an entry into nothing', { ...EMPTY, entryPoint: 0 }, 'the entry point of an empty graph is 0, expected -1'],
    ['a top of nothing', { ...EMPTY, topLevel: 5 }, 'the top level of its graph is 5, expected -1'],
    ['efConstruction 0', { efConstruction: 0 }, 'efConstruction is 0, expected 1 … 1048576'],
    ['efSearch 0', { efSearch: 0 }, 'efSearch is 0, expected 1 … 1048576'],
    ['efSearch -1', { efSearch: -1 }, 'efSearch is -1, expected 1 … 1048576'],
    ['a huge efSearch', { efSearch: 2 ** 31 - 1 }, 'efSearch is 2147483647, expected 1 … 1048576'],
    ['a beam', { beam: 2 }, 'the beam above the ground is 2, expected 1'],
  ])('with %s is refused', (_, change, reason) => {
    expect(() => read(change)).toThrow(refusal(reason));
  });
});
