/** At least one loss must move the embeddings. */
import { activeLosses } from '../../losses/index.js';
import { usesPairs, usesViews } from '../active-parts.js';
import type { RunConfig } from '../run-config.js';

export function nothingToTrain(config: RunConfig): string | undefined {
  if (usesPairs(config) || usesViews(config)) return undefined;
  const { prototypes } = activeLosses(config.losses);
  if (prototypes === undefined) return 'every loss weight is 0: there is nothing to train';
  if (prototypes.row.clusters === undefined) return undefined;
  const { name } = prototypes.options;
  return `${name} alone trains nothing before its first clusters, which then hold what is there; add a main loss`;
}
