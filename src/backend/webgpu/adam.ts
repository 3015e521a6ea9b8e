/**
 * Adam (Kingma & Ba 2015, arXiv 1412.6980, algorithm 1) in one pass, in place. Data of a variable that another tensor shares
 * is copied first, so that nobody sees it change.
 */
import type { TensorInfo, Variable } from '@tensorflow/tfjs';
import type { AdamOptions, AdamUpdate } from '../kernels.js';
import { type Compute, memoized, type Program } from './compute.js';
import type { RowCopies } from './row-copies.js';
import { rowLargest, scalarLanes, WORKGROUP } from './row-lanes.js';

export class InPlaceAdam {
  constructor(
    private readonly compute: Compute,
    private readonly copies: RowCopies,
  ) {}

  step({ parameter, gradient, m, v, options }: AdamUpdate): void {
    const { size } = parameter;
    if (size === 0) return;
    const own = [parameter, m, v].map((variable) => this.owned(variable));
    this.compute.run(WHOLE, [gradient, ...own], [size, ...factors(options)], Math.ceil(size / WORKGROUP));
  }

  /** @param rows row of the parameter of each row of `gradient`; absent: those where the gradient has a number other than 0 */
  rows({ parameter, gradient, m, v, options }: AdamUpdate, rows?: Int32Array): void {
    const [numRows, dim] = gradient.shape;
    if (numRows === 0) return;
    const own = [parameter, m, v].map((variable) => this.owned(variable));
    const { lanes, rowsPerGroup } = scalarLanes(dim);
    this.compute.scope(() => {
      const inputs = [...(rows ? [this.compute.upload(rows)] : []), gradient, ...own];
      const params = [dim, numRows, ...factors(options)];
      this.compute.run(rowsProgram(lanes, rows !== undefined), inputs, params, Math.ceil(numRows / rowsPerGroup));
    });
  }

  private owned(variable: Variable): TensorInfo {
    if (this.compute.backend.refCount(variable.dataId) === 1) return variable;
    const { size, shape } = variable;
    this.compute.backend.uploadToGPU(variable.dataId);
    const copy = this.compute.floats(...shape);
    this.copies.gather({ x: variable, count: size, dim: 1, out: copy });
    const tensor = this.compute.tensor(copy);
    variable.assign(tensor);
    tensor.dispose();
    return variable;
  }
}

function factors({ learningRate, beta1, beta2, epsilon, step }: AdamOptions): number[] {
  return [learningRate / (1 - beta1 ** step), 1 / (1 - beta2 ** step), beta1, 1 - beta1, beta2, 1 - beta2, epsilon];
}

const FACTORS = {
  rate: 'f32',
  correction: 'f32',
  beta1: 'f32',
  rest1: 'f32',
  beta2: 'f32',
  rest2: 'f32',
  epsilon: 'f32',
} as const;
const STATE = { parameter: 'f32', m: 'f32', v: 'f32' } as const;
const UPDATE = `
fn update(at: u32, g: f32) {
  let first = params.beta1 * m[at] + params.rest1 * g;
  let second = params.beta2 * v[at] + params.rest2 * g * g;
  m[at] = first;
  v[at] = second;
  parameter[at] -= params.rate * first / (sqrt(second * params.correction) + params.epsilon);
}`;

const WHOLE: Program = {
  name: 'Adam',
  reads: { gradient: 'f32' },
  writes: STATE,
  params: { count: 'u32', ...FACTORS },
  workgroupSize: WORKGROUP,
  declarations: UPDATE,
  body: `
  let at = group * ${WORKGROUP}u + lane;
  if (at < params.count) { update(at, gradient[at]); }`,
};

const rowsProgram = memoized(
  (lanes: number, hasRows: boolean): Program => ({
    name: 'Adam at rows',
    reads: { ...(hasRows && { rows: 'i32' }), gradient: 'f32' },
    writes: STATE,
    params: { dim: 'u32', numRows: 'u32', ...FACTORS },
    workgroupSize: WORKGROUP,
    declarations: `${UPDATE}${hasRows ? '' : rowLargest(lanes)}`,
    body: `
  let row = group * ${WORKGROUP / lanes}u + lane / ${lanes}u;
  let inside = row < params.numRows;
  let first = lane % ${lanes}u;
${
  hasRows
    ? 'if (!inside) { return; } let place = u32(rows[row]);'
    : `
  var largest = 0.0;
  if (inside) {
    for (var d = first; d < params.dim; d += ${lanes}u) { largest = max(largest, abs(gradient[row * params.dim + d])); }
  }
  let touched = rowLargest(lane, largest) > 0.0;
  if (!inside || !touched) { return; }
  let place = row;`
}
  for (var d = first; d < params.dim; d += ${lanes}u) {
    update(place * params.dim + d, gradient[row * params.dim + d]);
  }`,
  }),
);
