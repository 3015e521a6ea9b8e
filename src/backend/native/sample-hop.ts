/** One hop of neighbour sampling, natively; the result is that of `plain/sample-hop.ts`, number for number. */
import type { HopDraw, SampledHop } from '../kernels.js';
import type { NativeAddon } from './addon.js';

export function sampleHop(addon: NativeAddon, draw: HopDraw): SampledHop {
  const { matrix, itemEdges, fanOut, key, nodeAt, placeOf, numRows } = draw;
  const offsets = new Int32Array(numRows + 1);
  const numEntries = addon.hopOffsets(matrix.offsets, nodeAt, numRows, fanOut, offsets);
  const [columns, edges, values] = [
    new Int32Array(numEntries),
    new Int32Array(numEntries),
    new Float32Array(numEntries),
  ];
  const numColumns = addon.drawHop(
    matrix.offsets,
    matrix.columns,
    matrix.values,
    itemEdges,
    fanOut,
    key.low,
    key.high,
    nodeAt,
    placeOf,
    numRows,
    offsets,
    columns,
    edges,
    values,
  );
  const transposed = {
    offsets: new Int32Array(numColumns + 1),
    columns: new Int32Array(numEntries),
    order: new Int32Array(numEntries),
  };
  addon.transposePattern(offsets, columns, numColumns, transposed.offsets, transposed.columns, transposed.order);
  return { numRows, numColumns, offsets, columns, values, edges, transposed };
}
