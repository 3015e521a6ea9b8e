/** From layers of keys to a whole configuration: later layers win, defaults fill the rest, contradictions are refused. */
import { mergeConfigLayers } from '../core/config-layers.js';
import { ConfigError } from '../core/errors.js';
import { type ConfigObject, parseStrict } from '../core/strict-config.js';
import { conflictIn } from './conflicts/registry.js';
import { type RunConfig, runConfigSchema } from './run-config.js';

/**
 * Lays the layers over one another (later wins), fills in defaults and checks what no single key can show.
 * @param where what the configuration is called in messages: a file, `configuration`
 * @throws ConfigError `CONFIG_INVALID` naming the path, or `CONFIG_CONFLICT` for keys that contradict each other
 */
export function resolveConfig(layers: readonly ConfigObject[], where: string): RunConfig {
  const config = parseStrict(runConfigSchema, mergeConfigLayers(runConfigSchema, layers), where);
  const conflict = conflictIn(config);
  if (conflict !== undefined) throw new ConfigError('CONFIG_CONFLICT', `${where}: ${conflict}`);
  return config;
}
