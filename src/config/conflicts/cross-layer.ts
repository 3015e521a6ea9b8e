/** `cross-layer` pairing contrasts the final embedding with a layer of the same pass: there must be one, and one view alone. */
import { depthOf } from '../../encoders/index.js';
import { activeLosses } from '../../losses/index.js';
import { usesViews } from '../active-parts.js';
import type { Registries } from '../registries.js';
import type { RunConfig } from '../run-config.js';

export function crossLayerConflict(config: RunConfig, registries: Registries): string | undefined {
  const { encoder, views } = config;
  if (views.pairing !== 'cross-layer') return undefined;
  const { numLayers } = depthOf(encoder, registries.rows);
  if (views.contrastLayer > numLayers) {
    return `views.contrastLayer is ${views.contrastLayer}, but the encoder has ${numLayers} layers`;
  }
  if (usesViews(activeLosses(config.losses, registries.losses)) && numLayers === 0)
    return 'cross-layer views need an encoder with layers';
  if (views.second.name === 'identity') return undefined;
  return (
    `views.pairing is cross-layer, which runs views.first alone; views.second is ${views.second.name}: set it to identity, ` +
    'or choose two-views'
  );
}
