/**
 * Layers of configuration where some sections come in kinds (`name: lightgcn | table`), each kind with its own keys.
 * When a layer changes the kind of a section, what lower layers said about the old kind must not stay behind as
 * unknown keys, while what both kinds understand should.
 */
import type { z } from 'zod';
import { keysAt } from './schema-keys.js';
import { type ConfigObject, mergeLayers } from './strict-config.js';

/** The key that tells the kinds of a section apart. */
const KIND = 'name';

/**
 * As `mergeLayers`, but where a layer changes a section's `name`, keys of lower layers that the new kind does not know
 * are dropped. Keys that the layer itself gives always stay, so that a wrong one is still an error.
 */
export function mergeConfigLayers(schema: z.ZodType, layers: readonly ConfigObject[]): ConfigObject {
  return layers.reduce<ConfigObject>((base, layer) => {
    const merged = mergeLayers(base, layer);
    return dropForeignKeys(schema, merged, merged, base, layer, []);
  }, {});
}

function dropForeignKeys(
  schema: z.ZodType,
  root: ConfigObject,
  section: ConfigObject,
  below: ConfigObject,
  layer: ConfigObject,
  path: readonly string[],
): ConfigObject {
  const changed = layer[KIND] !== undefined && below[KIND] !== undefined && layer[KIND] !== below[KIND];
  const known = changed ? new Set(keysAt(schema, path, root)) : undefined;
  const kept: ConfigObject = {};
  for (const [key, value] of Object.entries(section)) {
    if (known && !known.has(key) && !Object.hasOwn(layer, key)) continue;
    const [under, over] = [below[key], layer[key]];
    const nested = isObject(value) && isObject(under) && isObject(over);
    const next = nested ? dropForeignKeys(schema, root, value, under, over, [...path, key]) : value;
    Object.defineProperty(kept, key, { value: next, enumerable: true, writable: true, configurable: true });
  }
  return kept;
}

function isObject(value: unknown): value is ConfigObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
