/**
 * Combinations made of the rows of layers, and gradients of layers made of those of combinations, in TensorFlow ops: what
 * passes over a graph and over a sampled block have in common.
 */
import type { Tensor2D } from '@tensorflow/tfjs';
import type { BlockPass, LayerPass } from '../kernels.js';
import { type PassPlan, planPasses } from '../layer-plan.js';
import type { Arithmetic } from './arithmetic.js';
import type { Handle } from './binding.js';
import type { Eager } from './eager.js';
import type { Noise } from './noise.js';
import type { SparseProducts } from './sparse-products.js';

export abstract class LayerStack<Pass extends LayerPass | BlockPass> {
  constructor(
    protected readonly eager: Eager,
    protected readonly math: Arithmetic,
    protected readonly products: SparseProducts,
    protected readonly noise: Noise,
  ) {}

  /** @param table layer 0 of every pass, `[numNodes, dim]` @returns `[Σ numRows · numCombinations, dim]` */
  forward(table: Tensor2D, passes: readonly Pass[]): Handle {
    const { plans } = planPasses(passes);
    return this.eager.scope(() =>
      this.math.concatRows(plans.flatMap((plan) => this.combine(plan, this.layersAtRows(table, plan), table.shape[1]))),
    );
  }

  /** @param gradient of the stack @returns gradient of layer 0, `[numNodes, dim]` */
  backward(gradient: Tensor2D, passes: readonly Pass[], numNodes: number): Handle {
    const { plans } = planPasses(passes);
    return this.eager.scope(() =>
      this.math.addAll(
        plans.map((plan) => {
          const sum = this.backToTable(this.layerGradients(gradient, plan), plan, numNodes);
          return sum ?? this.math.zeros([numNodes, gradient.shape[1]]);
        }),
      ),
    );
  }

  /** Layer 0 … lastLayer at the pass's rows, `[numRows, dim]` each; those without a share may be undefined. */
  protected abstract layersAtRows(table: Tensor2D, plan: PassPlan<Pass>): (Handle | undefined)[];

  /**
   * @param layers gradient of layer 0 … lastLayer at the pass's rows, undefined where it has none
   * @returns gradient of layer 0, `[numNodes, dim]`; undefined where it is 0
   */
  protected abstract backToTable(
    layers: readonly (Handle | undefined)[],
    plan: PassPlan<Pass>,
    numNodes: number,
  ): Handle | undefined;

  /**
   * G_0 + back_1(G_1 + back_2(G_2 + …)).
   *
   * @param layers G_k at `rows`
   * @param hops numRowsOf: rows of layer k; back: what the gradient of layer k ≥ 1 gives to layer k − 1, maybe the same handle
   */
  protected goBack(
    layers: readonly (Handle | undefined)[],
    rows: Int32Array,
    hops: { readonly numRowsOf: (k: number) => number; readonly back: (k: number, sum: Handle) => Handle },
  ): Handle | undefined {
    const { eager, math } = this;
    const places = eager.int32(rows);
    let sum: Handle | undefined;
    for (let k = layers.length - 1; k >= 0; k--) {
      const above: Handle | undefined = sum;
      const own = layers[k] && math.scatterAdd(layers[k]!, places, hops.numRowsOf(k));
      sum = above && own ? math.add(above, own) : (above ?? own);
      if (above && own) for (const term of [above, own]) eager.free(term);
      if (k === 0 || sum === undefined) continue;
      const below = hops.back(k, sum);
      if (below !== sum) eager.free(sum);
      sum = below;
    }
    return sum;
  }

  /** One handle a combination, `[numRows, dim]`. */
  private combine({ pass }: PassPlan<Pass>, layers: readonly (Handle | undefined)[], dim: number): Handle[] {
    const { math } = this;
    return pass.combinations.map((weights) => {
      const terms = layers.flatMap((layer, k) => {
        if (layer === undefined || weights[k] === 0) return [];
        return [weights[k] === 1 ? layer : math.scale(layer, weights[k])];
      });
      return terms.length > 0 ? math.addAll(terms) : math.zeros([pass.rows.length, dim]);
    });
  }

  /** Of layer 0 … lastLayer at the pass's rows, `[numRows, dim]` each; undefined where it has no share. */
  private layerGradients(gradient: Tensor2D, { pass, starts, terms }: PassPlan<Pass>): (Handle | undefined)[] {
    const { math } = this;
    const parts = new Map(starts.map((start) => [start, math.sliceRows(gradient, { start, count: pass.rows.length })]));
    return terms.map((shares) => {
      const scaled = shares.map(({ start, weight }) => math.scale(parts.get(start)!, weight));
      return scaled.length > 0 ? math.addAll(scaled) : undefined;
    });
  }
}
