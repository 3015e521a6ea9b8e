/**
 * What is measured: every kernel of the addon with arrays of the sizes that training on a data set like gowalla has,
 * and what one call must at least move and compute. Bytes count every array once, and for gathers every row that is read
 * once per read (they do not fit a cache); flops count a fused multiply-add as two.
 */

/** Power-law bipartite pattern in compressed rows, both directions, deterministic. */
function pattern(numUsers, numItems, perUser) {
  let state = 12345;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const numNodes = numUsers + numItems;
  const chosen = Array.from({ length: numUsers }, () => {
    const items = new Set();
    while (items.size < perUser) items.add(Math.floor(numItems * uniform() ** 2));
    return [...items].sort((a, b) => a - b);
  });
  const numEdges = numUsers * perUser;
  const offsets = new Int32Array(numNodes + 1);
  const columns = new Int32Array(2 * numEdges);
  const itemEdges = new Int32Array(numEdges);
  const degree = new Int32Array(numItems);
  let at = 0;
  for (const [user, items] of chosen.entries()) {
    for (const item of items) {
      columns[at++] = numUsers + item;
      degree[item]++;
    }
    offsets[user + 1] = at;
  }
  for (let item = 0; item < numItems; item++) offsets[numUsers + item + 1] = offsets[numUsers + item] + degree[item];
  const next = offsets.slice(numUsers, numNodes);
  for (const [user, items] of chosen.entries()) {
    for (const [i, item] of items.entries()) {
      itemEdges[next[item] - numEdges] = offsets[user] + i;
      columns[next[item]++] = user;
    }
  }
  const values = Float32Array.from(columns, (column, entry) => 1 / (1 + ((column + entry) % 97)));
  return { numNodes, offsets, columns, values, itemEdges };
}

