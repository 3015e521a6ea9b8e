/** `self` pairing contrasts the main pass with itself: there are no views, and nothing to predict one from the other. */
import { activeLosses } from '../../losses/index.js';
import type { Registries } from '../registries.js';
import type { RunConfig } from '../run-config.js';

export function selfPairingConflict({ views, losses }: RunConfig, registries: Registries): string | undefined {
  if (views.pairing !== 'self') return undefined;
  if (views.first.name !== 'identity' || views.second.name !== 'identity') {
    return 'views.pairing is self, which has no views; leave views.first and views.second out, or choose two-views';
  }
  const { prototypes } = activeLosses(losses, registries.losses);
  if (prototypes?.row.compares !== 'views') return undefined;
  return `${prototypes.options.name} predicts one view from another; with views.pairing self there is one only`;
}
