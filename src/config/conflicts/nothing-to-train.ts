/** At least one loss must move the embeddings. */
import { usesPairs, usesViews } from '../active-parts.js';
import type { RunConfig } from '../run-config.js';

export function nothingToTrain(config: RunConfig): string | undefined {
  if (usesPairs(config) || usesViews(config)) return undefined;
  const { prototypes } = config.losses;
  if (prototypes.weight === 0) return 'every loss weight is 0: there is nothing to train';
  if (prototypes.name !== 'prototype-nce') return undefined;
  return 'prototype-nce alone trains nothing before its first clusters, which then hold what is there; add a main loss';
}
