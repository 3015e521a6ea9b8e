/** At least one loss must move the embeddings. */
import { activeLosses } from '../../losses/index.js';
import { usesPairs, usesViews } from '../active-parts.js';
import type { Registries } from '../registries.js';
import type { RunConfig } from '../run-config.js';

export function nothingToTrain(config: RunConfig, registries: Registries): string | undefined {
  const losses = activeLosses(config.losses, registries.losses);
  const { teacher } = config.coldStart;
  if (usesPairs(config) || usesViews(losses) || (teacher && teacher.weight > 0)) return undefined;
  const { prototypes } = losses;
  if (prototypes === undefined) return 'every loss weight is 0: there is nothing to train';
  if (prototypes.row.clusters === undefined) return undefined;
  const { name } = prototypes.options;
  return `${name} alone trains nothing before its first clusters, which then hold what is there; add a main loss`;
}
