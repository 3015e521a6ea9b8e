/** Seeded random inputs for tests. */
import { Rng } from '../src/core/rng.js';
import type { CategoricalColumn, MultiValuedColumn, NumericColumn } from '../src/data/feature-table.js';
import { type BipartiteCsr, buildBipartiteCsr } from '../src/graph/bipartite-csr.js';
import type { KnownEntities } from '../src/graph/fields/encoded-fields.js';

/** Standard normal values, row-major. */
export function randomMatrix(numRows: number, dim: number, ...labels: (string | number)[]): Float32Array {
  const rng = Rng.of(7, 'test-matrix', ...labels);
  return Float32Array.from({ length: numRows * dim }, () => rng.normal());
}

/** A random bipartite graph without repeats in which some nodes may be isolated. */
export function randomGraph(
  numUsers: number,
  numItems: number,
  density: number,
  ...labels: (string | number)[]
): BipartiteCsr {
  const rng = Rng.of(7, 'test-graph', ...labels);
  const users: number[] = [];
  const items: number[] = [];
  for (let user = 0; user < numUsers; user++) {
    for (let item = 0; item < numItems; item++) {
      if (rng.uniform() < density) {
        users.push(user);
        items.push(item);
      }
    }
  }
  return buildBipartiteCsr(
    { userIndex: Int32Array.from(users), itemIndex: Int32Array.from(items) },
    { numUsers, numItems },
  );
}

/** Dense symmetric normalised adjacency straight from its definition, `[numNodes, numNodes]`. */
export function denseAdjacency(
  graph: BipartiteCsr,
  keeps: (user: number, item: number) => boolean = () => true,
): number[][] {
  const numNodes = graph.numUsers + graph.numItems;
  const matrix = Array.from({ length: numNodes }, () => new Array<number>(numNodes).fill(0));
  for (let user = 0; user < graph.numUsers; user++) {
    for (let edge = graph.userOffsets[user]; edge < graph.userOffsets[user + 1]; edge++) {
      const item = graph.userNeighbors[edge];
      if (!keeps(user, item)) continue;
      const weight = graph.weight ? graph.weight[edge] : 1;
      matrix[user][graph.numUsers + item] = weight;
      matrix[graph.numUsers + item][user] = weight;
    }
  }
  const degree = matrix.map((row) => row.reduce((sum, value) => sum + value, 0));
  return matrix.map((row, i) => row.map((value, j) => (value === 0 ? 0 : value / Math.sqrt(degree[i] * degree[j]))));
}

/** Plain triple-loop product of row-major arrays, `[rows, columns]`. */
export function naiveProduct(a: number[][], b: ArrayLike<number>, columns: number): number[] {
  const out: number[] = [];
  for (const row of a) {
    for (let c = 0; c < columns; c++) out.push(row.reduce((sum, value, k) => sum + value * b[k * columns + c], 0));
  }
  return out;
}

/** Features of both sides: `city` and `interests` of users, `city` and `tags` of items, some values missing or unused. */
export function randomFeatures(numUsers: number, numItems: number, ...labels: (string | number)[]): KnownEntities {
  const rng = Rng.of(7, 'test-features', ...labels);
  const names = (stem: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${stem}${i}`);
  const categorical = (rows: number, count: number): CategoricalColumn => ({
    kind: 'categorical',
    codes: Int32Array.from({ length: rows }, () => rng.integer(count + 1) - 1),
    values: names('v', count + 1),
  });
  const multiValued = (rows: number, count: number): MultiValuedColumn => {
    const lists = Array.from({ length: rows }, () => Array.from(rng.permutation(count)).slice(0, rng.integer(4)));
    const offsets = new Int32Array(rows + 1);
    for (const [row, list] of lists.entries()) offsets[row + 1] = offsets[row] + list.length;
    return { kind: 'multi-valued', offsets, codes: Int32Array.from(lists.flat()), values: names('t', count) };
  };
  const numeric = (rows: number): NumericColumn => ({ kind: 'numeric', numbers: new Float64Array(rows) });
  return {
    userFeatures: {
      numRows: numUsers,
      columns: { city: categorical(numUsers, 3), interests: multiValued(numUsers, 5), age: numeric(numUsers) },
    },
    itemFeatures: {
      numRows: numItems,
      columns: { city: categorical(numItems, 3), tags: multiValued(numItems, 6), price: numeric(numItems) },
    },
  };
}
