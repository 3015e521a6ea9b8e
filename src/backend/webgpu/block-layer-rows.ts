/** Layers of a linear encoder over a sampled block, on the device (formulas: `plain/block-layer-rows.ts`). */
import type { Tensor2D, TensorInfo } from '@tensorflow/tfjs';
import type { BlockPass } from '../kernels.js';
import { type PassPlan, planPasses } from '../layer-plan.js';
import type { Compute } from './compute.js';
import type { LayerStack } from './layer-stack.js';
import type { Noise } from './noise.js';
import type { RowCopies } from './row-copies.js';
import type { RowSums } from './row-sums.js';
import type { SparseProducts } from './sparse-products.js';

type Plan = PassPlan<BlockPass>;

export class BlockLayerRows {
  constructor(
    private readonly compute: Compute,
    private readonly products: SparseProducts,
    private readonly sums: RowSums,
    private readonly copies: RowCopies,
    private readonly noise: Noise,
    private readonly stack: LayerStack,
  ) {}

  forward(local: Tensor2D, passes: readonly BlockPass[]): TensorInfo {
    const { compute } = this;
    const { plans, numRows } = planPasses(passes);
    return compute.scope(() => {
      const out = compute.floats(numRows, local.shape[1]);
      for (const plan of plans) {
        if (plan.pass.rows.length > 0) compute.scope(() => this.forwardPass(local, plan, out));
      }
      return out;
    });
  }

  private forwardPass(local: Tensor2D, plan: Plan, out: TensorInfo): void {
    const { compute, stack } = this;
    const [numLocal, dim] = local.shape;
    const { hops, noise, nodes, rows } = plan.pass;
    const [chosen, nodesSent] = [compute.upload(rows), compute.upload(nodes)];
    let layer: TensorInfo = local;
    stack.clearEmpty(plan, out);
    stack.emit(plan, 0, layer, chosen, out);
    for (let k = 1; k <= plan.lastLayer; k++) {
      const numRows = hops.length > 0 ? hops[k - 1].matrix.offsets.length - 1 : numLocal;
      const next = compute.floats(numRows, dim);
      if (hops.length > 0) this.products.blockProduct(hops[k - 1].matrix, layer, dim, next);
      else this.copies.gather(layer, undefined, numRows, dim, next);
      if (noise) this.noise.perturb(next, numRows, dim, noise.magnitude, noise.keys[k - 1], nodesSent);
      layer = next;
      stack.emit(plan, k, layer, chosen, out);
    }
  }

  backward(gradient: Tensor2D, passes: readonly BlockPass[], numLocal: number): TensorInfo {
    const { compute, copies } = this;
    return compute.scope(() => {
      const out = compute.floats(numLocal, gradient.shape[1]);
      copies.clear(out);
      for (const plan of planPasses(passes).plans) {
        if (plan.pass.rows.length > 0) compute.scope(() => this.backwardPass(gradient, plan, out));
      }
      return out;
    });
  }

  private backwardPass(gradient: TensorInfo, plan: Plan, out: TensorInfo): void {
    const { compute, copies } = this;
    const [numLocal, dim] = out.shape;
    const { hops, rows } = plan.pass;
    const { lastLayer } = plan;
    const part = compute.floats(rows.length, dim);
    const scatter = (k: number, into: TensorInfo): void => {
      for (const { weight, start } of plan.terms[k]) {
        copies.gather(gradient, undefined, rows.length, dim, part, { xStart: start });
        this.sums.scatterAdd(part, rows, dim, weight, into);
      }
    };
    if (hops.length === 0) {
      for (let k = 0; k <= lastLayer; k++) scatter(k, out);
      return;
    }
    if (lastLayer > 0) {
      let sum = compute.floats(hops[lastLayer - 1].matrix.offsets.length - 1, dim);
      copies.clear(sum);
      for (let k = lastLayer; k > 0; k--) {
        scatter(k, sum);
        const { transposed } = hops[k - 1];
        const next = compute.floats(transposed.offsets.length - 1, dim);
        this.products.blockProduct(transposed, sum, dim, next);
        sum = next;
      }
      copies.gather(sum, undefined, numLocal, dim, out, { accumulate: true });
    }
    scatter(0, out);
  }
}
