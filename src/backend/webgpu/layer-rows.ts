/**
 * Layers of a linear encoder at some rows, on the device (formulas: `plain/layer-rows.ts`): the last layer is computed at
 * the asked rows only, and the gradient's first product starts from those rows only.
 */
import type { Tensor2D, TensorInfo } from '@tensorflow/tfjs';
import type { LayerPass } from '../kernels.js';
import { stackedRows } from '../plain/layer-rows.js';
import type { Compute } from './compute.js';
import type { Noise } from './noise.js';
import type { RowCopies } from './row-copies.js';
import type { RowSums } from './row-sums.js';
import type { SparseProducts } from './sparse-products.js';

const NOT_WANTED = -1;

export class LayerRows {
  constructor(
    private readonly compute: Compute,
    private readonly products: SparseProducts,
    private readonly sums: RowSums,
    private readonly copies: RowCopies,
    private readonly noise: Noise,
  ) {}

  forward(table: Tensor2D, passes: readonly LayerPass[]): TensorInfo {
    const { compute } = this;
    const [numNodes, dim] = table.shape;
    const total = passes.reduce((sum, pass) => sum + stackedRows(pass), 0);
    return compute.scope(() => {
      const out = compute.floats(total, dim);
      let start = 0;
      for (const pass of passes) {
        if (pass.rows.length > 0) this.forwardPass(table, numNodes, dim, pass, out, start);
        start += stackedRows(pass);
      }
      return out;
    });
  }

  private forwardPass(
    table: TensorInfo,
    numNodes: number,
    dim: number,
    pass: LayerPass,
    out: TensorInfo,
    start: number,
  ): void {
    const { compute, copies } = this;
    const { matrix, noise, rows } = pass;
    const lastLayer = lastLayerOf(pass);
    compute.scope(() => {
      const chosen = compute.upload(rows);
      const emit = (layer: number, values: TensorInfo, at: TensorInfo | undefined): void => {
        for (const [j, weights] of pass.combinations.entries()) {
          const started = weights.findIndex((weight) => weight !== 0) < layer;
          if (weights[layer] === 0) continue;
          const outStart = start + j * rows.length;
          copies.gather(values, at, rows.length, dim, out, { scale: weights[layer], accumulate: started, outStart });
        }
      };
      for (const [j, weights] of pass.combinations.entries()) {
        if (weights.some((weight) => weight !== 0)) continue;
        copies.gather(table, chosen, rows.length, dim, out, { scale: 0, outStart: start + j * rows.length });
      }
      const perturb = (layer: number, values: TensorInfo, count: number, nodes?: TensorInfo): void => {
        if (noise) this.noise.perturb(values, count, dim, noise.magnitude, noise.keys[layer - 1], nodes);
      };
      emit(0, table, chosen);
      if (lastLayer === 0) return;
      let whole: TensorInfo = table;
      for (let layer = 1; layer < lastLayer && matrix; layer++) {
        const next = compute.floats(numNodes, dim);
        this.products.product(matrix, whole, dim, next);
        perturb(layer, next, numNodes);
        emit(layer, next, chosen);
        whole = next;
      }
      const compact = compute.floats(rows.length, dim);
      if (matrix) {
        this.products.product(matrix, whole, dim, compact, { rows });
        perturb(lastLayer, compact, rows.length, chosen);
        emit(lastLayer, compact, undefined);
        return;
      }
      copies.gather(table, chosen, rows.length, dim, compact);
      for (let layer = 1; layer <= lastLayer; layer++) {
        perturb(layer, compact, rows.length, chosen);
        emit(layer, compact, undefined);
      }
    });
  }

  backward(gradient: Tensor2D, passes: readonly LayerPass[], numNodes: number): TensorInfo {
    const { compute, copies } = this;
    const dim = gradient.shape[1];
    return compute.scope(() => {
      const out = compute.floats(numNodes, dim);
      copies.fill(out, numNodes * dim, 0);
      let start = 0;
      for (const pass of passes) {
        const first = start;
        if (pass.rows.length > 0) compute.scope(() => this.backwardPass(gradient, first, dim, pass, numNodes, out));
        start += stackedRows(pass);
      }
      return out;
    });
  }

  private backwardPass(
    gradient: TensorInfo,
    start: number,
    dim: number,
    pass: LayerPass,
    numNodes: number,
    out: TensorInfo,
  ): void {
    const { compute, copies, products } = this;
    const { matrix, rows } = pass;
    const lastLayer = lastLayerOf(pass);
    const total = compute.floats(rows.length, dim);
    /** Σ_j weight of the layer in combination j · part j, `[numRows, dim]`. */
    const weighted = (layer: number): TensorInfo => {
      let started = false;
      for (const [j, weights] of pass.combinations.entries()) {
        if (weights[layer] === 0) continue;
        const xStart = start + j * rows.length;
        copies.gather(gradient, undefined, rows.length, dim, total, {
          scale: weights[layer],
          accumulate: started,
          xStart,
        });
        started = true;
      }
      if (!started) copies.fill(total, rows.length * dim, 0);
      return total;
    };
    const scatter = (layer: number, into: TensorInfo): void => {
      if (pass.combinations.every((weights) => weights[layer] === 0)) return;
      this.sums.scatterAdd(weighted(layer), rows, dim, 1, into);
    };
    if (matrix === undefined) {
      // every layer is the table, as far as the gradient goes
      for (let layer = 0; layer <= lastLayer; layer++) scatter(layer, out);
      return;
    }
    if (lastLayer > 0) {
      const places = new Int32Array(numNodes).fill(NOT_WANTED);
      for (let i = 0; i < rows.length; i++) places[rows[i]] = i;
      let current = weighted(lastLayer);
      let positions: TensorInfo | undefined = compute.upload(places);
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

/** Last layer that any combination uses. */
function lastLayerOf({ combinations }: LayerPass): number {
  return Math.max(0, ...combinations.map((weights) => weights.findLastIndex((weight) => weight !== 0)));
}
