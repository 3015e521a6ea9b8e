/**
 * Combinations made of the rows of layers, and gradients of layers made of those of combinations, in TensorFlow ops: what
 * passes over a graph and over a sampled block have in common.
 */
import type { Tensor2D } from '@tensorflow/tfjs';
import type { BlockPass, LayerPass } from '../kernels.js';
import type { PassPlan } from '../layer-plan.js';
import type { Arithmetic } from './arithmetic.js';
import type { Handle } from './binding.js';
import type { Eager } from './eager.js';

type Plan = PassPlan<LayerPass | BlockPass>;

export class LayerStack {
  constructor(
    private readonly eager: Eager,
    private readonly math: Arithmetic,
  ) {}

  /**
   * @param layers rows of layer 0 … lastLayer that the pass asks for, `[numRows, dim]` each; only those with a share are read
   * @returns one handle a combination, `[numRows, dim]`
   */
  combine({ pass }: Plan, layers: readonly (Handle | undefined)[], dim: number): Handle[] {
    const { math } = this;
    return pass.combinations.map((weights) => {
      const terms = layers.flatMap((layer, k) => {
        if (layer === undefined || weights[k] === 0) return [];
        return [weights[k] === 1 ? layer : math.scale(layer, weights[k])];
      });
      return terms.length > 0 ? math.addAll(terms) : math.zeros([pass.rows.length, dim]);
    });
  }

  /**
   * @param gradient of the stack
   * @returns gradient of layer 0 … lastLayer at the pass's rows, `[numRows, dim]` each; undefined where it has no share
   */
  layerGradients(gradient: Tensor2D, { pass, starts, terms }: Plan): (Handle | undefined)[] {
    const { math } = this;
    const parts = new Map(starts.map((start) => [start, math.sliceRows(gradient, start, pass.rows.length)]));
    return terms.map((shares) => {
      const scaled = shares.map(({ start, weight }) => math.scale(parts.get(start)!, weight));
      return scaled.length > 0 ? math.addAll(scaled) : undefined;
    });
  }

  /**
   * G_0 + back_1(G_1 + back_2(G_2 + …)).
   *
   * @param layers G_k at `rows`, as `layerGradients` has them
   * @param numRowsOf rows of layer k
   * @param hopBack what the gradient of layer k ≥ 1 gives to layer k − 1; may be the very same handle
   * @returns `[numRowsOf(0), dim]`, undefined where no layer has a gradient
   */
  backToTable(
    layers: readonly (Handle | undefined)[],
    rows: Int32Array,
    numRowsOf: (k: number) => number,
    hopBack: (k: number, sum: Handle) => Handle,
  ): Handle | undefined {
    const { eager, math } = this;
    const places = eager.int32(rows);
    let sum: Handle | undefined;
    for (let k = layers.length - 1; k >= 0; k--) {
      const above: Handle | undefined = sum;
      const own = layers[k] && math.scatterAdd(layers[k]!, places, numRowsOf(k));
      sum = above && own ? math.add(above, own) : (above ?? own);
      if (above && own) for (const term of [above, own]) eager.free(term);
      if (k === 0 || sum === undefined) continue;
      const below = hopBack(k, sum);
      if (below !== sum) eager.free(sum);
      sum = below;
    }
    return sum;
  }
}
