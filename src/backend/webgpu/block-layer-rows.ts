/** Layers of a linear encoder over a sampled block, on the device (formulas: `plain/block-layer-rows.ts`). */
import type { Tensor2D, TensorInfo } from '@tensorflow/tfjs';
import type { BlockPass } from '../kernels.js';
import { stackedRows } from '../plain/layer-rows.js';
import type { Compute } from './compute.js';
import type { Noise } from './noise.js';
import type { RowCopies } from './row-copies.js';
import type { RowSums } from './row-sums.js';
import type { SparseProducts } from './sparse-products.js';

export class BlockLayerRows {
  constructor(
    private readonly compute: Compute,
    private readonly products: SparseProducts,
    private readonly sums: RowSums,
    private readonly copies: RowCopies,
    private readonly noise: Noise,
  ) {}

  forward(local: Tensor2D, passes: readonly BlockPass[]): TensorInfo {
    const { compute } = this;
    const [numLocal, dim] = local.shape;
    const total = passes.reduce((sum, pass) => sum + stackedRows(pass), 0);
    return compute.scope(() => {
      const out = compute.floats(total, dim);
      this.copies.fill(out, total * dim, 0);
      let start = 0;
      for (const pass of passes) {
        const first = start;
        if (pass.rows.length > 0) compute.scope(() => this.forwardPass(local, numLocal, dim, pass, out, first));
        start += stackedRows(pass);
      }
      return out;
    });
  }

  private forwardPass(
    local: TensorInfo,
    numLocal: number,
    dim: number,
    { hops, numLayers, noise, nodes, rows, combinations }: BlockPass,
    out: TensorInfo,
    start: number,
  ): void {
    const { compute, copies } = this;
    const [chosen, nodesSent] = [compute.upload(rows), compute.upload(nodes)];
    let layer = local;
    for (let k = 0; k <= numLayers; k++) {
      if (k > 0) {
        const numRows = hops.length > 0 ? hops[k - 1].matrix.offsets.length - 1 : numLocal;
        const next = compute.floats(numRows, dim);
        if (hops.length > 0) this.products.blockProduct(hops[k - 1].matrix, layer, dim, next);
        else copies.gather(layer, undefined, numRows, dim, next);
        if (noise) this.noise.perturb(next, numRows, dim, noise.magnitude, noise.keys[k - 1], nodesSent);
        layer = next;
      }
      for (const [j, weights] of combinations.entries()) {
        if (weights[k] === 0) continue;
        const outStart = start + j * rows.length;
        copies.gather(layer, chosen, rows.length, dim, out, { scale: weights[k], accumulate: true, outStart });
      }
    }
  }

  backward(gradient: Tensor2D, passes: readonly BlockPass[], numLocal: number): TensorInfo {
    const { compute, copies } = this;
    const dim = gradient.shape[1];
    return compute.scope(() => {
      const out = compute.floats(numLocal, dim);
      copies.fill(out, numLocal * dim, 0);
      let start = 0;
      for (const pass of passes) {
        const first = start;
        if (pass.rows.length > 0) compute.scope(() => this.backwardPass(gradient, first, dim, pass, numLocal, out));
        start += stackedRows(pass);
      }
      return out;
    });
  }

  private backwardPass(
    gradient: TensorInfo,
    start: number,
    dim: number,
    { hops, numLayers, rows, combinations }: BlockPass,
    numLocal: number,
    out: TensorInfo,
  ): void {
    const { compute, copies } = this;
    const part = compute.floats(rows.length, dim);
    const scatter = (k: number, into: TensorInfo): void => {
      for (const [j, weights] of combinations.entries()) {
        if (weights[k] === 0) continue;
        copies.gather(gradient, undefined, rows.length, dim, part, { xStart: start + j * rows.length });
        this.sums.scatterAdd(part, rows, dim, weights[k], into);
      }
    };
    if (hops.length === 0) {
      for (let k = 0; k <= numLayers; k++) scatter(k, out);
      return;
    }
    const top = hops[numLayers - 1].matrix.offsets.length - 1;
    let sum = compute.floats(top, dim);
    copies.fill(sum, top * dim, 0);
    for (let k = numLayers; k > 0; k--) {
      scatter(k, sum);
      const { transposed } = hops[k - 1];
      const next = compute.floats(transposed.offsets.length - 1, dim);
      this.products.blockProduct(transposed, sum, dim, next);
      sum = next;
    }
    copies.gather(sum, undefined, numLocal, dim, out, { accumulate: true });
    scatter(0, out);
  }
}
