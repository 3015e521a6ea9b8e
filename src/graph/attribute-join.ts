/**
 * Message-passing operator over users, items and attribute nodes. With relation 0 the users and items (weight 1) and
 * relations r = 1 … the attributes (weight w_r), every relation is normalised on its own, symmetrically,
 *
 *   Â_r = D_r^-1/2 A_r D_r^-1/2,   d_i^r the strength of node i within r,
 *
 * and the relations of a node share it by their weights:
 *
 *   Â = C^-1/2 (Σ_r w_r Â_r) C^-1/2,   c_i = Σ w_r over the relations in which node i has an edge.
 *
 * So Â is symmetric with eigenvalues within -1 … 1 like LightGCN's (which it is without attributes, and for w_r → 0 at
 * all nodes with user-item edges), and an item that no user took yet hears its attributes in full, whatever their weight.
 * Relational normalisation as in R-GCN (Schlichtkrull et al. 2018, arXiv 1703.06103, eq. 2), made symmetric and without weight matrices; C is ours.
 */
import { assertLength } from '../core/errors.js';
import type { Adjacency } from './adjacency.js';
import type { AttributeNodes } from './attribute-nodes.js';

/** What a view left of the attribute edges; absent means all. */
interface KeptAttributes {
  /** Non-zero where the user or item stayed, `[numEntities]`; one that left loses its attribute edges. */
  readonly nodes?: Uint8Array;
  /** Non-zero where the edge stayed, `[numEdges]`. */
  readonly edges?: Uint8Array;
}

interface JoinedAdjacency {
  /** Over numEntities + numValues nodes; edges that left stand with the value 0. */
  readonly adjacency: Adjacency;
  /** C^-1/2 at users and items, 0 where a node has no edge, `[numEntities]`. */
  readonly share: Float64Array;
}

type Pattern = Pick<Adjacency, 'offsets' | 'columns'>;

export class AttributeJoin {
  /** By the columns of the user-item pattern: views that only change values share one. */
  private readonly patterns = new WeakMap<Int32Array, Pattern>();
  private readonly whole = new WeakMap<Adjacency, JoinedAdjacency>();

  constructor(readonly nodes: AttributeNodes) {}

  /** @param userItem normalised adjacency of users and items; not changed, not kept */
  join(userItem: Adjacency, kept: KeptAttributes = {}): JoinedAdjacency {
    assertLength('AttributeJoin: nodes', userItem.numNodes, this.nodes.numEntities);
    if (kept.nodes || kept.edges) return this.joined(userItem, kept);
    const known = this.whole.get(userItem) ?? this.joined(userItem, kept);
    this.whole.set(userItem, known);
    return known;
  }

  /** The joined operator without its user-item entries, which stand with the value 0. */
  attributesAlone(userItem: Adjacency, { adjacency }: JoinedAdjacency): Adjacency {
    const values = adjacency.values.slice();
    for (let node = 0; node < userItem.numNodes; node++) {
      const start = adjacency.offsets[node];
      values.fill(0, start, start + userItem.offsets[node + 1] - userItem.offsets[node]);
    }
    return { ...adjacency, values };
  }

  private joined(userItem: Adjacency, kept: KeptAttributes): JoinedAdjacency {
    const { numEntities, numValues, relations, relationOf, offsets, columns } = this.nodes;
    const pattern = this.patternOf(userItem);
    const isKept = (node: number, edge: number): boolean =>
      (kept.nodes === undefined || kept.nodes[node] !== 0) && (kept.edges === undefined || kept.edges[edge] !== 0);
    const perEntity = new Float64Array(numEntities * relations.length);
    const perValue = new Float64Array(numValues);
    const share = new Float64Array(numEntities);
    for (let node = 0; node < numEntities; node++) {
      for (let at = userItem.offsets[node]; at < userItem.offsets[node + 1]; at++) {
        if (userItem.values[at] === 0) continue;
        share[node] = 1;
        break;
      }
      for (let edge = offsets[node]; edge < offsets[node + 1]; edge++) {
        if (!isKept(node, edge)) continue;
        const value = columns[edge] - numEntities;
        const relation = relationOf[value];
        if (perEntity[node * relations.length + relation]++ === 0) share[node] += relations[relation].weight;
        perValue[value]++;
      }
      if (share[node] > 0) share[node] = 1 / Math.sqrt(share[node]);
    }
    const values = new Float32Array(pattern.columns.length);
    // entities ascend, so that each attribute node's row fills from its start
    const next = pattern.offsets.slice(numEntities);
    for (let node = 0; node < numEntities; node++) {
      let at = pattern.offsets[node];
      for (let from = userItem.offsets[node]; from < userItem.offsets[node + 1]; from++) {
        values[at++] = userItem.values[from] * (share[node] * share[userItem.columns[from]]);
      }
      for (let edge = offsets[node]; edge < offsets[node + 1]; edge++, at++) {
        const value = columns[edge] - numEntities;
        const slot = next[value]++;
        if (!isKept(node, edge)) continue;
        const relation = relationOf[value];
        // an attribute node is in its own relation only, so that its C is the relation's weight
        const degrees = perEntity[node * relations.length + relation] * perValue[value];
        values[at] = Math.sqrt(relations[relation].weight / degrees) * share[node];
        values[slot] = values[at];
      }
    }
    return { adjacency: { numNodes: numEntities + numValues, ...pattern, values }, share };
  }

  private patternOf(userItem: Adjacency): Pattern {
    const known = this.patterns.get(userItem.columns);
    if (known) return known;
    const { numEntities, numValues, offsets: ownOffsets, columns: own } = this.nodes;
    const numNodes = numEntities + numValues;
    const offsets = new Int32Array(numNodes + 1);
    for (let node = 0; node < numEntities; node++) {
      offsets[node + 1] = userItem.offsets[node + 1] + ownOffsets[node + 1];
    }
    for (const column of own) offsets[column + 1]++;
    for (let node = numEntities; node < numNodes; node++) offsets[node + 1] += offsets[node];
    const columns = new Int32Array(offsets[numNodes]);
    const next = offsets.slice(numEntities, numNodes);
    for (let node = 0; node < numEntities; node++) {
      const inner = userItem.columns.subarray(userItem.offsets[node], userItem.offsets[node + 1]);
      const outer = own.subarray(ownOffsets[node], ownOffsets[node + 1]);
      columns.set(inner, offsets[node]);
      columns.set(outer, offsets[node] + inner.length);
      for (const column of outer) columns[next[column - numEntities]++] = node;
    }
    const pattern = { offsets, columns };
    this.patterns.set(userItem.columns, pattern);
    return pattern;
  }
}
