/** Layers of a linear encoder over a sampled block, in TensorFlow ops (formulas: `plain/block-layer-rows.ts`). */
import type { Tensor2D } from '@tensorflow/tfjs';
import type { BlockPass } from '../kernels.js';
import type { PassPlan } from '../layer-plan.js';
import type { Handle } from './binding.js';
import type { Input } from './eager.js';
import { LayerStack } from './layer-stack.js';

export class BlockLayerRows extends LayerStack<BlockPass> {
  protected layersAtRows(local: Tensor2D, { pass, terms }: PassPlan<BlockPass>): (Handle | undefined)[] {
    const { hops, noise, nodes, rows } = pass;
    const chosen = this.eager.int32(rows);
    let layer: Input = local;
    return terms.map((shares, k) => {
      if (k > 0 && hops.length > 0) layer = this.products.blockProduct(hops[k - 1].matrix, layer.shape[0], layer);
      if (k > 0 && noise) {
        layer = this.noise.perturb(layer, noise.magnitude, noise.keys[k - 1], nodes.subarray(0, layer.shape[0]));
      }
      return shares.length > 0 ? this.math.gather(layer, chosen) : undefined;
    });
  }

  protected backToTable(
    layers: readonly (Handle | undefined)[],
    { pass: { hops, rows } }: PassPlan<BlockPass>,
    numLocal: number,
  ): Handle | undefined {
    const numRowsOf = (k: number): number =>
      k > 0 && hops.length > 0 ? hops[k - 1].matrix.offsets.length - 1 : numLocal;
    const back = (k: number, sum: Handle): Handle => {
      if (hops.length === 0) return sum;
      const { matrix, transposed } = hops[k - 1];
      return this.products.blockProduct(matrix, transposed.offsets.length - 1, sum, true);
    };
    return this.goBack(layers, rows, { numRowsOf, back });
  }
}
