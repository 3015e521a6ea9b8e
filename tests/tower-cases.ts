/** Rows with towers by their definition, in dense loops that share nothing with the source: cases for the contract suite. */
import type { EncodedField } from '../src/data/index.js';
import type { RowsCase } from './encoder-cases.js';
import { randomMatrix } from './random-arrays.js';

export const CASE_SIZE = Object.freeze({ numUsers: 6, numItems: 8, dim: 4 });
const { numUsers, numItems, dim } = CASE_SIZE;
const numNodes = numUsers + numItems;

/** Rows of [value, weight] pairs. */
type Entries = readonly (readonly (readonly [number, number])[])[];

function fieldOf(name: string, numValues: number, rows: Entries): EncodedField {
  const offsets = Int32Array.from([0, ...rows.map((_, row) => rows.slice(0, row + 1).flat().length)]);
  const entries = rows.flat();
  return {
    name,
    numValues,
    offsets,
    columns: Int32Array.from(entries, ([value]) => value),
    values: Float32Array.from(entries, ([, weight]) => weight),
  };
}

const colour: Entries = Array.from({ length: numItems }, (_, item) => [[item % 4, 1] as const]);
const words: Entries = Array.from({ length: numItems }, (_, item) =>
  item === 2 ? [[0, 1] as const] : [[2, 0.5] as const, [3 + (item % 2), 0.25 * item] as const],
);
const city: Entries = Array.from({ length: numUsers }, (_, user) => [[user % 3, 1] as const]);
const fields = {
  item: [fieldOf('colour', 4, colour), fieldOf('words', 5, words)],
  user: [fieldOf('city', 3, city)],
};
/** The last item has no edge. */
const degrees = Int32Array.from({ length: numNodes }, (_, node) => (node === numNodes - 1 ? 0 : 2));

/** Σ_v x_kv E_k[v] of each entity, `[numRows][width]`. */
function pooled(rows: Entries, table: Float32Array, width: number): number[][] {
  return rows.map((entries) =>
    Array.from({ length: width }, (_, d) =>
      entries.reduce((sum, [value, weight]) => sum + weight * table[value * width + d], 0),
    ),
  );
}
const plus = (a: readonly number[], b: readonly number[]): number[] => a.map((x, i) => x + b[i]);
const times = (row: readonly number[], weights: Float32Array, outputs: number): number[] =>
  Array.from({ length: outputs }, (_, j) => row.reduce((sum, x, i) => sum + x * weights[i * outputs + j], 0));
const standardised = (row: readonly number[]): number[] => {
  const mean = row.reduce((sum, x) => sum + x, 0) / row.length;
  const variance = row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / row.length;
  return row.map((x) => (x - mean) / Math.sqrt(variance + 1e-5));
};
const rowsOf = (table: Float32Array, from = 0): number[][] =>
  Array.from({ length: table.length / dim - from }, (_, row) => [
    ...table.subarray((row + from) * dim, (row + from + 1) * dim),
  ]);
const zeros = (count: number): number[] => new Array<number>(count).fill(0);

const shaped = (name: string, rows: number, columns: number) => {
  return { values: randomMatrix(rows, columns, name), shape: [rows, columns] as const };
};

const ids = shaped('tower-ids', numItems, dim);
const colours = shaped('tower-colours', 4, dim);
const wordTable = shaped('tower-words', 5, dim);
const linear = pooled(colour, colours.values, dim).map((row, i) => plus(row, pooled(words, wordTable.values, dim)[i]));
const summed = linear.map((row, item) => (item === numItems - 1 ? row : plus(row, rowsOf(ids.values)[item])));

const width = 3;
const narrow = { colour: shaped('narrow-colours', 4, width), words: shaped('narrow-words', 5, width) };
const cities = shaped('tower-cities', 3, width);
const senet = { reduce: shaped('reduce', 2, 1), expand: shaped('expand', 1, 2) };
const userSenet = { reduce: shaped('user-reduce', 1, 1), expand: shaped('user-expand', 1, 1) };
const hidden = {
  weights: shaped('hidden', 2 * width, 5),
  bias: shaped('hidden-bias', 1, 5),
  scale: shaped('hidden-scale', 1, 5),
  out: shaped('hidden-out', 5, dim),
};
const userHidden = {
  weights: shaped('user-hidden', width, 5),
  bias: shaped('user-bias', 1, 5),
  scale: shaped('user-scale', 1, 5),
  out: shaped('user-out', 5, dim),
};

