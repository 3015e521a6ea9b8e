/**
 * The hot kernels that every backend offers: what the time of a training step or an evaluation goes into. Each has a plain form
 * (`plain/`) that runs on any tfjs backend through typed arrays; a backend may bring its own, faster table.
 * Gradients do not live here but in `ops/`, which calls these tables; exact top-K is called by `retrieval/`.
 */
import type { Scalar, Tensor, Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs';
import type { CounterKey } from '../core/counter-rng.js';
import type { Ragged } from '../core/ragged.js';
import type { TopK } from '../core/select-top-k.js';

/** A sparse matrix `[numRows, numColumns]` in compressed rows. */
export interface CompressedRows {
  /** `[numRows + 1]`. */
  readonly offsets: Int32Array;
  /** 0 … numColumns − 1, repeats add up, `[numEntries]`. */
  readonly columns: Int32Array;
  /** `[numEntries]`. */
  readonly values: Float32Array;
}

/** A square one over numNodes nodes, whose columns ascend within a row. */
export interface SparseRows extends CompressedRows {
  readonly numNodes: number;
}

/** One softmax cross-entropy a query over shared keys; see `ops/softmax-loss.ts` for the formula. */
export interface SoftmaxPlan {
  /** Column of each query's positive key, `[numQueries]`. */
  readonly positive: Int32Array;
  readonly temperature: number;
  /** Added to every logit of a key after the temperature (−log q), `[numKeys]`. */
  readonly keyBias?: Float32Array;
  /** Keys that a query must not see as negatives; never its positive. One row a query. */
  readonly masked?: Ragged;
  /** Added to the masked logits instead of making them −∞, `[masked.values.length]`. */
  readonly maskedBias?: Float32Array;
  /**
   * The positive does not count in its own denominator. A query that has no other key then counts as 0, with no
   * gradient.
   */
  readonly decoupled?: boolean;
  /** Weight of each query's loss in the sum, `[numQueries]`; default 1 / numQueries. */
  readonly queryWeight?: Float32Array;
}

export interface SoftmaxResult {
  /** Σ weight · loss, left where the backend computes. */
  readonly loss: Scalar;
  /** d loss / d queries, `[numQueries, dim]`. */
  readonly queryGradient: Tensor2D;
  /** d loss / d keys, `[numKeys, dim]`. */
  readonly keyGradient: Tensor2D;
  /** Where asked for: the unweighted loss of each query, `[numQueries]`. */
  readonly perQuery?: Tensor1D;
}

export interface AdamOptions {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** 1 at the first update; drives the bias correction. */
  readonly step: number;
  /** So many times the value is added to the gradient, of the rows that are updated; 0 by default. */
  readonly weightDecay?: number;
}

/** One update of a parameter by Adam; it and its moments change in place. */
export interface AdamUpdate {
  readonly parameter: Variable;
  readonly gradient: Tensor2D;
  /** First and second moment, of the parameter's shape. */
  readonly m: Variable;
  readonly v: Variable;
  readonly options: AdamOptions;
}

/** One pass of a linear encoder: layer k+1 = matrix · layer k, plus noise; the table is layer 0. */
export interface LayerPass {
  /** Symmetric, over numNodes nodes. Absent: a layer is the one before, apart from the noise. */
  readonly matrix?: SparseRows;
  readonly numLayers: number;
  /** Added to every layer but the table, as in `perturbRows`; one key a layer. Counts as a constant. */
  readonly noise?: { readonly magnitude: number; readonly keys: readonly CounterKey[] };
  /** Nodes to return, distinct, ascending, `[numRows]`. */
  readonly rows: Int32Array;
  /** Each asks for Σ_k weight_k · layer k at `rows`; `[numLayers + 1]` weights, the table's first. */
  readonly combinations: readonly (readonly number[])[];
}

/** See `ops/drop-edges.ts`. */
export interface EdgeDrop {
  /** Edge of each entry past the first numEdges, `[numEdges]`. */
  readonly itemEdges: Int32Array;
  /** `[numEdges]`; default 1. */
  readonly weight?: Float32Array;
  /** An edge stays where its draw is at least this; a multiple of 2^-24. */
  readonly threshold: number;
  readonly key: CounterKey;
}

/** Where sampling draws from and how; see `ops/sampled-block.ts`. */
export interface HopDraw {
  /** The whole graph: users' rows first, both directions of an edge, `[2 · numEdges]` entries. */
  readonly matrix: SparseRows;
  /** Edge of each entry of the item rows, `[numEdges]`; entry e < numEdges, of the user rows, is edge e. */
  readonly itemEdges: Int32Array;
  /** Most neighbours a node hears. */
  readonly fanOut: number;
  readonly key: CounterKey;
  /** Node at each place of the block under construction, `[numNodes]`; the hop writes the nodes that it adds. */
  readonly nodeAt: Int32Array;
  /** Place of each node, −1 outside the block, `[numNodes]`; the hop writes the nodes that it adds. */
  readonly placeOf: Int32Array;
  /** The hop is drawn for the nodes at the first so many places, which are all that the block has. */
  readonly numRows: number;
}

/** A drawn hop: layer k at the block's first `numRows` places from layer k − 1 at its first `numColumns`. */
export interface SampledHop extends CompressedRows {
  readonly numRows: number;
  readonly numColumns: number;
  /** Edge number of each entry, `[numEntries]`. */
  readonly edges: Int32Array;
  readonly transposed: PatternTranspose;
}

/** The transpose of a pattern, and where each of its entries stands in the original. */
export interface PatternTranspose {
  /** `[numColumns + 1]`. */
  readonly offsets: Int32Array;
  /** Row of the original of each entry, ascending within a column, `[numEntries]`. */
  readonly columns: Int32Array;
  /** Position in the original of each entry, `[numEntries]`. */
  readonly order: Int32Array;
}

/** One hop over a sampled block: layer k at its first rows from layer k − 1 at its first columns. */
export interface BlockHop {
  readonly matrix: CompressedRows;
  /** The same numbers by column. */
  readonly transposed: CompressedRows;
}

/** One pass of a linear encoder over the nodes of a sampled block, whose table rows are layer 0. */
export interface BlockPass {
  /** hops[k - 1] makes layer k; empty: a layer is the one before, apart from the noise. */
  readonly hops: readonly BlockHop[];
  readonly numLayers: number;
  /** As in `LayerPass`; counters go by `nodes`, so the noise of a node is that of a pass over the whole graph. */
  readonly noise?: LayerPass['noise'];
  /** Node of each row of the block, `[numLocal]`. */
  readonly nodes: Int32Array;
  /** Rows of the block to return, distinct, below the last hop's number of rows, `[numRows]`. */
  readonly rows: Int32Array;
  /** As in `LayerPass`. */
  readonly combinations: readonly (readonly number[])[];
}

/** See `ops/sinkhorn.ts`. */
export interface SinkhornOptions {
  /** Entropy weight. Too small: near one-hot codes that follow noise; too large: uniform codes that teach nothing. */
  readonly epsilon: number;
  readonly iterations: number;
}

export interface SinkhornResult {
  /** `[numSamples, numPrototypes]`; rows sum to 1. */
  readonly codes: Tensor2D;
  readonly iterations: number;
  /** Largest relative deviation of a column sum from numSamples / numPrototypes. */
  readonly columnError: Scalar;
}

/** Items in the form in which one backend scores them; made once by its `packItems`. */
export interface PackedItems {
  readonly numItems: number;
  readonly embeddingDim: number;
  /** The backend's own layout. */
  readonly parts: readonly Float32Array[];
}

/** How scoring is cut; changes the time, never the result. A size left out is the backend's own choice. */
export interface ScoringTiles {
  readonly queryTile?: number;
  readonly itemBlock?: number;
}

/** Queries against packed items. */
export interface ItemSearch {
  /** `[numQueries, embeddingDim]` row-major. */
  readonly queries: Float32Array;
  readonly items: PackedItems;
  /** Ascending items that do not count, `[numQueries]` rows. */
  readonly exclude?: Ragged;
  readonly tiles: ScoringTiles;
}

export interface Kernels {
  /**
   * The numbers of a tensor, to read before the next op and never to keep: by reference where the backend can.
   * @throws TwinlightError `BACKEND_READ` where they are on a device and `fetch` has not brought them
   */
  borrow(tensor: Tensor): Float32Array;
  /** Waits for the numbers of a tensor where that takes waiting, so that `borrow` has them. */
  fetch(tensor: Tensor): Promise<void>;
  /** matrix · x, `[numNodes, dim]`. */
  propagate(matrix: SparseRows, x: Tensor2D): Tensor2D;
  /** The same for a rectangular matrix that may serve one step. @param x `[numColumns, dim]` @returns `[numRows, dim]` */
  sparseProduct(matrix: CompressedRows, x: Tensor2D): Tensor2D;
  /** Values over `pattern` (whose own are not read), `[numEntries]`, 0 where the edge left. */
  dropEdges(pattern: SparseRows, drop: EdgeDrop): Float32Array;
  /** rows[i] = table[indices[i]], `[numIndices, dim]`. */
  gatherRows(table: Tensor2D, indices: Int32Array): Tensor2D;
  /** out[indices[i]] += rows[i], `[numRows, dim]`; repeats add up in the order of `indices`. */
  scatterAddRows(rows: Tensor2D, indices: Int32Array, numRows: number): Tensor2D;
  /** x + magnitude · sign(x) ⊙ u / ‖u‖ with u uniform in [0, 1) a row, `[numNodes, dim]`. */
  perturbRows(x: Tensor2D, magnitude: number, key: CounterKey): Tensor2D;
  /**
   * The asked combinations of every pass, stacked: pass by pass, within a pass combination by combination,
   * `[Σ numRows · numCombinations, dim]`.
   */
  layerRows(table: Tensor2D, passes: readonly LayerPass[]): Tensor2D;
  /** Gradient of `layerRows` for the table, `[numNodes, dim]`. */
  layerRowsGradient(gradient: Tensor2D, passes: readonly LayerPass[], numNodes: number): Tensor2D;
  /** Neighbours of the block's nodes, by strata; new ones are numbered in the order in which they come. */
  sampleHop(draw: HopDraw): SampledHop;
  /** As `layerRows`, over a block. @param local the block's rows of the table, `[numLocal, dim]` */
  blockLayerRows(local: Tensor2D, passes: readonly BlockPass[]): Tensor2D;
  /** Gradient of `blockLayerRows` for `local`, `[numLocal, dim]`. */
  blockLayerRowsGradient(gradient: Tensor2D, passes: readonly BlockPass[], numLocal: number): Tensor2D;
  /** Rows over their length, at least `minNorm`: `[numRows, dim]`, and those lengths, `[numRows, 1]`. */
  normalizeRows(x: Tensor2D, minNorm: number): { readonly unit: Tensor2D; readonly norm: Tensor2D };
  /** (gradient − unit ⟨unit, gradient⟩) / norm a row, `[numRows, dim]`. */
  normalizeRowsGradient(rows: {
    readonly unit: Tensor2D;
    readonly norm: Tensor2D;
    readonly gradient: Tensor2D;
  }): Tensor2D;
  /** @param wantsPerQuery whether the result has the loss of each query; default false */
  softmaxLoss(queries: Tensor2D, keys: Tensor2D, plan: SoftmaxPlan, wantsPerQuery?: boolean): SoftmaxResult;
  /** Mean over rows of −Σ targets · log softmax(scores / temperature), and its gradient `[numRows, numClasses]`. */
  softCrossEntropy(rows: { readonly scores: Tensor2D; readonly targets: Tensor2D; readonly temperature: number }): {
    readonly loss: Scalar;
    readonly gradient: Tensor2D;
  };
  /**
   * Codes of `[numSamples, numPrototypes]` scores.
   * @throws ShapeError when a row's scores span more than 600 · epsilon, where exponentials are taken
   */
  sinkhornCodes(scores: Tensor2D, options: SinkhornOptions): SinkhornResult;
  /** @param items `[numItems, embeddingDim]` row-major; must not change as long as the packed form is used */
  packItems(items: Float32Array, embeddingDim: number, tiles: ScoringTiles): PackedItems;
  /**
   * The k items of greatest inner product with each query, `[numQueries, k]`; order and missing scores as in
   * `core/select-top-k.ts`. Memory is bounded by tiles and result.
   */
  topK(search: ItemSearch, k: number): Promise<TopK>;
  /**
   * Positions, from 1, of the items `wanted` (`[numQueries]` rows, none excluded) among all that are not excluded, 0 for
   * an item without a score, `[wanted.values]`; and how many items have one, `[numQueries]`.
   */
  rankCount(
    search: ItemSearch,
    wanted: Ragged,
  ): Promise<{ readonly positions: Int32Array; readonly numRanked: Int32Array }>;
  adamStep(update: AdamUpdate): void;
  /**
   * The same at some rows only.
   * @param rows row of the parameter that each row of the gradient is about, distinct; absent: the gradient is about all,
   * and those count whose gradient has a number other than 0
   */
  adamRows(update: AdamUpdate, rows?: Int32Array): void;
}
