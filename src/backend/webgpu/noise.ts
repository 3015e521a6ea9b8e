/** Embedding noise of SimGCL, drawn on the device by the documented counters (`plain/perturb.ts`, `core/counter-rng.ts`). */
import type { TensorInfo } from '@tensorflow/tfjs';
import type { CounterKey } from '../../core/counter-rng.js';
import { type Compute, memoized, type Program } from './compute.js';
import { rowTotal, scalarLanes, WORKGROUP } from './row-lanes.js';

interface RowNoise {
  readonly numRows: number;
  readonly dim: number;
  readonly magnitude: number;
  readonly key: CounterKey;
  /** On the device, node of each row; absent: row i is node i. */
  readonly nodes?: TensorInfo;
}

export class Noise {
  constructor(private readonly compute: Compute) {}

  /** Moves every row of `x`, in place. */
  perturb(x: TensorInfo, { numRows, dim, magnitude, key, nodes }: RowNoise): void {
    const { lanes, rowsPerGroup } = scalarLanes(dim);
    const inputs = nodes ? [nodes, x] : [x];
    const params = [dim, numRows, key.low >>> 0, key.high >>> 0, magnitude];
    this.compute.run(noiseProgram(lanes, nodes !== undefined), inputs, params, Math.ceil(numRows / rowsPerGroup));
  }
}

const noiseProgram = memoized(
  (lanes: number, hasNodes: boolean): Program => ({
    name: 'noise',
    reads: hasNodes ? { nodes: 'i32' } : {},
    writes: { x: 'f32' },
    params: { dim: 'u32', numRows: 'u32', low: 'u32', high: 'u32', magnitude: 'f32' },
    workgroupSize: WORKGROUP,
    declarations: `${rowTotal(lanes)}
fn mixed(value: u32) -> u32 {
  var h = value;
  h = (h ^ (h >> 16u)) * 0x85ebca6bu;
  h = (h ^ (h >> 13u)) * 0xc2b2ae35u;
  return h ^ (h >> 16u);
}
fn uniformAt(counter: u32) -> f32 {
  return f32(mixed(mixed(counter ^ params.low) + params.high) >> 8u) * ${2 ** -24};
}`,
    body: `
  let row = group * ${WORKGROUP / lanes}u + lane / ${lanes}u;
  let first = lane % ${lanes}u;
  let inside = row < params.numRows;
  var counter = 0u;
  var squares = 0.0;
  if (inside) {
    counter = ${hasNodes ? 'u32(nodes[row])' : 'row'} * params.dim;
    for (var d = first; d < params.dim; d += ${lanes}u) {
      let u = uniformAt(counter + d);
      squares += u * u;
    }
  }
  let total = rowTotal(lane, squares);
  if (!inside) { return; }
  let scale = select(0.0, params.magnitude / sqrt(max(total, 1e-37)), total > 0.0);
  for (var d = first; d < params.dim; d += ${lanes}u) {
    let at = row * params.dim + d;
    x[at] += sign(x[at]) * uniformAt(counter + d) * scale;
  }`,
  }),
);
