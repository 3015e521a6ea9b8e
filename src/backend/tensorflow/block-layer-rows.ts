/** Layers of a linear encoder over a sampled block, in TensorFlow ops (formulas: `plain/block-layer-rows.ts`). */
import type { Tensor2D } from '@tensorflow/tfjs';
import type { BlockPass } from '../kernels.js';
import { stackedRows } from '../plain/layer-rows.js';
import type { Arithmetic } from './arithmetic.js';
import type { Handle } from './binding.js';
import type { Eager, Input } from './eager.js';
import type { Noise } from './noise.js';
import type { SparseProducts } from './sparse-products.js';

export class BlockLayerRows {
  constructor(
    private readonly eager: Eager,
    private readonly math: Arithmetic,
    private readonly products: SparseProducts,
    private readonly noise: Noise,
  ) {}

  /** `[Σ numRows · numCombinations, dim]`. */
  forward(local: Tensor2D, passes: readonly BlockPass[]): Handle {
    return this.eager.scope(() => this.math.concatRows(passes.flatMap((pass) => this.passForward(local, pass))));
  }

  /** `[numLocal, dim]`. */
  backward(gradient: Tensor2D, passes: readonly BlockPass[], numLocal: number): Handle {
    return this.eager.scope(() => {
      let start = 0;
      const sums = passes.map((pass) => {
        const sum = this.passBackward(gradient, start, pass, numLocal);
        start += stackedRows(pass);
        return sum;
      });
      return this.math.addAll(sums);
    });
  }

  /** One handle a combination, `[numRows, dim]`. */
  private passForward(local: Tensor2D, { hops, numLayers, noise, nodes, rows, combinations }: BlockPass): Handle[] {
    const { eager, math } = this;
    const chosen = eager.int32(rows);
    const terms: Handle[][] = combinations.map(() => []);
    let layer: Input = local;
    for (let k = 0; k <= numLayers; k++) {
      if (k > 0 && hops.length > 0) layer = this.products.blockProduct(hops[k - 1].matrix, layer.shape[0], layer);
      if (k > 0 && noise) {
        layer = this.noise.perturb(layer, noise.magnitude, noise.keys[k - 1], nodes.subarray(0, layer.shape[0]));
      }
      if (combinations.every((weights) => weights[k] === 0)) continue;
      const layerRows = math.gather(layer, chosen);
      for (const [j, weights] of combinations.entries()) {
        if (weights[k] !== 0) terms[j].push(math.scale(layerRows, weights[k]));
      }
    }
    return terms.map((parts) => (parts.length > 0 ? math.addAll(parts) : math.zeros([rows.length, local.shape[1]])));
  }

  private passBackward(
    gradient: Tensor2D,
    start: number,
    { hops, numLayers, rows, combinations }: BlockPass,
    numLocal: number,
  ): Handle {
    const { eager, math } = this;
    const chosen = eager.int32(rows);
    const parts = combinations.map((_, j) => math.sliceRows(gradient, start + j * rows.length, rows.length));
    let sum: Handle | undefined;
    for (let k = numLayers; k >= 0; k--) {
      const numRows = k > 0 && hops.length > 0 ? hops[k - 1].matrix.offsets.length - 1 : numLocal;
      const terms = combinations.flatMap((weights, j) => (weights[k] === 0 ? [] : [math.scale(parts[j], weights[k])]));
      const own = terms.length > 0 ? math.scatterAdd(math.addAll(terms), chosen, numRows) : undefined;
      sum = sum && own ? math.add(sum, own) : (sum ?? own);
      if (k > 0 && hops.length > 0 && sum) {
        const numColumns = hops[k - 1].transposed.offsets.length - 1;
        sum = this.products.blockProduct(hops[k - 1].matrix, numColumns, sum, true);
      }
    }
    return sum ?? math.zeros([numLocal, gradient.shape[1]]);
  }
}
