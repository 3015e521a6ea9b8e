/** Tables that do not begin with the first node: which of some nodes have a row. */

/**
 * @param nodes in any order
 * @param firstNode that the table's first row belongs to
 * @returns places in `nodes` of those with a row, ascending
 */
export function placesWithRows(nodes: Int32Array, firstNode: number): Int32Array {
  const places = new Int32Array(nodes.length);
  let count = 0;
  for (let i = 0; i < nodes.length; i++) if (nodes[i] >= firstNode) places[count++] = i;
  return places.subarray(0, count);
}
