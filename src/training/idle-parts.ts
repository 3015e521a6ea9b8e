/** What a configuration asks for and will not come: no contradiction, so it is said and not refused. */
import { usesViews } from '../config/active-parts.js';
import type { Registries } from '../config/registries.js';
import type { RunConfig } from '../config/run-config.js';
import { hearsItems } from '../encoders/index.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import { activeLosses } from '../losses/index.js';

/** A sentence each. */
export function idleParts(
  { losses, training, negatives, views, encoder, positives }: RunConfig,
  { train, valid, foldIn }: StoredGraph,
  registries: Registries,
): string[] {
  const warnings: string[] = [];
  const { name } = losses.main;
  const active = activeLosses(losses, registries.losses);
  const { prototypes } = active;
  if (negatives.numNegatives > 1 && registries.losses.main[name].negatives !== 'pairwise') {
    warnings.push(
      `negatives.numNegatives has no effect under ${name}, where sources have a count or ratio of their own`,
    );
  }
  if (!usesViews(active) && views.pairing === 'two-views') {
    const drawn = (['first', 'second'] as const).find((slot) => views[slot].name !== 'identity');
    if (drawn)
      warnings.push(`views.${drawn} has no effect: neither losses.contrastive nor swav prototypes have a weight`);
  }
  if (positives.messages === 'without-batch' && train.numEdges <= training.batchSize) {
    warnings.push(
      `a batch holds all of the ${train.numEdges} pairs, and positives.messages is without-batch: nobody hears anything in training; set ` +
        'training.batchSize to a tenth of them or less',
    );
  }
  if (losses.features.weight === 0 && views.fields.name !== 'value-dropout') {
    warnings.push('views.fields has no effect: losses.features has no weight');
  }
  if (valid.values.length === 0 && training.fitOn === 'train') {
    warnings.push('no validation pairs to select by: the last epoch is taken');
    if (negatives.sources?.some(({ afterStall }) => afterStall !== undefined)) {
      warnings.push('negative sources with afterStall are never drawn: without validation nothing stalls');
    }
  }
  const clusters = prototypes?.row.clusters?.(prototypes.options);
  if (clusters && clusters.startEpoch > training.epochs) {
    warnings.push(
      `losses.prototypes has no effect: it starts at epoch ${clusters.startEpoch} of ${training.epochs} (startEpoch)`,
    );
  }
  if (foldIn && !hearsItems(encoder, registries.rows)) {
    warnings.push(
      'this encoder can make no user of items: users whom train never saw are ranked by vectors that nothing trained ' +
        '(encoder history or lightgcn can)',
    );
  }
  return warnings;
}
