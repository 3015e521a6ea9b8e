/** Cases of the ops over graphs. */
import { type CounterKey, drawCounterKey } from '../../src/core/counter-rng.js';
import type { Rng } from '../../src/core/rng.js';
import { type Adjacency, normalizedAdjacency } from '../../src/graph/adjacency.js';
import { type BipartiteCsr, buildBipartiteCsr } from '../../src/graph/bipartite-csr.js';
import {
  type BlockHop,
  type BlockPass,
  blockLayerRows,
  dropEdges,
  type LayerPass,
  layerRows,
  propagate,
  type SparseMatrix,
  sparseMatrix,
  sparseProduct,
} from '../../src/ops/index.js';
import {
  asInt,
  asVector,
  BAD_NOISE,
  differentiated,
  indices,
  inPart,
  lastAs,
  matrixOf,
  type Noise,
  type OpCase,
  oneRowMore,
  opCase,
  type Plain,
  type Sizes,
  someOf,
} from './op-case.js';

export function graphOf({ a, b }: Sizes, rng: Rng): BipartiteCsr {
  const pairs = Array.from({ length: a * b }, (_, at) => at).filter(() => rng.uniform() < 0.4);
  return buildBipartiteCsr(
    {
      userIndex: Int32Array.from(pairs, (at) => Math.floor(at / b)),
      itemIndex: Int32Array.from(pairs, (at) => at % b),
      ...(rng.uniform() < 0.5 && { weight: Float32Array.from(pairs, () => 0.5 + rng.uniform()) }),
    },
    { numUsers: a, numItems: b },
  );
}

/** Ways to spoil a matrix in compressed rows. */
export const BAD_ROWS: Readonly<Record<string, (matrix: Adjacency) => Adjacency | undefined>> = {
  'column beyond the end': (m) => withColumns(m, lastAs(m.columns, m.numNodes)),
  'negative column': (m) => withColumns(m, lastAs(m.columns, -1)),
  'offsets beyond the entries': (m) => ({ ...m, offsets: lastAs(m.offsets, m.columns.length + 3)! }),
  'offsets that fall': (m) =>
    m.offsets.length > 2 ? { ...m, offsets: Int32Array.from(m.offsets, (_, i) => -i) } : undefined,
  'a value short': (m) => (m.values.length > 0 ? { ...m, values: m.values.slice(1) } : undefined),
  'a row short': (m) => ({ ...m, offsets: m.offsets.slice(0, -1) }),
};
function withColumns(matrix: Adjacency, columns: Int32Array | undefined): Adjacency | undefined {
  return columns && { ...matrix, columns };
}
interface Passes<Pass> {
  readonly table: Plain;
  readonly passes: readonly Pass[];
}
const inFirst = <Pass>(args: Passes<Pass>, change: Partial<Pass>): Passes<Pass> => ({
  ...args,
  passes: [{ ...args.passes[0], ...change }, ...args.passes.slice(1)],
});
const combinationsOf = (numLayers: number, rng: Rng): number[][] =>
  Array.from({ length: 1 + rng.integer(2) }, () => Array.from({ length: numLayers + 1 }, () => rng.integer(3) / 2));
const noiseOf = (numLayers: number, rng: Rng): Noise | undefined =>
  rng.uniform() < 0.4
    ? { magnitude: 0.2, keys: Array.from({ length: numLayers }, () => drawCounterKey(rng)) }
    : undefined;

function layerPass(sizes: Sizes, rng: Rng): LayerPass {
  const numLayers = rng.integer(4);
  const numNodes = sizes.a + sizes.b;
  return {
    matrix: rng.uniform() < 0.8 ? normalizedAdjacency(graphOf(sizes, rng)) : undefined,
    numLayers,
    noise: noiseOf(numLayers, rng),
    rows: someOf(numNodes, rng),
    combinations: combinationsOf(numLayers, rng),
  };
}

