/**
 * The stack of combinations of layers, or its gradient, on the device: for passes over a graph and over a sampled block.
 */
import type { TensorInfo } from '@tensorflow/tfjs';
import type { BlockPass, LayerPass } from '../kernels.js';
import type { PassPlan } from '../layer-plan.js';
import type { RowCopies } from './row-copies.js';

type Plan = PassPlan<LayerPass | BlockPass>;

export class LayerStack {
  constructor(private readonly copies: RowCopies) {}

  /** Sets the rows of combinations of no layer, which nothing else writes. @param stack `[Σ numRows · numCombinations, dim]` */
  clearEmpty({ pass, emptyStarts }: Plan, stack: TensorInfo): void {
    const dim = stack.shape[1];
    for (const start of emptyStarts) this.copies.clear(stack, { start: start * dim, length: pass.rows.length * dim });
  }

  /**
   * Adds layer k, weighted, to each combination that it has a share in.
   * @param rows of `layer` that the pass asks for, on the device; absent: `layer` has these rows alone
   */
  emit({ pass, terms }: Plan, k: number, layer: TensorInfo, rows: TensorInfo | undefined, stack: TensorInfo): void {
    const { copies } = this;
    for (const { weight, start, isFirst } of terms[k]) {
      copies.gather(layer, rows, pass.rows.length, stack.shape[1], stack, {
        scale: weight,
        accumulate: !isFirst,
        outStart: start,
      });
    }
  }

  /** Makes `out` the gradient of layer k at the pass's rows, `[numRows, dim]`. @param stack gradient of the stack */
  layerGradient({ pass, terms }: Plan, k: number, stack: TensorInfo, out: TensorInfo): void {
    const { copies } = this;
    if (terms[k].length === 0) copies.clear(out);
    for (const [i, { weight, start }] of terms[k].entries()) {
      copies.gather(stack, undefined, pass.rows.length, stack.shape[1], out, {
        scale: weight,
        accumulate: i > 0,
        xStart: start,
      });
    }
  }
}
