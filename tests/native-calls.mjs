/**
 * For every function of the native addon, arguments that fit: what the fuzz (`native-fuzz.mjs`) starts from and then
 * spoils. A function without an entry here fails the fuzz, so that none is added unfuzzed.
 */

/** Name of the function → what draws, from (draw, addon), arguments that it takes. */
export const CALLS = {
  info: () => [],
  allocate: (draw) => [draw.rows()],
  checkMatrix(draw) {
    const numNodes = draw.rows();
    const { offsets, values } = draw.ragged(numNodes, numNodes, 6);
    return [offsets, values, numNodes];
  },
  propagate(draw) {
    const dim = draw.dim();
    const numNodes = draw.rows();
    const numRows = draw.flag() ? draw.length() : undefined;
    const hops = [];
    for (let count = 1 + draw.below(3); count > 0; count--) {
      hops.push(hopOf(draw, numNodes, dim, numNodes > 0 ? numRows : undefined, hops[0]?.out));
    }
    return [hops, dim];
  },
  dropEdges(draw) {
    const numNodes = draw.rows();
    const { offsets, values: columns } = draw.ragged(numNodes, numNodes, 6);
    const even = evened(offsets, columns);
    const entries = even.length;
    const itemEdges = draw.indices(entries / 2, entries / 2);
    const weight = draw.flag() ? undefined : draw.floats(entries / 2).map(Math.abs);
    const words = [draw.below(2 ** 32), draw.below(2 ** 32) - 2 ** 31];
    return [offsets, even, itemEdges, weight, 0.5, ...words, draw.floats(entries)];
  },
  gatherRows(draw) {
    const dim = draw.dim();
    const numRows = draw.rows();
    const rows = draw.indices(draw.rows(), numRows);
    return [draw.floats(numRows * dim), rows, dim, draw.one([1, 0.5]), draw.flag(), draw.floats(rows.length * dim)];
  },
  scatterAddRows(draw) {
    const dim = draw.dim();
    const numRows = draw.rows();
    const rows = draw.indices(draw.rows(), numRows);
    return [draw.floats(rows.length * dim), rows, dim, draw.one([1, 0.5]), draw.flag(), draw.floats(numRows * dim)];
  },
  perturb(draw) {
    const dim = draw.dim();
    const numRows = draw.rows();
    const x = draw.floats(numRows * dim);
    const nodes = draw.flag() ? draw.indices(numRows, 1000) : null;
    const words = [draw.below(2 ** 32), draw.below(2 ** 32) - 2 ** 31];
    return [x, dim, nodes, 0.1, ...words, draw.flag() ? x : draw.floats(x.length)];
  },
  adam(draw) {
    const length = draw.rows() * draw.dim();
    const moments = [draw.floats(length), draw.floats(length).map(Math.abs)];
    return [draw.floats(length), draw.floats(length), ...moments, 0.01, 0.9, 0.999, 1e-8, 1.5, 0.001];
  },
  hopOffsets(draw) {
    const numNodes = draw.rows();
    const { offsets } = draw.ragged(numNodes, 100, 6);
    const numRows = draw.below(numNodes + 1);
    return [offsets, places(draw, numNodes).nodeAt, numRows, draw.below(5), draw.indices(numRows + 1, 100)];
  },
  drawHop(draw, addon) {
    const numNodes = draw.rows();
    const { offsets, values } = draw.ragged(numNodes, numNodes, 6);
    const columns = evened(offsets, values);
    const itemEdges = draw.indices(columns.length / 2, columns.length / 2);
    const numRows = draw.below(numNodes + 1);
    const { nodeAt, placeOf } = places(draw, numNodes, numRows);
    const fanOut = draw.below(5);
    const starts = draw.make(Int32Array, numRows + 1);
    const entries = addon.hopOffsets(offsets, nodeAt, numRows, fanOut, starts);
    const words = [draw.below(2 ** 32), draw.below(2 ** 32) - 2 ** 31];
    const out = [draw.indices(entries, 1), draw.indices(entries, 1), draw.floats(entries)];
    const matrix = [offsets, columns, draw.floats(columns.length), itemEdges];
    return [...matrix, fanOut, ...words, nodeAt, placeOf, numRows, starts, ...out];
  },
  transposePattern(draw) {
    const numColumns = draw.rows();
    const { offsets, values } = draw.ragged(draw.rows(), numColumns, 6);
    const out = [numColumns + 1, values.length, values.length].map((length) => draw.indices(length, 100));
    return [offsets, values, numColumns, ...out];
  },
  propagateBlock(draw) {
    const dim = draw.dim();
    const numColumns = draw.rows();
    const { offsets, values: columns } = draw.ragged(draw.rows(), numColumns, 6);
    const out = draw.floats((offsets.length - 1) * dim);
    return [offsets, columns, draw.floats(columns.length), draw.floats(numColumns * dim), dim, out, draw.flag()];
  },
  adamRows(draw) {
    const dim = draw.dim();
    const rows = draw.indices(draw.rows(), 1);
    // distinct, in another order than the table's
    for (let i = 0; i < rows.length; i++) rows[i] = rows.length - i;
    const length = (rows.length + 1) * dim;
    const moments = [draw.floats(length), draw.floats(length).map(Math.abs)];
    return [
      draw.floats(length),
      draw.floats(rows.length * dim),
      rows,
      dim,
      ...moments,
      0.01,
      0.9,
      0.999,
      1e-8,
      1.5,
      0.001,
    ];
  },
  normalizeRows(draw) {
    const dim = draw.dim();
    const numRows = draw.rows();
    return [draw.floats(numRows * dim), dim, 1e-12, draw.floats(numRows * dim), draw.floats(numRows)];
  },
  normalizeRowsGradient(draw) {
    const dim = draw.dim();
    const numRows = draw.rows();
    const table = () => draw.floats(numRows * dim);
    return [table(), draw.floats(numRows), table(), dim, table()];
  },
  softmaxLoss(draw) {
    const dim = draw.dim();
    const numKeys = Math.max(1, draw.rows());
    const numQueries = draw.rows();
    const masked = draw.flag() ? draw.ragged(numQueries, numKeys, 4) : undefined;
    return [
      draw.floats(numQueries * dim),
      draw.floats(numKeys * dim),
      dim,
      draw.indices(numQueries, numKeys),
      draw.one([0.01, 0.3, 1]),
      draw.flag() ? draw.floats(numKeys) : undefined,
      masked?.offsets,
      masked?.values,
      draw.flag() ? draw.floats(numQueries) : null,
      draw.floats(numQueries),
      draw.floats(numQueries * dim),
      draw.floats(numKeys * dim),
      masked && draw.flag() ? draw.floats(masked.values.length) : undefined,
      draw.flag(),
    ];
  },
  softCrossEntropy(draw) {
    const [numRows, numClasses] = [draw.rows(), draw.dim()];
    const table = () => draw.floats(numRows * numClasses);
    return [table(), table(), numRows, numClasses, 0.2, table()];
  },
  sinkhorn(draw) {
    const [numSamples, numPrototypes] = [draw.rows(), draw.dim()];
    const table = () => draw.floats(numSamples * numPrototypes);
    return [table(), numSamples, numPrototypes, draw.one([0.05, 0.0001]), draw.below(4), table()];
  },
  matMul(draw) {
    const [m, n, k] = [draw.rows(), draw.length(), draw.chance(0.05) ? 300 : draw.length()];
    return [draw.floats(m * k), draw.floats(k * n), m, n, k, draw.flag(), draw.flag(), draw.floats(m * n)];
  },
  binary(draw) {
    const [numRows, numColumns] = [draw.rows(), draw.length()];
    const operand = () => {
      const repeats = draw.below(4);
      return [draw.floats((repeats & 1 ? 1 : numRows) * (repeats & 2 ? 1 : numColumns)), repeats];
    };
    return [draw.below(6), ...operand(), ...operand(), numRows, numColumns, draw.floats(numRows * numColumns)];
  },
  unary(draw) {
    const length = draw.rows() * draw.dim();
    return [draw.below(4), draw.floats(length), draw.floats(length)];
  },
  addAll(draw) {
    const length = draw.rows() * draw.dim();
    return [Array.from({ length: 2 + draw.below(3) }, () => draw.floats(length)), draw.floats(length)];
  },
  sumRows(draw) {
    const [numRows, numColumns] = [draw.rows(), draw.length()];
    return [draw.floats(numRows * numColumns), numRows, numColumns, draw.floats(numRows)];
  },
  sum: (draw) => [draw.floats(draw.rows() * draw.dim())],
  packedItems: (draw) => [draw.rows()],
  packItems(draw, addon) {
    const [numItems, dim] = [draw.rows(), draw.dim()];
    return [draw.floats(numItems * dim), dim, draw.floats(addon.packedItems(numItems) * dim)];
  },
  topK(draw, addon) {
    const { numQueries, numItems, args } = scoredItems(draw, addon);
    const k = draw.one([1, 3, 20]);
    const exclude = draw.flag() ? draw.ragged(numQueries, numItems, 5) : undefined;
    const results = [draw.make(Int32Array, numQueries * k), draw.floats(numQueries * k)];
    return [...args, k, exclude?.offsets, exclude?.values, ...results];
  },
  rankCount(draw, addon) {
    const { numQueries, numItems, args } = scoredItems(draw, addon);
    const wanted = draw.ragged(numQueries, numItems, 3);
    const exclude = draw.flag() ? draw.ragged(numQueries, numItems, 5) : undefined;
    const results = [draw.make(Int32Array, wanted.values.length), draw.make(Int32Array, numQueries)];
    return [...args, wanted.offsets, wanted.values, exclude?.offsets, exclude?.values, ...results];
  },
  softmaxRows: tableToTable,
  transpose: tableToTable,
};

