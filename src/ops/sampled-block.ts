/**
 * A sampled block: what message passing to a few nodes needs of the graph when every node hears only some of its
 * neighbours (GraphSAGE, Hamilton et al. 2017, arXiv 1706.02216, algorithm 2; PinSage, Ying et al. 2018,
 * arXiv 1806.01973). Its size follows from the number of rows and the fan-outs, not from the graph.
 *
 * Estimator of (Â x)_v = Σ_{u ∈ N(v)} Â_vu x_u for a node of d neighbours and fan-out F: with d ≤ F the sum itself; else
 * the neighbour list is cut into F equal strata, one neighbour is drawn uniformly from each, and every draw weighs d / F:
 *
 *   (d / F) Σ_{i < F} Â_{v,p_i} x_{p_i},   p_i = floor((i + u_i) d / F),   u_i uniform in [0, 1)
 *
 * A neighbour is drawn F / d times in the mean, so the estimate is unbiased (Horvitz-Thompson), and as hops draw
 * independently so are products of hops. A stratum border may fall inside a neighbour, which then can come twice.
 * Deviations: GraphSAGE draws without strata and takes the mean of the draws; PinSage draws by visit counts of random
 * walks. The u_i are a function of (key, node, i) alone.
 *
 * Nodes are numbered by first appearance: the asked rows, then what the last layer draws, then what the one before
 * draws. Layer k is needed at a prefix of them, longest for the table.
 */
import { currentKernels, type SampledHop, type SparseRows } from '../backend/index.js';
import type { CounterKey } from '../core/counter-rng.js';
import { assertLength, ShapeError } from '../core/errors.js';
import { assertCount, assertIndices, assertRows, square } from './argument-checks.js';

export interface SampledBlock {
  /** Node index (users, then items) of each place; the asked rows come first, in their order. */
  readonly nodes: Int32Array;
  readonly numRows: number;
  /** hops[k - 1] makes layer k. */
  readonly hops: readonly SampledHop[];
}

/** Draws blocks of one graph; holds 8 bytes a node. */
export class NeighborSampler {
  /** As in `HopDraw`, both `[numNodes]`; between blocks, placeOf is −1 throughout. */
  private readonly nodeAt: Int32Array;
  private readonly placeOf: Int32Array;

  /**
   * @param matrix normalised adjacency of the whole graph: users' rows first, both directions of an edge
   * @param itemEdges edge of each entry of the item rows, `[numEdges]`; entry e < numEdges, of the user rows, is edge e
   * @throws ShapeError
   */
  constructor(
    private readonly matrix: SparseRows,
    private readonly itemEdges: Int32Array,
  ) {
    assertRows('NeighborSampler: matrix', matrix, square(matrix.numNodes));
    assertLength('NeighborSampler: entries', matrix.columns.length, 2 * itemEdges.length);
    assertIndices('NeighborSampler: itemEdges', itemEdges, itemEdges.length);
    this.nodeAt = new Int32Array(matrix.numNodes);
    this.placeOf = new Int32Array(matrix.numNodes).fill(-1);
  }

  /**
   * @param rows distinct nodes
   * @param fanOuts most neighbours a node hears, the hop next to `rows` first, `[numLayers]`
   * @param keys of the draws, `[numLayers]`
   * @throws ShapeError
   */
  sample(rows: Int32Array, fanOuts: readonly number[], keys: readonly CounterKey[]): SampledBlock {
    assertLength('sample: keys', keys.length, fanOuts.length);
    for (const fanOut of fanOuts) assertCount('sample: fanOut', fanOut, 1);
    const { matrix, itemEdges, nodeAt, placeOf } = this;
    assertIndices('sample: rows', rows, matrix.numNodes);
    for (let i = 0; i < rows.length; i++) {
      if (placeOf[rows[i]] >= 0) {
        for (let earlier = 0; earlier < i; earlier++) placeOf[rows[earlier]] = -1;
        throw new ShapeError(`sample: rows must be distinct, got ${rows[i]} again at position ${i}`);
      }
      placeOf[rows[i]] = i;
    }
    nodeAt.set(rows);
    let count = rows.length;
    const hops: SampledHop[] = [];
    for (const [hop, fanOut] of fanOuts.entries()) {
      const key = keys[hop];
      const drawn = currentKernels().sampleHop({ matrix, itemEdges, fanOut, key, nodeAt, placeOf, numRows: count });
      hops.unshift(drawn);
      count = drawn.numColumns;
    }
    const nodes = nodeAt.slice(0, count);
    for (let i = 0; i < count; i++) placeOf[nodes[i]] = -1;
    return { nodes, numRows: rows.length, hops };
  }
}
