/**
 * Every kind of rows and every propagation by its definition in dense products, for the contract suite, which runs each rows
 * case under each propagation case.
 */
import type { z } from 'zod';
import type { encoderSchema, RowsContext } from '../src/encoders/index.js';
import { randomMatrix } from './random-arrays.js';
import { CASE_SIZE, TOWER_CASES } from './tower-cases.js';

export { CASE_SIZE };

const { numUsers, numItems, dim } = CASE_SIZE;
const numNodes = numUsers + numItems;

type LongForm = Extract<z.input<typeof encoderSchema>, { name?: undefined }>;
/** The graph without weights. */
export interface DenseGraph {
  /** 1 where there is an edge, `[numNodes][numNodes]`. */
  readonly edges: readonly (readonly number[])[];
  /** `[numNodes]`. */
  readonly degrees: ArrayLike<number>;
}
/** Â times a layer, `[numNodes, dim]` row-major. */
type Hop = (layer: readonly number[]) => number[];
type Pointwise = (x: readonly number[]) => number[];

export interface RowsCase {
  readonly label: string;
  readonly options: LongForm['rows'];
  /** Labels of the propagations that it is run under, where those say all that the others would; absent: all. */
  readonly under?: readonly string[];
  /** What is known of users and items. */
  readonly known?: Pick<RowsContext, 'fields' | 'degrees'>;
  /** Variables with numbers of order 1, by name. */
  readonly variables: Readonly<
    Record<string, { readonly values: Float32Array; readonly shape: readonly [number, number] }>
  >;
  readonly firstNode: number;
  /** The table that these variables make, zeros for nodes without a row, `[numNodes, dim]` row-major. */
  readonly table: readonly number[];
  /** Hops of layer 0 itself. */
  readonly numHops: number;
  /** Layer 0 of that table; `f` is the propagation's activation. */
  readonly first: (table: readonly number[], hop: Hop, f: Pointwise) => number[];
}

export interface PropagationCase {
  readonly label: string;
  readonly options: LongForm['propagation'];
  /** Of what a layer hears. */
  readonly f: Pointwise;
  /** A hop, where it is not Â times the layer: of a layer, from the plain matrix and its nodes' degrees. */
  readonly hop?: (layer: readonly number[], graph: DenseGraph) => number[];
  /** The layer after `previous`, of which `heard` is f(Â · previous); called once a layer. */
  readonly next: (heard: number[], previous: number[], first: number[]) => number[];
  /** Of the layers in the final embedding, one each; of learned ones, softmax of `LOGITS`. */
  readonly weights: readonly number[];
}

/** Of learned layer weights. */
export const LOGITS = [0.3, -0.7, 0.9];
const softmax = (logits: readonly number[]): number[] => {
  const total = logits.reduce((sum, x) => sum + Math.exp(x), 0);
  return logits.map((x) => Math.exp(x) / total);
};
const zeros = (count: number): number[] => new Array<number>(count).fill(0);
const add = (a: readonly number[], b: readonly number[]): number[] => a.map((x, i) => x + b[i]);
const mix = (a: readonly number[], b: readonly number[], share: number): number[] =>
  a.map((x, i) => (1 - share) * x + share * b[i]);
const same: Pointwise = (x) => [...x];
const tanh: Pointwise = (x) => x.map(Math.tanh);

const ofNodes = randomMatrix(numNodes, dim, 'table');
const ofItems = randomMatrix(numItems, dim, 'items');
export const ROWS_CASES: readonly RowsCase[] = [
  {
    label: 'table',
    options: { name: 'table' },
    variables: { embedding: { values: ofNodes, shape: [numNodes, dim] } },
    firstNode: 0,
    table: [...ofNodes],
    numHops: 0,
    first: same,
  },
  {
    label: 'history',
    options: { name: 'history' },
    variables: { embedding: { values: ofItems, shape: [numItems, dim] } },
    firstNode: numUsers,
    table: [...zeros(numUsers * dim), ...ofItems],
    numHops: 1,
    // [f(R̃ E); E], R̃ E being the users' rows of Â [0; E]
    first: (table, hop, f) => [...f(hop(table).slice(0, numUsers * dim)), ...table.slice(numUsers * dim)],
  },
  ...TOWER_CASES,
];

const heardAlone = (heard: number[]): number[] => heard;
const refined = (heard: number[], _: number[], first: number[]): number[] =>
  heard.map((value, i) => {
    const row = (x: number[]): number[] => x.slice(Math.floor(i / dim) * dim, (Math.floor(i / dim) + 1) * dim);
    const dot = row(heard).reduce((sum, x, d) => sum + x * row(first)[d], 0);
    const norms = Math.hypot(...row(heard)) * Math.hypot(...row(first));
    return norms === 0 ? 0 : (value * dot) / norms;
  });
