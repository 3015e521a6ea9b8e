/** Case of the neighbour sampler and of dropout over what it drew. */
import { type CounterKey, drawCounterKey } from '../../src/core/counter-rng.js';
import { type Adjacency, normalizedAdjacency } from '../../src/graph/adjacency.js';
import { type BlockDropout, droppedValues, NeighborSampler } from '../../src/ops/index.js';
import { inPart, lastAs, type OpCase, opCase, someOf } from './op-case.js';
import { BAD_ROWS, graphOf } from './sparse.js';

interface SampleArguments {
  readonly matrix: Adjacency;
  readonly itemEdges: Int32Array;
  readonly rows: Int32Array;
  readonly fanOuts: readonly number[];
  readonly keys: readonly CounterKey[];
  readonly dropout: BlockDropout;
}

export const SAMPLED_CASES: Readonly<Record<string, OpCase>> = {
  NeighborSampler: opCase<SampleArguments>(
    (sizes, rng) => {
      const graph = graphOf(sizes, rng);
      const fanOuts = Array.from({ length: rng.integer(3) }, () => 1 + rng.integer(4));
      return {
        matrix: normalizedAdjacency(graph),
        itemEdges: graph.itemEdges,
        rows: someOf(sizes.a + sizes.b, rng),
        fanOuts,
        keys: fanOuts.map(() => drawCounterKey(rng)),
        dropout: { of: rng.uniform() < 0.5 ? 'edges' : 'nodes', probability: 0.3, key: drawCounterKey(rng) },
      };
    },
    ({ matrix, itemEdges, rows, fanOuts, keys, dropout }) => {
      const block = new NeighborSampler(matrix, itemEdges).sample(rows, fanOuts, keys);
      const dropped = droppedValues(block, dropout);
      const hops = block.hops.flatMap(({ offsets, columns, values, edges, transposed }, k) =>
        Object.entries({ offsets, columns, values, edges, transposed: transposed.order, dropped: dropped[k] }).map(
          ([name, list]) => [`hop ${k} ${name}`, Float32Array.from(list)],
        ),
      );
      return { nodes: Float32Array.from(block.nodes), ...Object.fromEntries(hops) };
    },
    {
      ...inPart<SampleArguments, Adjacency>(
        BAD_ROWS,
        ({ matrix }) => matrix,
        (args, matrix) => ({ ...args, matrix }),
      ),
      'edge beyond the end': (args) => {
        const itemEdges = lastAs(args.itemEdges, args.itemEdges.length);
        return itemEdges && { ...args, itemEdges };
      },
      'row beyond the end': (args) => ({ ...args, rows: Int32Array.of(args.matrix.numNodes) }),
      'negative row': (args) => ({ ...args, rows: Int32Array.of(-1) }),
      'a row twice': (args) => (args.matrix.numNodes > 0 ? { ...args, rows: Int32Array.of(0, 0) } : undefined),
      'fan-out 0': (args) => ({ ...args, fanOuts: [0], keys: [{ low: 1, high: 2 }] }),
      'half a fan-out': (args) => ({ ...args, fanOuts: [1.5], keys: [{ low: 1, high: 2 }] }),
      'a key more': (args) => ({ ...args, keys: [...args.keys, { low: 1, high: 2 }] }),
    },
  ),
};
