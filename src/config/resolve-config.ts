/** From layers of keys to a whole configuration: later layers win, defaults fill the rest, contradictions are refused. */
import { mergeConfigLayers } from '../core/config-layers.js';
import { ConfigError } from '../core/errors.js';
import { type ConfigObject, parseStrict } from '../core/strict-config.js';
import { conflictIn } from './conflicts/registry.js';
import { fromEarlierForm } from './earlier-forms.js';
import { BUILT_IN, type Registries } from './registries.js';
import type { RunConfig } from './run-config.js';

/**
 * Lays the layers over one another (later wins), fills in defaults and checks what no single key can show.
 * @param layers of this version or of an earlier one
 * @param where what the configuration is called in messages: a file, `configuration`
 * @param registries where names are looked up; default: the built-in ones
 * @throws ConfigError `CONFIG_INVALID` naming the path, or `CONFIG_CONFLICT` for keys that contradict each other
 */
export function resolveConfig(
  layers: readonly ConfigObject[],
  where: string,
  registries: Registries = BUILT_IN,
): RunConfig {
  const current = layers.map(fromEarlierForm).map(trainedIfNamed);
  const merged = mergeConfigLayers(registries.configSchema, current);
  const refuse = (conflict: string | undefined): void => {
    if (conflict !== undefined) throw new ConfigError('CONFIG_CONFLICT', `${where}: ${conflict}`);
  };
  refuse(idleEncoder(merged, current));
  const config = parseStrict(registries.configSchema, merged, where);
  refuse(conflictIn(config, registries));
  return config;
}

/** A layer that chooses an encoder means to train it, whatever ranker lower layers chose. */
function trainedIfNamed(layer: ConfigObject): ConfigObject {
  const { name, rows, propagation } = sectionOf(layer.encoder);
  if (layer.ranker !== undefined || (name ?? rows ?? propagation) === undefined) return layer;
  return { ...layer, ranker: { name: 'embeddings' } };
}

/** Keys of an encoder, laid over a ranker that has none. */
function idleEncoder(merged: ConfigObject, layers: readonly ConfigObject[]): string | undefined {
  const { name = 'embeddings' } = sectionOf(merged.ranker);
  if (name === 'embeddings') return undefined;
  const ranked = layers.findLastIndex(({ ranker }) => ranker !== undefined);
  const [key] = layers.slice(ranked + 1).flatMap((layer) => Object.keys(sectionOf(layer.encoder)));
  if (key === undefined) return undefined;
  return `encoder.${key} is given, but ranker ${name} has no encoder; choose one with encoder.name`;
}

const sectionOf = (value: unknown): ConfigObject =>
  typeof value === 'object' && value !== null ? (value as ConfigObject) : {};
