/** Layers of a linear encoder over a sampled block, in TensorFlow ops (formulas: `plain/block-layer-rows.ts`). */
import type { Tensor2D } from '@tensorflow/tfjs';
import type { BlockPass } from '../kernels.js';
import { type PassPlan, planPasses } from '../layer-plan.js';
import type { Arithmetic } from './arithmetic.js';
import type { Handle } from './binding.js';
import type { Eager, Input } from './eager.js';
import type { LayerStack } from './layer-stack.js';
import type { Noise } from './noise.js';
import type { SparseProducts } from './sparse-products.js';

type Plan = PassPlan<BlockPass>;

export class BlockLayerRows {
  constructor(
    private readonly eager: Eager,
    private readonly math: Arithmetic,
    private readonly products: SparseProducts,
    private readonly noise: Noise,
    private readonly stack: LayerStack,
  ) {}

  /** `[Σ numRows · numCombinations, dim]`. */
  forward(local: Tensor2D, passes: readonly BlockPass[]): Handle {
    const { plans } = planPasses(passes);
    return this.eager.scope(() => this.math.concatRows(plans.flatMap((plan) => this.passForward(local, plan))));
  }

  /** `[numLocal, dim]`. */
  backward(gradient: Tensor2D, passes: readonly BlockPass[], numLocal: number): Handle {
    const { plans } = planPasses(passes);
    return this.eager.scope(() => this.math.addAll(plans.map((plan) => this.passBackward(gradient, plan, numLocal))));
  }

  /** One handle a combination, `[numRows, dim]`. */
  private passForward(local: Tensor2D, plan: Plan): Handle[] {
    const { hops, noise, nodes, rows } = plan.pass;
    const chosen = this.eager.int32(rows);
    const layers: (Handle | undefined)[] = [];
    let layer: Input = local;
    for (const [k, terms] of plan.terms.entries()) {
      if (k > 0 && hops.length > 0) layer = this.products.blockProduct(hops[k - 1].matrix, layer.shape[0], layer);
      if (k > 0 && noise) {
        layer = this.noise.perturb(layer, noise.magnitude, noise.keys[k - 1], nodes.subarray(0, layer.shape[0]));
      }
      layers.push(terms.length > 0 ? this.math.gather(layer, chosen) : undefined);
    }
    return this.stack.combine(plan, layers, local.shape[1]);
  }

  private passBackward(gradient: Tensor2D, plan: Plan, numLocal: number): Handle {
    const { hops, rows } = plan.pass;
    const layers = this.stack.layerGradients(gradient, plan);
    const numRowsOf = (k: number): number =>
      k > 0 && hops.length > 0 ? hops[k - 1].matrix.offsets.length - 1 : numLocal;
    const sum = this.stack.backToTable(layers, rows, numRowsOf, (k, above) => {
      if (hops.length === 0) return above;
      const { matrix, transposed } = hops[k - 1];
      return this.products.blockProduct(matrix, transposed.offsets.length - 1, above, true);
    });
    return sum ?? this.math.zeros([numLocal, gradient.shape[1]]);
  }
}
