/**
 * Configurations of version 0.1. There `encoder` could be a model that has none (`popularity`, `item-knn`, `fused`), which
 * `ranker` names today. Such configurations stand in stored runs, in files given with `--config` and in `--set`; they are
 * read as what they say now.
 */
import type { ConfigObject } from '../core/strict-config.js';
import { isTrained } from './active-parts.js';
import { type RunConfig, STALL_SHARE } from './run-config.js';

const EARLIER_RANKERS: readonly unknown[] = ['popularity', 'item-knn', 'fused'];
/** Options of item-knn, which were set one by one: `--set encoder.shrink=2`. */
const ITEM_KNN_KEYS: readonly string[] = ['numNeighbors', 'shrink', 'unitUsers'];

/** A layer of a configuration in today's form; unchanged where it is in that form. */
export function fromEarlierForm(layer: ConfigObject): ConfigObject {
  const { encoder, ...others } = layer;
  if (typeof encoder !== 'object' || encoder === null || Array.isArray(encoder)) return layer;
  const { name } = encoder as ConfigObject;
  const isOfRanker = (key: string): boolean =>
    name === undefined ? ITEM_KNN_KEYS.includes(key) : EARLIER_RANKERS.includes(name);
  const moved = Object.entries(encoder).filter(([key]) => isOfRanker(key));
  if (moved.length === 0) return layer;
  const kept = Object.entries(encoder).filter(([key]) => !isOfRanker(key));
  return {
    ...others,
    ranker: { ...Object.fromEntries(moved), ...(layer.ranker as ConfigObject | undefined) },
    ...(kept.length > 0 && { encoder: Object.fromEntries(kept) }),
  };
}

/** What a run has stored, in today's form: keys that its version did not have say what it did. */
export function fromStoredForm(stored: ConfigObject): ConfigObject {
  const { training = {} } = stored;
  const current = fromEarlierForm(stored);
  // what is no section is for the schema to refuse
  if (typeof training !== 'object' || training === null || Array.isArray(training)) return current;
  return { ...current, training: { stallShare: 'any', ...training } };
}

/** A whole configuration as version 0.1 wrote it: names of run folders hash that, so that a command finds the run it made. */
export function toEarlierForm(config: RunConfig): ConfigObject {
  const { ranker } = config;
  const { stallShare, ...training } = config.training;
  const known = { ...config, training: stallShare === STALL_SHARE ? training : config.training };
  const entries = Object.entries(known).filter(([key]) => key !== 'ranker');
  return Object.fromEntries(
    entries.map(([key, value]) => [key, key === 'encoder' && !isTrained(config) ? ranker : value]),
  );
}
