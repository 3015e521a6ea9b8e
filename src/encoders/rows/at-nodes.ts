/**
 * The table of a pass: with what a training step draws, over all nodes or over a block, and zeros where a node has no row (tables
 * that do not begin with the first node).
 */
import type { Tensor2D } from '@tensorflow/tfjs';
import { placeRows, type SampledBlock } from '../../ops/index.js';
import type { DrawnTable, Rows, RowsDraw } from './rows.js';

/** @returns what puts rows `[numNodes - firstNode, any]` at their nodes, `[numNodes, any]`; as they are where all have one */
export function nodePlacer({
  firstNode,
  numNodes,
}: Pick<Rows, 'firstNode' | 'numNodes'>): (rows: Tensor2D) => Tensor2D {
  if (firstNode === 0) return (rows) => rows;
  const places = Int32Array.from({ length: numNodes - firstNode }, (_, row) => firstNode + row);
  return (rows) => placeRows(rows, places, numNodes);
}

/** The table over every node, `[numNodes, embeddingDim]`. */
export function nodeTable(rows: Rows, draw: RowsDraw | undefined): DrawnTable {
  const drawn = draw && rows.drawn ? rows.drawn(draw) : alike(rows.table());
  return mapped(drawn, nodePlacer(rows));
}

/** The table over a sampled block, `[block.nodes.length, embeddingDim]`. @param idRows as of `Rows.tableOf` */
export function blockTable(
  rows: Rows,
  { nodes }: SampledBlock,
  idRows: Tensor2D | undefined,
  draw: RowsDraw | undefined,
): DrawnTable {
  const of = (some: Int32Array): DrawnTable =>
    draw && rows.drawn ? rows.drawn(draw, { nodes: some, idRows }) : alike(rows.tableOf(some, idRows));
  if (rows.firstNode === 0) return of(nodes);
  const places = placesWithRows(nodes, rows.firstNode);
  const drawn = of(places.map((place) => nodes[place]));
  return mapped(drawn, (table) => placeRows(table, places, nodes.length));
}

/** A table of which nothing is left out. */
export const alike = (table: Tensor2D): DrawnTable => ({ own: table, said: table });

function mapped({ own, said }: DrawnTable, change: (table: Tensor2D) => Tensor2D): DrawnTable {
  const changed = change(own);
  return { own: changed, said: said === own ? changed : change(said) };
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
