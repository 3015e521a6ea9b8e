/** Rows scaled to length 1, and the gradient of that, a row to some lanes. */
import type { TensorInfo } from '@tensorflow/tfjs';
import { type Compute, memoized, type Program } from './compute.js';
import { rowTotal, scalarLanes, WORKGROUP } from './row-lanes.js';

export class NormalizeRows {
  constructor(private readonly compute: Compute) {}

  /** @param x `[numRows, dim]` */
  forward(x: TensorInfo, minNorm: number): { readonly unit: TensorInfo; readonly norm: TensorInfo } {
    const [numRows, dim] = x.shape;
    const { lanes, rowsPerGroup } = scalarLanes(dim);
    const [unit, norm] = [this.compute.floats(numRows, dim), this.compute.floats(numRows, 1)];
    this.compute.run(
      forwardProgram(lanes),
      [x, unit, norm],
      [dim, numRows, minNorm],
      Math.ceil(numRows / rowsPerGroup),
    );
    return { unit, norm };
  }

  backward({ unit, norm, gradient }: Readonly<Record<'unit' | 'norm' | 'gradient', TensorInfo>>): TensorInfo {
    const [numRows, dim] = unit.shape;
    const { lanes, rowsPerGroup } = scalarLanes(dim);
    const out = this.compute.floats(numRows, dim);
    const inputs = [unit, norm, gradient, out];
    this.compute.run(backwardProgram(lanes), inputs, [dim, numRows], Math.ceil(numRows / rowsPerGroup));
    return out;
  }
}

const ROW = (lanes: number): string => `
  let row = group * ${WORKGROUP / lanes}u + lane / ${lanes}u;
  let first = lane % ${lanes}u;
  let inside = row < params.numRows;
  var part = 0.0;`;

const forwardProgram = memoized(
  (lanes: number): Program => ({
    name: 'normalise',
    reads: { x: 'f32' },
    writes: { unit: 'f32', norm: 'f32' },
    params: { dim: 'u32', numRows: 'u32', minNorm: 'f32' },
    workgroupSize: WORKGROUP,
    declarations: rowTotal(lanes),
    body: `${ROW(lanes)}
  if (inside) {
    for (var d = first; d < params.dim; d += ${lanes}u) {
      let value = x[row * params.dim + d];
      part += value * value;
    }
  }
  let length = max(sqrt(rowTotal(lane, part)), params.minNorm);
  if (!inside) { return; }
  if (first == 0u) { norm[row] = length; }
  for (var d = first; d < params.dim; d += ${lanes}u) {
    unit[row * params.dim + d] = x[row * params.dim + d] / length;
  }`,
  }),
);

const backwardProgram = memoized(
  (lanes: number): Program => ({
    name: 'normalise gradient',
    reads: { unit: 'f32', norm: 'f32', gradient: 'f32' },
    writes: { out: 'f32' },
    params: { dim: 'u32', numRows: 'u32' },
    workgroupSize: WORKGROUP,
    declarations: rowTotal(lanes),
    body: `${ROW(lanes)}
  if (inside) {
    for (var d = first; d < params.dim; d += ${lanes}u) {
      part += unit[row * params.dim + d] * gradient[row * params.dim + d];
    }
  }
  let along = rowTotal(lane, part);
  if (!inside) { return; }
  for (var d = first; d < params.dim; d += ${lanes}u) {
    let at = row * params.dim + d;
    out[at] = (gradient[at] - unit[at] * along) / norm[row];
  }`,
  }),
);