function deep(ofFields: readonly (readonly number[][])[], se: typeof senet, layer: typeof hidden): number[][] {
  return ofFields[0].map((_, entity) => {
    const vectors = ofFields.map((rows) => rows[entity]);
    const squeezed = vectors.map((vector) => vector.reduce((sum, x) => sum + x, 0) / vector.length);
    const units = times(squeezed, se.reduce.values, se.reduce.shape[1]).map((x) => Math.max(0, x));
    const weights = times(units, se.expand.values, se.expand.shape[1]).map((x) => 2 / (1 + Math.exp(-x)));
    const joined = vectors.flatMap((vector, k) => vector.map((x) => weights[k] * x));
    const normed = standardised(times(joined, layer.weights.values, 5)).map(
      (x, j) => x * layer.scale.values[j] + layer.bias.values[j],
    );
    return times(
      normed.map((x) => Math.tanh(x)),
      layer.out.values,
      dim,
    );
  });
}
const deepItems = deep(
  [pooled(colour, narrow.colour.values, width), pooled(words, narrow.words.values, width)],
  senet,
  hidden,
);
const deepUsers = deep([pooled(city, cities.values, width)], userSenet, userHidden);
const bothIds = shaped('both-ids', numNodes, dim);
// replaced: the cold item is its tower's vector, all others are their id row
const replacedItems = rowsOf(bothIds.values, numUsers).map((row, item) =>
  item === numItems - 1 ? deepItems[item] : row,
);

/** A linear, a fused and a deep propagation, with a hop of their own or none. */
const under = ['none', 'lightgcn, mean', 'deep, tanh (EGCF)'];

export const TOWER_CASES: readonly RowsCase[] = [
  {
    label: 'tower: history, table+tower',
    options: { name: 'tower' },
    known: { fields, degrees },
    variables: { embedding: ids, 'itemTower/fields/colour': colours, 'itemTower/fields/words': wordTable },
    firstNode: numUsers,
    table: [...zeros(numUsers * dim), ...summed.flat()],
    numHops: 1,
    first: (table, hop, f) => [...f(hop(table).slice(0, numUsers * dim)), ...table.slice(numUsers * dim)],
  },
  {
    label: 'tower: words alone beside a user table',
    options: { name: 'tower', users: 'table', items: 'tower', itemFields: ['words'] },
    under,
    known: { fields, degrees },
    variables: { embedding: shaped('user-ids', numUsers, dim), 'itemTower/fields/words': wordTable },
    firstNode: 0,
    table: [...shaped('user-ids', numUsers, dim).values, ...pooled(words, wordTable.values, dim).flat()],
    numHops: 0,
    first: (table) => [...table],
  },
  {
    label: 'tower: both sides, replace, SENet, a layer',
    options: {
      name: 'tower',
      users: 'tower',
      items: 'table+tower',
      join: 'replace',
      tower: { fieldDim: width, join: 'concat', senet: true, layers: [5], activation: 'tanh', norm: 'layer' },
    },
    under,
    known: { fields, degrees },
    variables: {
      embedding: { values: bothIds.values.slice(numUsers * dim), shape: [numItems, dim] },
      'userTower/fields/city': cities,
      'userTower/senet/reduce': userSenet.reduce,
      'userTower/senet/expand': userSenet.expand,
      'userTower/0/weights': userHidden.weights,
      'userTower/0/bias': userHidden.bias,
      'userTower/0/scale': userHidden.scale,
      'userTower/1/weights': userHidden.out,
      'itemTower/fields/colour': narrow.colour,
      'itemTower/fields/words': narrow.words,
      'itemTower/senet/reduce': senet.reduce,
      'itemTower/senet/expand': senet.expand,
      'itemTower/0/weights': hidden.weights,
      'itemTower/0/bias': hidden.bias,
      'itemTower/0/scale': hidden.scale,
      'itemTower/1/weights': hidden.out,
    },
    firstNode: 0,
    table: [...deepUsers.flat(), ...replacedItems.flat()],
    numHops: 0,
    first: (table) => [...table],
  },
  {
    label: 'tower: history+tower',
    options: { name: 'tower', users: 'history+tower', items: 'tower' },
    under,
    known: { fields, degrees },
    variables: {
      'userTower/fields/city': shaped('wide-cities', 3, dim),
      'itemTower/fields/colour': colours,
      'itemTower/fields/words': wordTable,
    },
    firstNode: 0,
    table: [...pooled(city, shaped('wide-cities', 3, dim).values, dim).flat(), ...linear.flat()],
    numHops: 1,
    // Z + f(Â Z): items hear what is known of their users
    first: (table, hop, f) => f(hop(table)).map((heard, i) => table[i] + heard),
  },
];
