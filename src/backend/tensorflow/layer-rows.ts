/**
 * Layers of a linear encoder at some rows, and the gradient for the table, in TensorFlow ops (formulas:
 * `plain/layer-rows.ts`). Every hop is a product with the whole matrix: cutting the asked rows out of it in JavaScript, as
 * the other backends' loops do, costs more than the rows save.
 */
import type { Tensor2D } from '@tensorflow/tfjs';
import type { LayerPass } from '../kernels.js';
import { type PassPlan, planPasses } from '../layer-plan.js';
import type { Arithmetic } from './arithmetic.js';
import type { Handle } from './binding.js';
import type { Eager, Input } from './eager.js';
import type { LayerStack } from './layer-stack.js';
import type { Noise } from './noise.js';
import type { SparseProducts } from './sparse-products.js';

type Plan = PassPlan<LayerPass>;

export class LayerRows {
  constructor(
    private readonly eager: Eager,
    private readonly math: Arithmetic,
    private readonly products: SparseProducts,
    private readonly noise: Noise,
    private readonly stack: LayerStack,
  ) {}

  /** `[Σ numRows · numCombinations, dim]`. */
  forward(table: Tensor2D, passes: readonly LayerPass[]): Handle {
    const { plans } = planPasses(passes);
    return this.eager.scope(() => this.math.concatRows(plans.flatMap((plan) => this.passForward(table, plan))));
  }

  /** `[numNodes, dim]`. */
  backward(gradient: Tensor2D, passes: readonly LayerPass[], numNodes: number): Handle {
    const { plans } = planPasses(passes);
    return this.eager.scope(() => this.math.addAll(plans.map((plan) => this.passBackward(gradient, plan, numNodes))));
  }

  /** One handle a combination, `[numRows, dim]`. */
  private passForward(table: Tensor2D, plan: Plan): Handle[] {
    const { eager, math } = this;
    const { lastLayer, terms } = plan;
    const { matrix, noise, rows } = plan.pass;
    const nodes = eager.int32(rows);
    // without a matrix a row depends on itself alone
    let layer: Input = matrix ? table : math.gather(table, nodes);
    const layers: (Handle | undefined)[] = [matrix ? math.gather(table, nodes) : (layer as Handle)];
    for (let k = 1; k <= lastLayer; k++) {
      const whole = matrix !== undefined && k < lastLayer;
      const previous: Input = layer;
      layer = eager.scope(() => {
        const hop = matrix ? this.products.product(matrix, previous) : (previous as Handle);
        const wanted = matrix && !whole ? math.gather(hop, nodes) : hop;
        return noise
          ? this.noise.perturb(wanted, noise.magnitude, noise.keys[k - 1], whole ? undefined : rows)
          : wanted;
      });
      const chosen = whole && terms[k].length > 0 ? math.gather(layer, nodes) : undefined;
      layers.push(whole ? chosen : layer);
      if (matrix && !('dataId' in previous)) eager.free(previous);
    }
    return this.stack.combine(plan, layers, table.shape[1]);
  }

  private passBackward(gradient: Tensor2D, plan: Plan, numNodes: number): Handle {
    const { eager, math, products } = this;
    const { matrix, rows } = plan.pass;
    const layers = this.stack.layerGradients(gradient, plan);
    const zeros = (): Handle => math.zeros([numNodes, gradient.shape[1]]);
    if (matrix === undefined) {
      // every layer is the table, as far as the gradient goes
      const used = layers.filter((layer) => layer !== undefined);
      return used.length > 0 ? math.scatterAdd(math.addAll(used), eager.int32(rows), numNodes) : zeros();
    }
    const hopBack = (_: number, above: Handle): Handle => products.product(matrix, above);
    return this.stack.backToTable(layers, rows, () => numNodes, hopBack) ?? zeros();
  }
}
