/**
 * Runs every native kernel on fixed inputs of awkward sizes and prints, as one JSON object, a hash of the bits of each
 * result and some of its numbers. A process of its own, because the number of threads and the instruction set are read once, from the environment.
 */
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const built = fileURLToPath(new URL('../build/native/twinlight-native.node', import.meta.url));
const addon = createRequire(import.meta.url)(process.env.TWINLIGHT_ADDON || built);
const outputs = {};
/** Fresh array that is printed at the end; NaN first, so that an entry left out shows. */
const out = (name, length) => {
  outputs[name] = new Float32Array(length).fill(Number.NaN);
  return outputs[name];
};

let state = 1;
/** Any fixed sequence with values of both signs around 0 will do here. */
const noise = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 31 - 1;
};
const array = (length, scale = 1) => Float32Array.from({ length }, () => noise() * scale);
const indices = (length, limit) => Int32Array.from({ length }, () => Math.floor(((noise() + 1) / 2) * limit));

/** A sparse matrix with empty, short and very long rows. */
function sparse(numNodes) {
  const degrees = Int32Array.from({ length: numNodes }, (_, r) => (r === 7 ? 3000 : r % 5 === 0 ? 0 : r % 37));
  const offsets = new Int32Array(numNodes + 1);
  for (let r = 0; r < numNodes; r++) offsets[r + 1] = offsets[r] + degrees[r];
  return { offsets, columns: indices(offsets[numNodes], numNodes), values: array(offsets[numNodes]) };
}

{
  const { offsets, columns } = sparse(1500);
  const even = columns.length - (columns.length % 2);
  const pattern = [offsets.map((at) => Math.min(at, even)), columns.slice(0, even)];
  const itemEdges = indices(even / 2, even / 2);
  addon.dropEdges(...pattern, itemEdges, undefined, 0.25, 123, 456, out('dropped edges', even));
}

for (const dim of [1, 3, 7, 64, 100]) {
  const numNodes = 1500;
  const matrix = sparse(numNodes);
  const x = array(numNodes * dim);
  const hop = { ...matrix, x, out: out(`propagate ${dim}`, numNodes * dim) };
  addon.propagate([hop, { ...hop, out: out(`propagate again ${dim}`, numNodes * dim) }], dim);
  addon.propagate([{ ...hop, accumulate: true }], dim);
  const rows = Int32Array.of(7, 0, 1499, 3);
  addon.propagate([{ ...hop, rows, out: out(`propagate rows ${dim}`, rows.length * dim) }], dim);
  const positions = new Int32Array(numNodes).map((_, node) => (node % 3 === 0 ? node / 3 : -1));
  addon.propagate([{ ...hop, x: x.slice(0, 500 * dim), positions, out: out(`mapped ${dim}`, numNodes * dim) }], dim);
  const picked = indices(3000, numNodes);
  const gathered = out(`gather ${dim}`, picked.length * dim);
  addon.gatherRows(x, picked, dim, 0.5, false, gathered);
  addon.gatherRows(x, picked, dim, 2, true, gathered);
  addon.scatterAddRows(gathered, picked, dim, 0.7, true, out(`scatter ${dim}`, numNodes * dim));
  addon.perturb(x, dim, null, 0.1, 123456789, 987654321, out(`perturb ${dim}`, x.length));
  addon.normalizeRows(x, dim, 1e-12, out(`unit ${dim}`, x.length), out(`norms ${dim}`, numNodes));
  const gradient = array(x.length);
  const unit = outputs[`unit ${dim}`];
  addon.normalizeRowsGradient(unit, outputs[`norms ${dim}`], gradient, dim, out(`unit gradient ${dim}`, x.length));

  const [numQueries, numKeys] = [701, 333];
  const queries = array(numQueries * dim);
  const keys = array(numKeys * dim);
  const maskOffsets = Int32Array.from({ length: numQueries + 1 }, (_, i) => Math.min(i, numQueries - 1));
  const maskValues = Int32Array.from({ length: numQueries - 1 }, (_, i) => (i + 1) % numKeys);
  const loss = addon.softmaxLoss(
    queries,
    keys,
    dim,
    Int32Array.from({ length: numQueries }, (_, i) => i % numKeys),
    0.3,
    array(numKeys),
    maskOffsets,
    maskValues,
    array(numQueries).map(Math.abs),
    out(`per query ${dim}`, numQueries),
    out(`query gradient ${dim}`, queries.length),
    out(`key gradient ${dim}`, keys.length),
  );
  const decoupled = addon.softmaxLoss(
    queries,
    keys,
    dim,
    Int32Array.from({ length: numQueries }, (_, i) => i % numKeys),
    0.3,
    undefined,
    undefined,
    undefined,
    undefined,
    out(`decoupled per query ${dim}`, numQueries),
    out(`decoupled query gradient ${dim}`, queries.length),
    out(`decoupled key gradient ${dim}`, keys.length),
    undefined,
    true,
  );
  outputs[`loss ${dim}`] = [loss, decoupled];

  const packed = addon.allocate(addon.packedItems(numKeys) * dim);
  addon.packItems(keys, dim, packed);
  for (const [k, queryTile, itemBlock] of [
    [3, 0, 0],
    [20, 7, 100],
    [300, 0, 0],
  ]) {
    const found = new Int32Array(numQueries * k);
    const scores = out(`top ${k} scores ${dim}`, numQueries * k);
    const hidden = [maskOffsets, maskValues];
    addon.topK(queries, packed, numKeys, dim, queryTile, itemBlock, k, ...hidden, found, scores);
    const counts = [new Int32Array(numQueries - 1), new Int32Array(numQueries)];
    const wanted = [maskOffsets, maskValues.map((item) => (item + 5) % numKeys)];
    addon.rankCount(queries, packed, numKeys, dim, queryTile, itemBlock, ...wanted, ...hidden, ...counts);
    outputs[`positions ${k} ${dim}`] = counts[0];
    outputs[`ids ${k} ${dim}`] = found;
  }
}

