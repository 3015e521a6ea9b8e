/**
 * Layers of a linear encoder at some rows, on the device (formulas: `plain/layer-rows.ts`): the last layer is computed at
 * the asked rows only, and the gradient's first product starts from those rows only.
 */
import type { Tensor2D, TensorInfo } from '@tensorflow/tfjs';
import type { LayerPass } from '../kernels.js';
import { type PassPlan, placesOfRows, planPasses } from '../layer-plan.js';
import type { Compute } from './compute.js';
import type { LayerStack } from './layer-stack.js';
import type { Noise } from './noise.js';
import type { RowCopies } from './row-copies.js';
import type { RowSums } from './row-sums.js';
import type { SparseProducts } from './sparse-products.js';

type Plan = PassPlan<LayerPass>;

export class LayerRows {
  constructor(
    private readonly compute: Compute,
    private readonly products: SparseProducts,
    private readonly sums: RowSums,
    private readonly copies: RowCopies,
    private readonly noise: Noise,
    private readonly stack: LayerStack,
  ) {}

  forward(table: Tensor2D, passes: readonly LayerPass[]): TensorInfo {
    const { compute } = this;
    const { plans, numRows } = planPasses(passes);
    return compute.scope(() => {
      const out = compute.floats(numRows, table.shape[1]);
      for (const plan of plans) {
        if (plan.pass.rows.length > 0) compute.scope(() => this.forwardPass(table, plan, out));
      }
      return out;
    });
  }

  private forwardPass(table: Tensor2D, plan: Plan, out: TensorInfo): void {
    const { compute, stack } = this;
    const [numNodes, dim] = table.shape;
    const { matrix, noise, rows } = plan.pass;
    const { lastLayer } = plan;
    const chosen = compute.upload(rows);
    const perturb = (layer: number, values: TensorInfo, count: number, nodes?: TensorInfo): void => {
      if (noise) this.noise.perturb(values, count, dim, noise.magnitude, noise.keys[layer - 1], nodes);
    };
    stack.clearEmpty(plan, out);
    stack.emit(plan, 0, table, chosen, out);
    if (lastLayer === 0) return;
    let whole: TensorInfo = table;
    for (let layer = 1; layer < lastLayer && matrix; layer++) {
      const next = compute.floats(numNodes, dim);
      this.products.product(matrix, whole, dim, next);
      perturb(layer, next, numNodes);
      stack.emit(plan, layer, next, chosen, out);
      whole = next;
    }
    const compact = compute.floats(rows.length, dim);
    if (matrix) {
      this.products.product(matrix, whole, dim, compact, { rows });
      perturb(lastLayer, compact, rows.length, chosen);
      stack.emit(plan, lastLayer, compact, undefined, out);
      return;
    }
    this.copies.gather(table, chosen, rows.length, dim, compact);
    for (let layer = 1; layer <= lastLayer; layer++) {
      perturb(layer, compact, rows.length, chosen);
      stack.emit(plan, layer, compact, undefined, out);
    }
  }

  backward(gradient: Tensor2D, passes: readonly LayerPass[], numNodes: number): TensorInfo {
    const { compute, copies } = this;
    return compute.scope(() => {
      const out = compute.floats(numNodes, gradient.shape[1]);
      copies.clear(out);
      for (const plan of planPasses(passes).plans) {
        if (plan.pass.rows.length > 0) compute.scope(() => this.backwardPass(gradient, plan, out));
      }
      return out;
    });
  }

  private backwardPass(gradient: TensorInfo, plan: Plan, out: TensorInfo): void {
    const { compute, products, stack } = this;
    const [numNodes, dim] = out.shape;
    const { matrix, rows } = plan.pass;
    const { lastLayer } = plan;
    const total = compute.floats(rows.length, dim);
    const scatter = (layer: number, into: TensorInfo): void => {
      if (plan.terms[layer].length === 0) return;
      stack.layerGradient(plan, layer, gradient, total);
      this.sums.scatterAdd(total, rows, dim, 1, into);
    };
    if (matrix === undefined) {
      // every layer is the table, as far as the gradient goes
      for (let layer = 0; layer <= lastLayer; layer++) scatter(layer, out);
      return;
    }
    if (lastLayer > 0) {
      stack.layerGradient(plan, lastLayer, gradient, total);
      let current = total;
      let positions: TensorInfo | undefined = compute.upload(placesOfRows([plan.pass], numNodes).placeOf);
      for (let layer = lastLayer - 1; layer > 0; layer--) {
        const sum = compute.floats(numNodes, dim);
        products.product(matrix, current, dim, sum, { positions });
        scatter(layer, sum);
        current = sum;
        positions = undefined;
      }
      products.product(matrix, current, dim, out, { positions, accumulate: true });
    }
    scatter(0, out);
  }
}
