/** Layers of a linear encoder over a sampled block, on the device (formulas: `plain/block-layer-rows.ts`). */
import type { Tensor2D, TensorInfo } from '@tensorflow/tfjs';
import type { BlockPass } from '../kernels.js';
import type { PassPlan } from '../layer-plan.js';
import { LayerStack } from './layer-stack.js';

type Plan = PassPlan<BlockPass>;

export class BlockLayerRows extends LayerStack<BlockPass> {
  protected forwardPass(local: Tensor2D, plan: Plan, stack: TensorInfo): void {
    const { compute } = this;
    const [numLocal, dim] = local.shape;
    const { hops, noise, nodes, rows } = plan.pass;
    const [chosen, nodesSent] = [compute.upload(rows), compute.upload(nodes)];
    let layer: TensorInfo = local;
    this.emit(plan, 0, { layer, at: chosen, stack });
    for (let k = 1; k <= plan.lastLayer; k++) {
      const numRows = hops.length > 0 ? hops[k - 1].matrix.offsets.length - 1 : numLocal;
      const next = compute.floats(numRows, dim);
      if (hops.length > 0) this.products.blockProduct(hops[k - 1].matrix, layer, dim, next);
      else this.copies.gather({ x: layer, count: numRows, dim, out: next });
      if (noise) {
        const { magnitude, keys } = noise;
        this.noise.perturb(next, { numRows, dim, magnitude, key: keys[k - 1], nodes: nodesSent });
      }
      layer = next;
      this.emit(plan, k, { layer, at: chosen, stack });
    }
  }

  protected backwardPass(gradient: TensorInfo, plan: Plan, out: TensorInfo): void {
    const { compute, copies } = this;
    const [numLocal, dim] = out.shape;
    const { hops, rows } = plan.pass;
    const { lastLayer } = plan;
    const part = compute.floats(rows.length, dim);
    const scatter = (k: number, into: TensorInfo): void => {
      for (const { weight, start } of plan.terms[k]) {
        copies.gather({ x: gradient, xStart: start, count: rows.length, dim, out: part });
        this.sums.scatterAdd({ rows: part, targets: rows, dim, scale: weight, out: into });
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
      copies.gather({ x: sum, count: numLocal, dim, out, accumulate: true });
    }
    scatter(0, out);
  }
}