/** A hop from `numColumns` to the first `numRows` nodes, both ways. */
function hopOf(numRows: number, numColumns: number, rng: Rng): BlockHop {
  const rows = Array.from({ length: numRows }, () => Array.from(indices(rng.integer(4), numColumns, rng)));
  const entries = rows.flatMap((columns, row) => columns.map((column) => ({ row, column, value: rng.normal() })));
  const compressed = (list: typeof entries, size: number, by: 'row' | 'column', other: 'row' | 'column') => {
    const offsets = new Int32Array(size + 1);
    for (const entry of list) offsets[entry[by] + 1]++;
    for (let i = 0; i < size; i++) offsets[i + 1] += offsets[i];
    return {
      offsets,
      columns: Int32Array.from(list, (entry) => entry[other]),
      values: Float32Array.from(list, ({ value }) => value),
    };
  };
  const byColumn = [...entries].sort((x, y) => x.column - y.column || x.row - y.row);
  return {
    matrix: compressed(entries, numRows, 'row', 'column'),
    transposed: compressed(byColumn, numColumns, 'column', 'row'),
  };
}

function blockPass(numLocal: number, rng: Rng): BlockPass {
  const numLayers = rng.integer(3);
  const hops: BlockHop[] = [];
  let size = numLocal;
  const shrinks = rng.uniform() < 0.8;
  for (let k = 0; k < numLayers && shrinks; k++) {
    const numRows = size - rng.integer(Math.min(size, 3) + 1);
    hops.push(hopOf(numRows, size, rng));
    size = numRows;
  }
  return {
    hops,
    numLayers,
    noise: noiseOf(numLayers, rng),
    nodes: rng.permutation(numLocal),
    rows: someOf(size, rng),
    combinations: combinationsOf(numLayers, rng),
  };
}
const lastHop = ({ passes: [{ hops }] }: Passes<BlockPass>): Adjacency | undefined => {
  const matrix = hops.at(-1)?.matrix;
  // the number of columns, as the spoilers know it
  return matrix && { ...matrix, numNodes: hops.at(-1)!.transposed.offsets.length - 1 };
};

interface DropArguments {
  readonly pattern: Adjacency;
  readonly graph: BipartiteCsr;
  readonly probability: number;
  readonly key: CounterKey;
}

interface ProductArguments {
  readonly matrix: SparseMatrix;
  readonly x: Plain;
}
/** A matrix says itself how many rows it has: one that ends before an empty row is another one. */
const { 'a row short': _, ...BAD_PRODUCT_ROWS } = BAD_ROWS;
const inMatrix = (args: ProductArguments, matrix: Adjacency): ProductArguments => ({
  ...args,
  matrix: { ...matrix, numColumns: args.matrix.numColumns, transposed: args.matrix.transposed },
});

