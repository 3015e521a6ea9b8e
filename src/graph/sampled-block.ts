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
import { type CounterKey, counterUniform } from '../core/counter-rng.js';
import { assertLength } from '../core/errors.js';
import { inverseRootStrengths } from './adjacency.js';
import type { BipartiteCsr } from './bipartite-csr.js';
import { type PatternTranspose, transposePattern } from './transpose-pattern.js';

/** Makes layer k at the block's first `numRows` nodes from layer k − 1 at its first `numColumns`. */
export interface SampledHop {
  readonly numRows: number;
  readonly numColumns: number;
  /** `[numRows + 1]`. */
  readonly offsets: Int32Array;
  /** Place in the block of each drawn neighbour, `[numEntries]`. */
  readonly columns: Int32Array;
  /** Normalised entry times d / F where neighbours were left out, `[numEntries]`. */
  readonly values: Float32Array;
  /** Edge number of each entry, `[numEntries]`. */
  readonly edges: Int32Array;
  readonly transposed: PatternTranspose;
}

export interface SampledBlock {
  /** Node index (users, then items) of each place; the asked rows come first, in their order. */
  readonly nodes: Int32Array;
  readonly numRows: number;
  /** hops[k - 1] makes layer k. */
  readonly hops: readonly SampledHop[];
}

/** Draws blocks of one graph; holds 16 bytes a node. */
export class NeighborSampler {
  /** `[numNodes]`. */
  private readonly scale: Float64Array;
  /** Place of a node in the block under construction, −1 outside it, `[numNodes]`. */
  private readonly placeOf: Int32Array;
  /** `[numNodes]`. */
  private readonly nodeAt: Int32Array;

  constructor(private readonly graph: BipartiteCsr) {
    this.scale = inverseRootStrengths(graph);
    this.placeOf = new Int32Array(this.scale.length).fill(-1);
    this.nodeAt = new Int32Array(this.scale.length);
  }

  /**
   * @param rows distinct nodes
   * @param fanOuts most neighbours a node hears, the hop next to `rows` first, `[numLayers]`
   * @param keys of the draws, `[numLayers]`
   */
  sample(rows: Int32Array, fanOuts: readonly number[], keys: readonly CounterKey[]): SampledBlock {
    assertLength('sample: keys', keys.length, fanOuts.length);
    this.nodeAt.set(rows);
    for (let i = 0; i < rows.length; i++) this.placeOf[rows[i]] = i;
    let count = rows.length;
    const hops: SampledHop[] = [];
    for (let hop = 0; hop < fanOuts.length; hop++) {
      const drawn = this.draw(count, fanOuts[hop], keys[hop]);
      hops.unshift(drawn);
      count = drawn.numColumns;
    }
    const nodes = this.nodeAt.slice(0, count);
    for (let i = 0; i < count; i++) this.placeOf[nodes[i]] = -1;
    return { nodes, numRows: rows.length, hops };
  }

  /** Neighbours of the first `numRows` nodes of the block; the new ones are numbered. */
  private draw(numRows: number, fanOut: number, key: CounterKey): SampledHop {
    const { numUsers, userOffsets, userNeighbors, itemOffsets, itemNeighbors, itemEdges, weight } = this.graph;
    const { scale, placeOf, nodeAt } = this;
    const offsets = new Int32Array(numRows + 1);
    for (let row = 0; row < numRows; row++) {
      offsets[row + 1] = offsets[row] + Math.min(fanOut, this.degree(nodeAt[row]));
    }
    const columns = new Int32Array(offsets[numRows]);
    const values = new Float32Array(columns.length);
    const edges = new Int32Array(columns.length);
    let count = numRows;
    for (let row = 0; row < numRows; row++) {
      const node = nodeAt[row];
      const isUser = node < numUsers;
      const start = isUser ? userOffsets[node] : itemOffsets[node - numUsers];
      const degree = this.degree(node);
      const first = offsets[row];
      const draws = offsets[row + 1] - first;
      const share = degree / draws;
      for (let i = 0; i < draws; i++) {
        const place = share > 1 ? Math.floor((i + counterUniform(key, node * fanOut + i)) * share) : i;
        const slot = start + Math.min(place, degree - 1);
        const edge = isUser ? slot : itemEdges[slot];
        const neighbor = isUser ? numUsers + userNeighbors[slot] : itemNeighbors[slot];
        let at = placeOf[neighbor];
        if (at < 0) {
          at = count++;
          placeOf[neighbor] = at;
          nodeAt[at] = neighbor;
        }
        const [user, item] = isUser ? [node, neighbor] : [neighbor, node];
        columns[first + i] = at;
        edges[first + i] = edge;
        values[first + i] = (weight ? weight[edge] : 1) * scale[user] * scale[item] * share;
      }
    }
    return {
      numRows,
      numColumns: count,
      offsets,
      columns,
      values,
      edges,
      transposed: transposePattern(offsets, columns, count),
    };
  }

  private degree(node: number): number {
    const { numUsers, userOffsets, itemOffsets } = this.graph;
    if (node < numUsers) return userOffsets[node + 1] - userOffsets[node];
    return itemOffsets[node - numUsers + 1] - itemOffsets[node - numUsers];
  }
}
