/**
 * Layers of a linear encoder at some rows, and the gradient for the table, in TensorFlow ops (formulas:
 * `plain/layer-rows.ts`). Every hop is a product with the whole matrix: cutting the asked rows out of it in JavaScript, as
 * the other backends' loops do, costs more than the rows save.
 */
import type { Tensor2D } from '@tensorflow/tfjs';
import type { LayerPass } from '../kernels.js';
import type { PassPlan } from '../layer-plan.js';
import type { Handle } from './binding.js';
import type { Input } from './eager.js';
import { LayerStack } from './layer-stack.js';

export class LayerRows extends LayerStack<LayerPass> {
  protected layersAtRows(table: Tensor2D, { pass, lastLayer, terms }: PassPlan<LayerPass>): (Handle | undefined)[] {
    const { eager, math } = this;
    const { matrix, noise, rows } = pass;
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
    return layers;
  }

  protected backToTable(
    layers: readonly (Handle | undefined)[],
    { pass: { matrix, rows } }: PassPlan<LayerPass>,
    numNodes: number,
  ): Handle | undefined {
    const { eager, math, products } = this;
    if (matrix) {
      return this.goBack(layers, rows, { numRowsOf: () => numNodes, back: (_, sum) => products.product(matrix, sum) });
    }
    // every layer is the table, as far as the gradient goes
    const used = layers.filter((layer) => layer !== undefined);
    return used.length > 0 ? math.scatterAdd(math.addAll(used), eager.int32(rows), numNodes) : undefined;
  }
}