export const SPARSE_CASES: Readonly<Record<string, OpCase>> = {
  sparseProduct: opCase<ProductArguments>(
    ({ a, b, dim }, rng) => {
      const { matrix } = hopOf(a, b, rng);
      return { matrix: sparseMatrix(matrix, b), x: matrixOf(b, dim, rng) };
    },
    ({ matrix, x }) => differentiated((t) => sparseProduct(matrix, t), x),
    {
      ...inPart(BAD_PRODUCT_ROWS, ({ matrix }) => ({ ...matrix, numNodes: matrix.numColumns }), inMatrix),
      'a row of x more': (args) => ({ ...args, x: oneRowMore(args.x) }),
      'x of integers': (args) => ({ ...args, x: asInt(args.x) }),
      'x a vector': (args) => ({ ...args, x: asVector(args.x) }),
    },
  ),
  propagate: opCase<{ readonly adjacency: Adjacency; readonly x: Plain }>(
    (sizes, rng) => ({
      adjacency: normalizedAdjacency(graphOf(sizes, rng)),
      x: matrixOf(sizes.a + sizes.b, sizes.dim, rng),
    }),
    ({ adjacency, x }) => differentiated((input) => propagate(adjacency, input), x),
    {
      ...inPart(
        BAD_ROWS,
        ({ adjacency }) => adjacency,
        (args, adjacency) => ({ ...args, adjacency }),
      ),
      'a row more': (args) => ({ ...args, x: oneRowMore(args.x) }),
      'a vector': (args) => ({ ...args, x: asVector(args.x) }),
      integers: (args) => ({ ...args, x: asInt(args.x) }),
    },
  ),
  dropEdges: opCase<DropArguments>(
    (sizes, rng) => {
      const graph = graphOf(sizes, rng);
      return { pattern: normalizedAdjacency(graph), graph, probability: rng.uniform() * 0.9, key: drawCounterKey(rng) };
    },
    ({ pattern, graph, probability, key }) => {
      const { matrix, keptEdges } = dropEdges(pattern, graph, probability, key);
      return { values: matrix.values, keptEdges: Float32Array.from(keptEdges) };
    },
    {
      ...inPart(
        { ...BAD_ROWS, 'a value short': () => undefined },
        ({ pattern }) => pattern,
        (args, pattern) => ({ ...args, pattern }),
      ),
      'edge beyond the end': (args) => {
        const itemEdges = lastAs(args.graph.itemEdges, args.graph.numEdges);
        return itemEdges && { ...args, graph: { ...args.graph, itemEdges } };
      },
      'an edge short': (args) =>
        args.graph.numEdges > 0
          ? { ...args, graph: { ...args.graph, itemEdges: args.graph.itemEdges.slice(1) } }
          : undefined,
      'a weight more': (args) => ({
        ...args,
        graph: { ...args.graph, weight: new Float32Array(args.graph.numEdges + 1).fill(1) },
      }),
      'probability 1': (args) => ({ ...args, probability: 1 }),
      'negative probability': (args) => ({ ...args, probability: -0.1 }),
      'probability NaN': (args) => ({ ...args, probability: Number.NaN }),
    },
  ),
  layerRows: opCase<Passes<LayerPass>>(
    (sizes, rng) => ({
      table: matrixOf(sizes.a + sizes.b, sizes.dim, rng),
      passes: Array.from({ length: 1 + rng.integer(2) }, () => layerPass(sizes, rng)),
    }),
    ({ table, passes }) => differentiated((input) => layerRows(input, passes), table),
    {
      ...inPart<Passes<LayerPass>, Adjacency>(
        BAD_ROWS,
        ({ passes }) => passes[0].matrix,
        (args, matrix) => inFirst(args, { matrix }),
      ),
      ...inPart<Passes<LayerPass>, Noise>(
        BAD_NOISE,
        ({ passes }) => passes[0].noise,
        (args, noise) => inFirst(args, { noise }),
      ),
      'row beyond the end': (args) => inFirst(args, { rows: Int32Array.of(args.table.shape[0]) }),
      'negative row': (args) => inFirst(args, { rows: Int32Array.of(-1) }),
      'a row twice': (args) => (args.table.shape[0] > 0 ? inFirst(args, { rows: Int32Array.of(0, 0) }) : undefined),
      'a weight more': (args) =>
        inFirst(args, { combinations: [new Array<number>(args.passes[0].numLayers + 2).fill(1)] }),
      'half a layer': (args) => inFirst(args, { numLayers: args.passes[0].numLayers + 0.5 }),
      'a vector': (args) => ({ ...args, table: asVector(args.table) }),
      integers: (args) => ({ ...args, table: asInt(args.table) }),
    },
  ),
  blockLayerRows: opCase<Passes<BlockPass>>(
    ({ a, dim }, rng) => ({
      table: matrixOf(a, dim, rng),
      passes: Array.from({ length: 1 + rng.integer(2) }, () => blockPass(a, rng)),
    }),
    ({ table, passes }) => differentiated((input) => blockLayerRows(input, passes), table),
    {
      ...inPart<Passes<BlockPass>, Adjacency>(BAD_ROWS, lastHop, (args, matrix) => {
        const hops = [...args.passes[0].hops];
        hops.push({ ...hops.pop()!, matrix });
        return inFirst(args, { hops });
      }),
      ...inPart<Passes<BlockPass>, Noise>(
        BAD_NOISE,
        ({ passes }) => passes[0].noise,
        (args, noise) => inFirst(args, { noise }),
      ),
      'row beyond the end': (args) => inFirst(args, { rows: Int32Array.of(args.table.shape[0]) }),
      'negative row': (args) => inFirst(args, { rows: Int32Array.of(-1) }),
      'a node short': (args) =>
        args.table.shape[0] > 0 ? inFirst(args, { nodes: args.passes[0].nodes.slice(1) }) : undefined,
      'a layer more': (args) => inFirst(args, { numLayers: args.passes[0].numLayers + 1 }),
      'a vector': (args) => ({ ...args, table: asVector(args.table) }),
      integers: (args) => ({ ...args, table: asInt(args.table) }),
    },
  ),
};
