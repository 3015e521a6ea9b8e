/**
 * Layers over rows, by the way that fits: what is linear in the table goes through the fused ops (`linear-layers.ts`),
 * everything else layer by layer (`deep-layers.ts`).
 */
import type { Rows } from '../rows/rows.js';
import { deepLayers, type LayersForm } from './deep-layers.js';
import { linearLayers } from './linear-layers.js';
import type { Propagated } from './propagated.js';
import { afterHop, layersOverHops } from './residual.js';

export function layersOverRows(rows: Rows, form: LayersForm): Propagated {
  const { numLayers, residual, activation, mix } = form;
  if (residual === 'refined' || activation !== 'none') return deepLayers(rows, form);
  const layers = layersOverHops(residual, numLayers);
  return linearLayers(rows, { layers: rows.hears ? afterHop(layers) : layers, mix });
}
