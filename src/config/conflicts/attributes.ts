/** What acts on attribute nodes needs an encoder that has them. */
import { usesAttributes } from '../active-parts.js';
import type { RunConfig } from '../run-config.js';

export function attributeConflict(config: RunConfig): string | undefined {
  if (usesAttributes(config)) return undefined;
  const { views, losses } = config;
  const slot = (['first', 'second'] as const).find((key) => views[key].name === 'attribute-mask');
  if (slot) {
    return (
      `views.${slot} is attribute-mask, which masks edges to attribute nodes, but the encoder has none; list features in ` +
      'encoder.attributes'
    );
  }
  if (!losses.l2.attributes) return undefined;
  return 'losses.l2.attributes is true, but the encoder has no attribute nodes; list features in encoder.attributes';
}
