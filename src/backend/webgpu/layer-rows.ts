/**
 * Layers of a linear encoder at some rows, on the device (formulas: `plain/layer-rows.ts`): the last layer is computed at
 * the asked rows only, and the gradient's first product starts from those rows only.
 */
import type { Tensor2D, TensorInfo } from '@tensorflow/tfjs';
import type { LayerPass } from '../kernels.js';
import { type PassPlan, placesOfRows } from '../layer-plan.js';
import { LayerStack } from './layer-stack.js';

type Plan = PassPlan<LayerPass>;

export class LayerRows extends LayerStack<LayerPass> {
  protected forwardPass(table: Tensor2D, plan: Plan, stack: TensorInfo): void {
    const { compute } = this;
    const [numNodes, dim] = table.shape;
    const { matrix, noise, rows } = plan.pass;
    const { lastLayer } = plan;
    const chosen = compute.upload(rows);
    const perturb = (layer: number, x: TensorInfo, nodes?: TensorInfo): void => {
      if (!noise) return;
      const { magnitude, keys } = noise;
      this.noise.perturb(x, { numRows: x.shape[0], dim, magnitude, key: keys[layer - 1], nodes });
    };
    this.emit(plan, 0, { layer: table, at: chosen, stack });
    if (lastLayer === 0) return;
    let whole: TensorInfo = table;
    for (let layer = 1; layer < lastLayer && matrix; layer++) {
      const next = compute.floats(numNodes, dim);
      this.products.product(matrix, whole, dim, next);
      perturb(layer, next);
      this.emit(plan, layer, { layer: next, at: chosen, stack });
      whole = next;
    }
    const compact = compute.floats(rows.length, dim);
    if (matrix) {
      this.products.product(matrix, whole, dim, compact, { rows });
      perturb(lastLayer, compact, chosen);
      this.emit(plan, lastLayer, { layer: compact, stack });
      return;
    }
    this.copies.gather({ x: table, rows: chosen, count: rows.length, dim, out: compact });
    for (let layer = 1; layer <= lastLayer; layer++) {
      perturb(layer, compact, chosen);
      this.emit(plan, layer, { layer: compact, stack });
    }
  }

  protected backwardPass(gradient: TensorInfo, plan: Plan, out: TensorInfo): void {
    const { compute, copies, products } = this;
    const [numNodes, dim] = out.shape;
    const { matrix, rows } = plan.pass;
    const { lastLayer } = plan;
    const total = compute.floats(rows.length, dim);
    /** The gradient of a layer at the rows, in `total`. */
    const gradientOf = (layer: number): TensorInfo => {
      if (plan.terms[layer].length === 0) copies.clear(total);
      for (const [i, { weight, start }] of plan.terms[layer].entries()) {
        const part = { x: gradient, xStart: start, count: rows.length, dim };
        copies.gather({ ...part, out: total, scale: weight, accumulate: i > 0 });
      }
      return total;
    };
    const scatter = (layer: number, into: TensorInfo): void => {
      if (plan.terms[layer].length > 0)
        this.sums.scatterAdd({ rows: gradientOf(layer), targets: rows, dim, out: into });
    };
    if (matrix === undefined) {
      // every layer is the table, as far as the gradient goes
      for (let layer = 0; layer <= lastLayer; layer++) scatter(layer, out);
      return;
    }
    if (lastLayer > 0) {
      let current = gradientOf(lastLayer);
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
