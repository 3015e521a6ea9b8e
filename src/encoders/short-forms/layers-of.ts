/** The propagation that the flat options of `lightgcn` and `history` stand for. */
import type { Activation } from '../activation.js';
import type { LayerCombination } from '../propagation/layer-weights.js';
import type { PropagationOptions } from '../propagation/registry.js';
import type { Residual } from '../propagation/residual.js';

interface LayerSettings {
  readonly numLayers: number;
  readonly layerCombination: LayerCombination;
  readonly residual: Residual;
  readonly activation: Activation;
}

export function layersOf({ numLayers, layerCombination, residual, activation }: LayerSettings): PropagationOptions {
  const layers = { numLayers, layerCombination };
  if (residual === 'refined' || activation !== 'none') return { name: 'deep', ...layers, residual, activation };
  return { name: 'lightgcn', ...layers, residual };
}
