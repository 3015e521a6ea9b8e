/** `self` pairing contrasts the main pass with itself: there are no views, and nothing to predict one from the other. */
import type { RunConfig } from '../run-config.js';

export function selfPairingConflict({ views, losses: { prototypes } }: RunConfig): string | undefined {
  if (views.pairing !== 'self') return undefined;
  if (views.first.name !== 'identity' || views.second.name !== 'identity') {
    return 'views.pairing is self, which has no views; leave views.first and views.second out, or choose two-views';
  }
  if (prototypes.weight === 0 || prototypes.name !== 'swav') return undefined;
  return 'swav predicts one view from another; with views.pairing self there is one only';
}
