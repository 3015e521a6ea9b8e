/**
 * Combinations made of layers, and gradients of layers made of those of combinations, on the device: what passes over a
 * graph and over a sampled block have in common.
 */
import type { Tensor2D, TensorInfo } from '@tensorflow/tfjs';
import type { BlockPass, LayerPass } from '../kernels.js';
import { type PassPlan, planPasses } from '../layer-plan.js';
import type { Compute } from './compute.js';
import type { Noise } from './noise.js';
import type { RowCopies } from './row-copies.js';
import type { RowSums } from './row-sums.js';
import type { SparseProducts } from './sparse-products.js';

export abstract class LayerStack<Pass extends LayerPass | BlockPass> {
  constructor(
    protected readonly compute: Compute,
    protected readonly products: SparseProducts,
    protected readonly sums: RowSums,
    protected readonly copies: RowCopies,
    protected readonly noise: Noise,
  ) {}

  /** @param table layer 0 of every pass, `[numNodes, dim]` @returns `[Σ numRows · numCombinations, dim]` */
  forward(table: Tensor2D, passes: readonly Pass[]): TensorInfo {
    const { compute } = this;
    const { plans, numRows } = planPasses(passes);
    return compute.scope(() => {
      const stack = compute.floats(numRows, table.shape[1]);
      for (const plan of plans) {
        if (plan.pass.rows.length === 0) continue;
        this.clearEmpty(plan, stack);
        compute.scope(() => this.forwardPass(table, plan, stack));
      }
      return stack;
    });
  }

  /** @param gradient of the stack @returns gradient of layer 0, `[numNodes, dim]` */
  backward(gradient: Tensor2D, passes: readonly Pass[], numNodes: number): TensorInfo {
    const { compute } = this;
    return compute.scope(() => {
      const out = compute.floats(numNodes, gradient.shape[1]);
      this.copies.clear(out);
      for (const plan of planPasses(passes).plans) {
        if (plan.pass.rows.length > 0) compute.scope(() => this.backwardPass(gradient, plan, out));
      }
      return out;
    });
  }

  /** Emits layer 0 … lastLayer. */
  protected abstract forwardPass(table: Tensor2D, plan: PassPlan<Pass>, stack: TensorInfo): void;
  /** Adds the gradient of layer 0 to `out`. */
  protected abstract backwardPass(gradient: TensorInfo, plan: PassPlan<Pass>, out: TensorInfo): void;

  /**
   * Adds layer k, weighted, to each combination that it has a share in.
   * @param at rows of `layer` that the pass asks for, on the device; absent: `layer` has these rows alone
   */
  protected emit(
    { pass, terms }: PassPlan<Pass>,
    k: number,
    { layer, at, stack }: { readonly layer: TensorInfo; readonly at?: TensorInfo; readonly stack: TensorInfo },
  ): void {
    for (const { weight, start, isFirst } of terms[k]) {
      this.copies.gather({
        x: layer,
        rows: at,
        count: pass.rows.length,
        dim: stack.shape[1],
        out: stack,
        scale: weight,
        accumulate: !isFirst,
        outStart: start,
      });
    }
  }

  /** Rows of combinations of no layer, which nothing else writes. */
  private clearEmpty({ pass, emptyStarts }: PassPlan<Pass>, stack: TensorInfo): void {
    const dim = stack.shape[1];
    for (const start of emptyStarts) this.copies.clear(stack, { start: start * dim, length: pass.rows.length * dim });
  }
}