/** LightGCN++: Σ over a node's edges of degree_i^−α · degree_j^−β · x_j / ‖x_j‖; nothing from or to a node without edges. */
const plusPlus =
  (alpha: number, beta: number) =>
  (layer: readonly number[], { edges, degrees }: DenseGraph): number[] => {
    const unit = edges.map((_, node) => {
      const row = layer.slice(node * dim, (node + 1) * dim);
      const length = Math.hypot(...row);
      return row.map((x) => (length === 0 ? 0 : x / length));
    });
    const power = (node: number, exponent: number): number => (degrees[node] > 0 ? degrees[node] ** exponent : 0);
    return edges.flatMap((row, i) =>
      Array.from({ length: dim }, (_, d) =>
        row.reduce((sum, edge, j) => sum + edge * power(i, -alpha) * power(j, -beta) * unit[j][d], 0),
      ),
    );
  };
const mean = [1 / 3, 1 / 3, 1 / 3];
const lightgcn = { name: 'lightgcn', numLayers: 2 } as const;
const deep = { name: 'deep', numLayers: 2 } as const;
export const PROPAGATION_CASES: readonly PropagationCase[] = [
  { label: 'none', options: { name: 'none' }, f: same, next: heardAlone, weights: [1] },
  { label: 'lightgcn, mean', options: lightgcn, f: same, next: heardAlone, weights: mean },
  {
    label: 'lightgcn, last',
    options: { ...lightgcn, layerCombination: 'last' },
    f: same,
    next: heardAlone,
    weights: [0, 0, 1],
  },
  {
    label: 'lightgcn, a list',
    options: { ...lightgcn, layerCombination: [0.5, 0, 2] },
    f: same,
    next: heardAlone,
    weights: [0.5, 0, 2],
  },
  {
    label: 'lightgcn, learned',
    options: { ...lightgcn, layerCombination: 'learned' },
    f: same,
    next: heardAlone,
    weights: softmax(LOGITS),
  },
  { label: 'lightgcn, previous', options: { ...lightgcn, residual: 'previous' }, f: same, next: add, weights: mean },
  {
    label: 'lightgcn, first',
    options: { ...lightgcn, layerCombination: 'last', residual: { name: 'first', share: 0.3 } },
    f: same,
    next: (heard, _, first) => mix(heard, first, 0.3),
    weights: [0, 0, 1],
  },
  {
    label: 'lightgcn, no layers',
    options: { name: 'lightgcn', numLayers: 0 },
    f: same,
    next: heardAlone,
    weights: [1],
  },
  {
    label: 'deep, refined (LayerGCN)',
    options: { ...deep, layerCombination: [0, 1, 1], activation: 'none', residual: 'refined' },
    f: same,
    next: refined,
    weights: [0, 1, 1],
  },
  {
    label: 'deep, tanh (EGCF)',
    options: { ...deep, layerCombination: [0, 1, 1] },
    f: tanh,
    next: heardAlone,
    weights: [0, 1, 1],
  },
  {
    label: 'deep, tanh, previous, learned',
    options: { ...deep, layerCombination: 'learned', activation: 'tanh', residual: 'previous' },
    f: tanh,
    next: add,
    weights: softmax(LOGITS),
  },
  {
    label: 'deep, tanh, first',
    options: { ...deep, residual: { name: 'first', share: 0.2 } },
    f: tanh,
    next: (heard, _, first) => mix(heard, first, 0.2),
    weights: mean,
  },
  {
    label: 'lightgcn-plus-plus',
    options: { name: 'lightgcn-plus-plus', numLayers: 2 },
    f: same,
    hop: plusPlus(0.6, -0.1),
    next: heardAlone,
    weights: [0.2, 0.4, 0.4],
  },
  {
    label: 'lightgcn-plus-plus, other powers',
    options: { name: 'lightgcn-plus-plus', numLayers: 1, alpha: 0.3, beta: 0.8, gamma: 0 },
    f: same,
    hop: plusPlus(0.3, 0.8),
    next: heardAlone,
    weights: [0, 1],
  },
  {
    label: 'deep, linear all the same',
    options: { ...deep, activation: 'none', residual: 'previous' },
    f: same,
    next: add,
    weights: mean,
  },
];

/** All layers of a definition, the first one first. */
export function definedLayers(rows: RowsCase, { f, next, weights }: PropagationCase, hop: Hop): number[][] {
  const first = rows.first(rows.table, hop, f);
  const layers = [first];
  while (layers.length < weights.length) {
    const previous = layers[layers.length - 1];
    layers.push(next(f(hop(previous)), previous, first));
  }
  return layers;
}
