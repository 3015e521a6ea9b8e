/** Sparse × dense on the device; matrices and the cutting of their rows are sent once and kept. */
import type { TensorInfo } from '@tensorflow/tfjs';
import type { CompressedRows, SparseRows } from '../kernels.js';
import type { Compute } from './compute.js';
import type { KeptArrays } from './kept-arrays.js';
import { planSums, type RowSums, type SumPlan } from './row-sums.js';

const NAME = 'sparse product';

export class SparseProducts {
  /** Of whole matrices, by their offsets. */
  private readonly plans = new WeakMap<Int32Array, SumPlan>();

  constructor(
    private readonly compute: Compute,
    private readonly kept: KeptArrays,
    private readonly sums: RowSums,
  ) {}

  /**
   * matrix · x at some rows.
   * @param x `[numNodes, dim]`, or rows at `positions`
   * @param only `positions`: row of `x` of each node, −1 where x is zero, on the device; `rows`: which rows to compute,
   * stacked in that order
   */
  product(
    matrix: SparseRows,
    x: TensorInfo,
    dim: number,
    out: TensorInfo,
    only: { readonly positions?: TensorInfo; readonly rows?: Int32Array; readonly accumulate?: boolean } = {},
  ): void {
    const { offsets, columns, values } = matrix;
    const plan = only.rows ? planSums(offsets, { lists: only.rows }) : this.planOf(offsets);
    this.sums.run({
      name: NAME,
      plan,
      planIsKept: only.rows === undefined,
      columns: this.kept.get(columns),
      values: this.kept.get(values),
      positions: only.positions,
      x,
      dim,
      out,
      accumulate: only.accumulate,
    });
  }

  /** The same for a matrix that serves one step. */
  blockProduct({ offsets, columns, values }: CompressedRows, x: TensorInfo, dim: number, out: TensorInfo): void {
    const [columnsSent, valuesSent] = [this.compute.upload(columns), this.compute.upload(values)];
    this.sums.run({ name: NAME, plan: planSums(offsets), columns: columnsSent, values: valuesSent, x, dim, out });
  }

  private planOf(offsets: Int32Array): SumPlan {
    const known = this.plans.get(offsets);
    if (known) return known;
    const plan = planSums(offsets);
    this.plans.set(offsets, plan);
    return plan;
  }
}
