/**
 * The hot kernels that every backend offers: what the time of a training step goes into. Each has a plain form
 * (`plain/`) that runs on any tfjs backend through typed arrays; a backend may bring its own, faster table.
 * Gradients do not live here but in `ops/`, which calls these tables and is the only caller.
 */
import type { Tensor2D, Variable } from '@tensorflow/tfjs';
import type { CounterKey } from '../core/counter-rng.js';
import type { Ragged } from '../core/ragged.js';

/** A square sparse matrix in compressed rows. */
export interface SparseRows {
  readonly numNodes: number;
  /** `[numNodes + 1]`. */
  readonly offsets: Int32Array;
  /** `[numEntries]`, ascending within a row. */
  readonly columns: Int32Array;
  /** `[numEntries]`. */
  readonly values: Float32Array;
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
  /** Weight of each query's loss in the sum, `[numQueries]`; default 1 / numQueries. */
  readonly queryWeight?: Float32Array;
}

export interface SoftmaxResult {
  /** Σ weight · loss. */
  readonly loss: number;
  /** Unweighted loss of each query, `[numQueries]`. */
  readonly perQuery: Float32Array;
  /** d loss / d queries, `[numQueries, dim]`. */
  readonly queryGradient: Tensor2D;
  /** d loss / d keys, `[numKeys, dim]`. */
  readonly keyGradient: Tensor2D;
}

export interface AdamOptions {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** 1 at the first update; drives the bias correction. */
  readonly step: number;
}

export interface Kernels {
  /** matrix · x, `[numNodes, dim]`. */
  propagate(matrix: SparseRows, x: Tensor2D): Tensor2D;
  /** rows[i] = table[indices[i]], `[numIndices, dim]`. */
  gatherRows(table: Tensor2D, indices: Int32Array): Tensor2D;
  /** out[indices[i]] += rows[i], `[numRows, dim]`; repeats add up in the order of `indices`. */
  scatterAddRows(rows: Tensor2D, indices: Int32Array, numRows: number): Tensor2D;
  /** x + magnitude · sign(x) ⊙ u / ‖u‖ with u uniform in [0, 1) a row, `[numNodes, dim]`. */
  perturbRows(x: Tensor2D, magnitude: number, key: CounterKey): Tensor2D;
  softmaxLoss(queries: Tensor2D, keys: Tensor2D, plan: SoftmaxPlan): SoftmaxResult;
  /** Updates parameter and moments in place. */
  adamStep(parameter: Variable, gradient: Tensor2D, m: Variable, v: Variable, options: AdamOptions): void;
}