/** What topK and rankCount begin with. */
function scoredItems(draw, addon) {
  const [numQueries, numItems, dim] = [draw.rows(), draw.rows(), draw.dim()];
  const packed = draw.floats(addon.packedItems(numItems) * dim);
  const blocks = [draw.one([0, 0, 1, 5]), draw.one([0, 0, 1, 64])];
  return { numQueries, numItems, args: [draw.floats(numQueries * dim), packed, numItems, dim, ...blocks] };
}

function tableToTable(draw) {
  const [numRows, numColumns] = [draw.rows(), draw.length()];
  return [draw.floats(numRows * numColumns), numRows, numColumns, draw.floats(numRows * numColumns)];
}

/** One hop; `numRows` undefined: all rows. `earlier`: a result to add to. */
function hopOf(draw, numNodes, dim, numRows, earlier) {
  const { offsets, values: columns } = draw.ragged(numNodes, numNodes, draw.one([1, 6, 40]));
  const hop = { offsets, columns, values: draw.floats(columns.length) };
  if (draw.flag()) {
    const sourceRows = draw.length();
    hop.positions = draw.indices(numNodes, sourceRows + 1).map((at) => at - 1);
    hop.x = draw.floats(sourceRows * dim);
  } else hop.x = draw.floats(numNodes * dim);
  if (numRows !== undefined) hop.rows = draw.indices(numRows, numNodes);
  if (earlier && draw.flag()) return { ...hop, out: earlier, accumulate: true };
  return { ...hop, out: draw.floats((numRows ?? numNodes) * dim), accumulate: draw.flag() };
}

/** A pattern has two entries an edge: an odd last entry is left out. */
function evened(offsets, columns) {
  const even = columns.length - (columns.length % 2);
  for (let row = 0; row < offsets.length; row++) offsets[row] = Math.min(offsets[row], even);
  return columns.slice(0, even);
}

/** A block of the last `numRows` nodes. */
function places(draw, numNodes, numRows = numNodes) {
  const nodeAt = draw.make(Int32Array, numNodes);
  const placeOf = draw.make(Int32Array, numNodes).fill(-1);
  for (let place = 0; place < numRows; place++) {
    nodeAt[place] = numNodes - 1 - place;
    placeOf[nodeAt[place]] = place;
  }
  return { nodeAt, placeOf };
}
