/**
 * Layers of configuration where some sections come in kinds (`name: lightgcn | table`), each kind with its own keys.
 * When a layer changes the kind of a section, what lower layers said about the old kind must not stay behind as
 * unknown keys, while what both kinds understand should.
 */

import type { z } from 'zod';
import { ownValue } from './outside/own-keys.js';
import { keysAt, kindsAt } from './schema-keys.js';
import { type ConfigObject, mergeLayers } from './strict-config.js';

/** The key that tells the kinds of a section apart. */
const KIND = 'name';

/**
 * As `mergeLayers`, but where a layer changes a section's kind, keys of lower layers that the new kind does not know
 * are dropped. Keys that the layer itself gives always stay, so that a wrong one is still an error. A layer changes the kind
 * by its `name`, or by a key that only a kind without a name has.
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
  const known = keysOfNewKind(schema, root, below, layer, path);
  const kept: ConfigObject = {};
  for (const [key, value] of Object.entries(section)) {
    if (known && !known.includes(key) && !Object.hasOwn(layer, key)) continue;
    const [under, over] = [ownValue(below, key), ownValue(layer, key)];
    const nested = isObject(value) && isObject(under) && isObject(over);
    const next = nested ? dropForeignKeys(schema, root, value, under, over, [...path, key]) : value;
    Object.defineProperty(kept, key, { value: next, enumerable: true, writable: true, configurable: true });
  }
  return kept;
}

/** Keys of the kind that the layer makes of the section; undefined where the kind stays. */
function keysOfNewKind(
  schema: z.ZodType,
  root: ConfigObject,
  below: ConfigObject,
  layer: ConfigObject,
  path: readonly string[],
): readonly string[] | undefined {
  const { nameless, onlyNameless } = kindsAt(schema, path, KIND);
  const isNameless = (section: ConfigObject): boolean => onlyNameless.some((key) => Object.hasOwn(section, key));
  if (layer[KIND] === undefined) return below[KIND] !== undefined && isNameless(layer) ? nameless : undefined;
  const stays = below[KIND] === undefined ? !isNameless(below) : below[KIND] === layer[KIND];
  return stays ? undefined : keysAt(schema, path, root);
}

function isObject(value: unknown): value is ConfigObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
