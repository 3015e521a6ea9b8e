/**
 * Edge dropout of a bipartite adjacency without a new matrix (SGL-ED, Wu et al. 2021, arXiv 2010.10783, eq. 7): the
 * pattern stays, the values of dropped edges are 0 and the others are renormalised by the degrees that are left,
 * w(u,i) / sqrt(Σ w(u) Σ w(i)). Edge e stays where the counter generator's draw e is at least `dropProbability`.
 * Cheaper to make than a matrix of the kept edges alone, dearer to multiply with: right for a view that serves one step.
 */
import { currentKernels, type SparseRows } from '../backend/index.js';
import type { CounterKey } from '../core/counter-rng.js';
import { assertLength, ShapeError } from '../core/errors.js';
import { assertIndices, assertPattern, square } from './argument-checks.js';

export interface DroppableEdges {
  /** Edge of each entry of the item rows, `[numEdges]`; entry e < numEdges, of the user rows, is edge e. */
  readonly itemEdges: Int32Array;
  /** Positive, `[numEdges]`; default 1. */
  readonly weight?: Float32Array;
}

/** Lists of edges whose indices were looked at: they are the same at every step. */
const passed = new WeakSet<Int32Array>();

export interface DroppedEdges {
  /** Over the pattern of the input, which it shares. */
  readonly matrix: SparseRows;
  /** 1 where the edge stayed, `[numEdges]`. */
  readonly keptEdges: Uint8Array;
}

/**
 * @param pattern the whole graph: users' rows first, both directions of an edge, `[2 · numEdges]` entries
 * @param dropProbability in [0, 1)
 * @throws ShapeError
 */
export function dropEdges(
  pattern: SparseRows,
  edges: DroppableEdges,
  dropProbability: number,
  key: CounterKey,
): DroppedEdges {
  const { itemEdges, weight } = edges;
  assertLength('dropEdges: entries', pattern.columns.length, 2 * itemEdges.length);
  if (weight) assertLength('dropEdges: weight', weight.length, itemEdges.length);
  assertPattern('dropEdges: pattern', pattern, square(pattern.numNodes));
  if (!passed.has(itemEdges)) assertIndices('dropEdges: itemEdges', itemEdges, itemEdges.length);
  passed.add(itemEdges);
  if (!(dropProbability >= 0 && dropProbability < 1)) {
    throw new ShapeError(`dropEdges: expected a dropProbability in 0 … 1 (1 excluded), got ${dropProbability}`);
  }
  // the draws have 24 bits: rounded up to a multiple of 2^-24 the bound is exact in float32 and means the same
  const threshold = Math.ceil(dropProbability * 2 ** 24) / 2 ** 24;
  const values = currentKernels().dropEdges(pattern, { itemEdges, weight, threshold, key });
  const keptEdges = new Uint8Array(itemEdges.length);
  for (let edge = 0; edge < keptEdges.length; edge++) keptEdges[edge] = values[edge] > 0 ? 1 : 0;
  return { matrix: { ...pattern, values }, keptEdges };
}
