/** Rows copied, weighted or cleared: what goes between the sums. */
import { type TensorInfo, util } from '@tensorflow/tfjs';
import { type Compute, memoized, type Program } from './compute.js';
import { type RowLanes, rowLanes, WORKGROUP } from './row-lanes.js';

interface RowCopy {
  readonly x: TensorInfo;
  /** On the device, `[count]`; absent: 0, 1 … */
  readonly rows?: TensorInfo;
  readonly count: number;
  readonly dim: number;
  readonly out: TensorInfo;
  /** Default 1. */
  readonly scale?: number;
  /** Adds to what is in `out` already. */
  readonly accumulate?: boolean;
  /** Row of `x`, of `out`, that counts as the first; default 0. */
  readonly xStart?: number;
  readonly outStart?: number;
}

export class RowCopies {
  constructor(private readonly compute: Compute) {}

  /** out[outStart + i] (+)= scale · x[xStart + rows_i]. */
  gather({ x, rows, count, dim, out, scale = 1, accumulate = false, xStart = 0, outStart = 0 }: RowCopy): void {
    const { element, width } = rowLanes(dim);
    const program = gatherProgram(element, rows !== undefined, accumulate);
    const inputs = [...(rows ? [rows] : []), x, out];
    const params = [width, count * width, xStart, outStart * width, scale];
    this.compute.run(program, inputs, params, Math.ceil((count * width) / WORKGROUP));
  }

  /** Zeros, throughout by default. */
  clear(out: TensorInfo, { start = 0, length = util.sizeFromShape(out.shape) } = {}): void {
    this.compute.run(CLEAR, [out], [start, length], Math.ceil(length / WORKGROUP));
  }
}

const gatherProgram = memoized(
  (element: RowLanes['element'], hasRows: boolean, accumulate: boolean): Program => ({
    name: 'rows copied',
    reads: { ...(hasRows && { rows: 'i32' }), x: element },
    writes: { out: element },
    params: { width: 'u32', count: 'u32', xStart: 'u32', outStart: 'u32', scale: 'f32' },
    workgroupSize: WORKGROUP,
    body: `
  let at = group * ${WORKGROUP}u + lane;
  if (at >= params.count) { return; }
  let i = at / params.width;
  let row = params.xStart + ${hasRows ? 'u32(rows[i])' : 'i'};
  out[params.outStart + at] ${accumulate ? '+=' : '='} params.scale * x[row * params.width + at % params.width];`,
  }),
);

const CLEAR: Program = {
  name: 'cleared',
  reads: {},
  writes: { out: 'f32' },
  params: { start: 'u32', count: 'u32' },
  workgroupSize: WORKGROUP,
  body: `
  let at = group * ${WORKGROUP}u + lane;
  if (at < params.count) { out[params.start + at] = 0.0; }`,
};
