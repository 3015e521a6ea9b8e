/** Rows at their nodes, zeros where a node has none: for tables that do not begin with the first node. */
import type { Tensor2D } from '@tensorflow/tfjs';
import { placeRows, type SampledBlock } from '../../ops/index.js';
import type { Rows, RowsDraw } from './rows.js';

/** @returns what puts rows `[numNodes - firstNode, any]` at their nodes, `[numNodes, any]`; as they are where all have one */
export function nodePlacer({
  firstNode,
  numNodes,
}: Pick<Rows, 'firstNode' | 'numNodes'>): (rows: Tensor2D) => Tensor2D {
  if (firstNode === 0) return (rows) => rows;
  const places = Int32Array.from({ length: numNodes - firstNode }, (_, row) => firstNode + row);
  return (rows) => placeRows(rows, places, numNodes);
}

/** The table over a sampled block, `[block.nodes.length, embeddingDim]`. @param idRows as of `Rows.tableOf` */
export function blockTable(
  rows: Rows,
  { nodes }: SampledBlock,
  idRows: Tensor2D | undefined,
  draw: RowsDraw | undefined,
): Tensor2D {
  if (rows.firstNode === 0) return rows.tableOf(nodes, idRows, draw);
  const places = placesWithRows(nodes, rows.firstNode);
  const own = places.map((place) => nodes[place]);
  return placeRows(rows.tableOf(own, idRows, draw), places, nodes.length);
}

/**
 * @param nodes in any order
 * @returns places in `nodes` of those with a row, ascending
 */
function placesWithRows(nodes: Int32Array, firstNode: number): Int32Array {
  const places = new Int32Array(nodes.length);
  let count = 0;
  for (let i = 0; i < nodes.length; i++) if (nodes[i] >= firstNode) places[count++] = i;
  return places.subarray(0, count);
}
