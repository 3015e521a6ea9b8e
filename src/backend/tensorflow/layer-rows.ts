/**
 * Layers of a linear encoder at some rows, and the gradient for the table, in TensorFlow ops (formulas:
 * `plain/layer-rows.ts`). Every hop is a product with the whole matrix: cutting the asked rows out of it in JavaScript, as
 * the other backends' loops do, costs more than the rows save.
 */
import type { Tensor2D } from '@tensorflow/tfjs';
import type { LayerPass } from '../kernels.js';
import { stackedRows } from '../plain/layer-rows.js';
import type { Arithmetic } from './arithmetic.js';
import type { Handle } from './binding.js';
import type { Eager, Input } from './eager.js';
import type { Noise } from './noise.js';
import type { SparseProducts } from './sparse-products.js';

export class LayerRows {
  constructor(
    private readonly eager: Eager,
    private readonly math: Arithmetic,
    private readonly products: SparseProducts,
    private readonly noise: Noise,
  ) {}

  /** `[Σ numRows · numCombinations, dim]`. */
  forward(table: Tensor2D, passes: readonly LayerPass[]): Handle {
    return this.eager.scope(() => this.math.concatRows(passes.flatMap((pass) => this.passForward(table, pass))));
  }

  /** `[numNodes, dim]`. */
  backward(gradient: Tensor2D, passes: readonly LayerPass[], numNodes: number): Handle {
    return this.eager.scope(() => {
      let start = 0;
      const sums = passes.map((pass) => {
        const sum = this.passBackward(gradient, start, pass, numNodes);
        start += stackedRows(pass);
        return sum;
      });
      return this.math.addAll(sums);
    });
  }

  /** One handle a combination, `[numRows, dim]`. */
  private passForward(table: Tensor2D, pass: LayerPass): Handle[] {
    const { eager, math } = this;
    const { matrix, noise, rows, combinations } = pass;
    const nodes = eager.int32(rows);
    const last = Math.max(0, ...combinations.map((weights) => weights.findLastIndex((weight) => weight !== 0)));
    const terms: Handle[][] = combinations.map(() => []);
    const emit = (k: number, layerRows: Handle): void => {
      for (const [j, weights] of combinations.entries()) {
        if (weights[k] !== 0) terms[j].push(weights[k] === 1 ? layerRows : math.scale(layerRows, weights[k]));
      }
    };
    // without a matrix a row depends on itself alone
    let layer: Input = matrix ? table : math.gather(table, nodes);
    emit(0, matrix ? math.gather(table, nodes) : (layer as Handle));
    for (let k = 1; k <= last; k++) {
      const whole = matrix !== undefined && k < last;
      const previous: Input = layer;
      layer = eager.scope(() => {
        const hop = matrix ? this.products.product(matrix, previous) : (previous as Handle);
        const wanted = matrix && !whole ? math.gather(hop, nodes) : hop;
        return noise
          ? this.noise.perturb(wanted, noise.magnitude, noise.keys[k - 1], whole ? undefined : rows)
          : wanted;
      });
      emit(k, whole ? math.gather(layer, nodes) : layer);
      if (matrix && !('dataId' in previous)) eager.free(previous);
    }
    return terms.map((parts) => (parts.length > 0 ? math.addAll(parts) : math.zeros([rows.length, table.shape[1]])));
  }

  private passBackward(gradient: Tensor2D, start: number, pass: LayerPass, numNodes: number): Handle {
    const { eager, math } = this;
    const { matrix, numLayers, rows, combinations } = pass;
    const nodes = eager.int32(rows);
    const parts = combinations.map((_, j) => math.sliceRows(gradient, start + j * rows.length, rows.length));
    /** G_k at the rows, or undefined where no combination uses layer k. */
    const layerGradient = (k: number): Handle | undefined => {
      const terms = combinations.flatMap((weights, j) => (weights[k] === 0 ? [] : [math.scale(parts[j], weights[k])]));
      return terms.length > 0 ? math.addAll(terms) : undefined;
    };
    const layers = Array.from({ length: numLayers + 1 }, (_, k) => layerGradient(k));
    if (matrix === undefined) {
      const used = layers.filter((layer) => layer !== undefined);
      return used.length > 0 ? math.scatterAdd(math.addAll(used), nodes, numNodes) : this.zeros(gradient, numNodes);
    }
    let sum: Handle | undefined;
    for (let k = numLayers; k >= 0; k--) {
      const own = layers[k] && math.scatterAdd(layers[k]!, nodes, numNodes);
      const before: Handle | undefined = sum;
      sum = before && own ? math.add(before, own) : (before ?? own);
      if (before && own) for (const term of [before, own]) eager.free(term);
      if (k === 0 || sum === undefined) continue;
      const next = this.products.product(matrix, sum);
      eager.free(sum);
      sum = next;
    }
    return sum ?? this.zeros(gradient, numNodes);
  }

  private zeros(like: Tensor2D, numRows: number): Handle {
    return this.math.zeros([numRows, like.shape[1]]);
  }
}