for (const [m, n, k] of [
  [1, 1, 1],
  [13, 70, 300],
  [200, 5, 64],
  [64, 64, 1900],
]) {
  for (const [ta, tb] of [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ]) {
    addon.matMul(array(m * k), array(k * n), m, n, k, ta, tb, out(`matMul ${m} ${n} ${k} ${ta} ${tb}`, m * n));
  }
}
const long = array(100_003, 20);
for (const kind of [0, 1, 2, 3, 4, 5]) {
  addon.binary(kind, long, 0, array(long.length), 0, 1, long.length, out(`binary ${kind}`, long.length));
}
for (const kind of [0, 2, 3]) addon.unary(kind, long, out(`unary ${kind}`, long.length));
addon.unary(1, long.map(Math.abs), out('unary 1', long.length));
addon.addAll([long, long, array(long.length)], out('addAll', long.length));
outputs.sum = [addon.sum(long)];
const [rows, columns] = [1009, 99];
const table = array(rows * columns, 5);
addon.sumRows(table, rows, columns, out('sumRows', rows));
addon.softmaxRows(table, rows, columns, out('softmax', table.length));
addon.transpose(table, rows, columns, out('transpose', table.length));
const codes = out('codes', table.length);
outputs.columnError = [addon.sinkhorn(table, rows, columns, 0.5, 3, codes)];
outputs.softLoss = [addon.softCrossEntropy(table, codes, rows, columns, 0.2, out('soft gradient', table.length))];
const parameter = out('parameter', long.length);
parameter.set(long);
const moments = [out('m', long.length).fill(0), out('v', long.length).fill(0)];
for (const step of [1, 2]) {
  addon.adam(parameter, long, ...moments, 0.1 / (1 - 0.9 ** step), 0.9, 0.999, 1e-8, 1 / (1 - 0.999 ** step), 0.01);
}

{
  const dim = 65;
  const source = array(2000 * dim);
  const offsets = Int32Array.from({ length: 1501 }, (_, row) => 3 * row);
  const columns = Int32Array.from({ length: 4500 }, (_, entry) => (entry * 7919) % 2000);
  addon.propagateBlock(offsets, columns, array(4500), source, dim, out('block', 1500 * dim), false);
  const nodes = 900;
  const starts = Int32Array.from({ length: nodes + 1 }, (_, node) => 20 * node);
  const neighbors = Int32Array.from({ length: 20 * nodes }, (_, entry) => (entry * 7919) % nodes);
  const itemEdges = Int32Array.from({ length: 10 * nodes }, (_, entry) => (entry * 31) % (10 * nodes));
  const numRows = 700;
  const nodeAt = Int32Array.from({ length: nodes }, (_, place) => nodes - 1 - place);
  const placeOf = new Int32Array(nodes).fill(-1);
  for (let place = 0; place < numRows; place++) placeOf[nodeAt[place]] = place;
  const hop = new Int32Array(numRows + 1);
  const entries = addon.hopOffsets(starts, nodeAt, numRows, 7, hop);
  const drawn = [new Int32Array(entries), new Int32Array(entries), new Float32Array(entries)];
  const matrix = [starts, neighbors, array(20 * nodes), itemEdges];
  const places = addon.drawHop(...matrix, 7, 123, 456, nodeAt, placeOf, numRows, hop, ...drawn);
  const transposed = [places + 1, entries, entries].map((length) => new Int32Array(length));
  addon.transposePattern(hop, drawn[0], places, ...transposed);
  Object.assign(outputs, { hop, drawnColumns: drawn[0], drawnEdges: drawn[1], drawnValues: drawn[2] });
  Object.assign(outputs, { transposedRows: transposed[1], transposedOrder: transposed[2] });
  const touched = out('touched', source.length);
  touched.set(source);
  const moments = [out('touched m', source.length).fill(0), out('touched v', source.length).fill(0)];
  const rows = Int32Array.from({ length: 900 }, (_, i) => (i * 997) % 2000);
  addon.adamRows(touched, array(900 * dim), rows, dim, ...moments, 0.1, 0.9, 0.999, 1e-8, 1000, 0.01);
}

/** Every 97th number; what JSON cannot say, as text. */
const sample = (values) =>
  Array.from(values)
    .filter((_, i) => i % 97 === 0)
    .map((value) => (Number.isFinite(value) ? value : String(value)));
const bits = (values) => createHash('sha256').update(Float64Array.from(values)).digest('hex');
process.stdout.write(
  JSON.stringify({
    ...addon.info(),
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, values]) => [name, { bits: bits(values), sample: sample(values) }]),
    ),
  }),
);