/** @returns [{ name, call, bytes, flops }], one a kernel */
export function kernels(addon, tiny) {
  const scale = tiny ? 100 : 1;
  const dim = 64;
  const batch = tiny ? 128 : 2048;
  const graph = pattern(Math.ceil(30_000 / scale), Math.ceil(40_000 / scale), 24);
  const { numNodes, offsets, columns, values, itemEdges } = graph;
  const entries = columns.length;
  const floats = (length, from = -0.5) => {
    const array = addon.allocate(length);
    for (let i = 0; i < length; i++) array[i] = from + ((i * 7919) % 1000) / 1000;
    return array;
  };
  const table = floats(numNodes * dim);
  const other = floats(numNodes * dim);
  const out = floats(numNodes * dim);
  const m = floats(numNodes * dim);
  const v = floats(numNodes * dim, 0);
  const norms = floats(numNodes);
  const rows = Int32Array.from({ length: batch }, (_, i) => (i * 7919) % numNodes).sort();
  const positions = new Int32Array(numNodes).fill(-1);
  for (let i = 0; i < batch; i++) positions[rows[i]] = i;
  const some = floats(batch * dim);
  const [queries, keys, queryGradient, keyGradient] = [0, 1, 2, 3].map(() => floats(batch * dim));
  const diagonal = Int32Array.from({ length: batch }, (_, i) => i);
  const perQuery = new Float32Array(batch);
  const numPrototypes = 64;
  const scores = floats(batch * numPrototypes);
  const codes = new Float32Array(batch * numPrototypes);
  const square = floats(batch * batch);
  const numItems = tiny ? 400 : 40_000;
  const packed = addon.allocate(addon.packedItems(numItems) * dim);
  addon.packItems(table.subarray(0, numItems * dim), dim, packed);
  const k = 20;
  const ids = new Int32Array(batch * k);
  const best = new Float32Array(batch * k);
  const relevant = Int32Array.from({ length: batch + 1 }, (_, i) => i);
  const relevantItems = Int32Array.from({ length: batch }, (_, i) => (i * 31) % numItems);
  const counted = [new Int32Array(batch), new Int32Array(batch)];
  const row = 4 * dim;
  const whole = 4 * numNodes * dim;
  const hop = { offsets, columns, values };
  let wanted = 0;
  for (const node of rows) wanted += offsets[node + 1] - offsets[node];
  let known = 0;
  for (const column of columns) known += positions[column] >= 0 ? 1 : 0;
  const product = 2 * batch * batch * dim;
  return [
    {
      name: 'propagate',
      call: () => addon.propagate([{ ...hop, x: table, out }], dim),
      bytes: entries * (row + 8) + whole,
      flops: 2 * entries * dim,
    },
    {
      // of towers: a matrix that may be rectangular and serve one step, so that its indices are looked at in every call
      name: 'sparseProduct',
      call: () => addon.propagateBlock(offsets, columns, values, table, dim, out, false),
      bytes: entries * (row + 12) + whole,
      flops: 2 * entries * dim,
    },
    {
      name: 'propagate, rows of a batch',
      call: () => addon.propagate([{ ...hop, x: table, rows, out: some }], dim),
      bytes: wanted * (row + 8) + batch * row,
      flops: 2 * wanted * dim,
    },
    {
      name: 'propagate, from a batch',
      call: () => addon.propagate([{ ...hop, x: some, positions, out }], dim),
      bytes: entries * 12 + known * row + whole,
      flops: 2 * known * dim,
    },
    {
      name: 'dropEdges',
      call: () => addon.dropEdges(offsets, columns, itemEdges, undefined, 0.1, 1, 2, values),
      bytes: entries * 4 * 4,
      flops: entries * 8,
    },
    {
      name: 'gatherRows',
      call: () => addon.gatherRows(table, rows, dim, 1, false, some),
      bytes: 2 * batch * row,
      flops: 0,
    },
    {
      name: 'scatterAddRows',
      call: () => addon.scatterAddRows(some, rows, dim, 1, false, out),
      bytes: 3 * batch * row,
      flops: batch * dim,
    },
    {
      name: 'perturb',
      call: () => addon.perturb(table, dim, null, 0.1, 1, 2, out),
      bytes: 2 * whole,
      flops: 20 * numNodes * dim,
    },
    {
      name: 'adam',
      call: () => addon.adam(table, other, m, v, 1e-6, 0.9, 0.999, 1e-8, 1, 0),
      bytes: 7 * whole,
      flops: 12 * numNodes * dim,
    },
    {
      name: 'normalizeRows',
      call: () => addon.normalizeRows(other, dim, 1e-12, out, norms),
      bytes: 2 * whole,
      flops: 3 * numNodes * dim,
    },
    {
      name: 'normalizeRowsGradient',
      call: () => addon.normalizeRowsGradient(other, norms, m, dim, out),
      bytes: 3 * whole,
      flops: 5 * numNodes * dim,
    },
    {
      name: 'softmaxLoss',
      call: () =>
        addon.softmaxLoss(
          ...[queries, keys, dim, diagonal, 0.2, undefined, undefined, undefined, undefined],
          ...[perQuery, queryGradient, keyGradient],
        ),
      bytes: 4 * batch * row,
      // three products and an exponential, of some twenty operations, a logit
      flops: 3 * product + 24 * batch * batch,
    },
    {
      name: 'softCrossEntropy',
      call: () => addon.softCrossEntropy(scores, codes, batch, numPrototypes, 0.1, queryGradient),
      bytes: 3 * 4 * batch * numPrototypes,
      flops: 30 * batch * numPrototypes,
    },
    {
      name: 'sinkhorn',
      call: () => addon.sinkhorn(scores, batch, numPrototypes, 0.05, 3, codes),
      bytes: 2 * 4 * batch * numPrototypes,
      flops: 40 * batch * numPrototypes,
    },
    {
      name: 'matMul, A · Bᵀ',
      call: () => addon.matMul(queries, keys, batch, batch, dim, false, true, square),
      bytes: 4 * batch * batch,
      flops: product,
    },
    {
      name: 'matMul, A · B',
      call: () => addon.matMul(square, keys, batch, dim, batch, false, false, some),
      bytes: 4 * batch * batch,
      flops: product,
    },
    {
      name: 'matMul, Aᵀ · B',
      call: () => addon.matMul(square, keys, batch, dim, batch, true, false, some),
      bytes: 4 * batch * batch,
      flops: product,
    },
    {
      name: 'binary (multiply)',
      call: () => addon.binary(2, table, 0, other, 0, numNodes, dim, out),
      bytes: 3 * whole,
      flops: numNodes * dim,
    },
    { name: 'unary (square)', call: () => addon.unary(0, table, out), bytes: 2 * whole, flops: numNodes * dim },
    { name: 'addAll', call: () => addon.addAll([table, other], out), bytes: 3 * whole, flops: numNodes * dim },
    { name: 'sum', call: () => addon.sum(table), bytes: whole, flops: numNodes * dim },
    { name: 'sumRows', call: () => addon.sumRows(table, numNodes, dim, norms), bytes: whole, flops: numNodes * dim },
    {
      name: 'softmaxRows',
      call: () => addon.softmaxRows(table, numNodes, dim, out),
      bytes: 2 * whole,
      flops: 24 * numNodes * dim,
    },
    { name: 'transpose', call: () => addon.transpose(table, numNodes, dim, out), bytes: 2 * whole, flops: 0 },
    {
      name: 'topK',
      call: () => addon.topK(queries, packed, numItems, dim, 0, 0, k, undefined, undefined, ids, best),
      bytes: 4 * numItems * dim,
      flops: 2 * batch * numItems * dim,
    },
    {
      name: 'rankCount',
      call: () =>
        addon.rankCount(
          ...[queries, packed, numItems, dim, 0, 0, relevant, relevantItems, undefined, undefined],
          ...counted,
        ),
      bytes: 4 * numItems * dim,
      flops: 2 * batch * numItems * dim,
    },
  ];
}
