/**
 * Filters that requests share, compiled once for an edition: looking through the columns of a catalogue costs more than the search does.
 * Least recently used ones go first.
 */
import type { Bundle } from '../export/read-bundle.js';
import { type CompiledFilter, compileItemFilter, type ItemFilter } from '../retrieval/filters/item-filter.js';
import type { ServedModel } from '../retrieval/serving/served-model.js';

/** Of one edition. A filter holds a bit an item, and limits a number an item and column. */
const MOST = 64;
/** Characters: what is longer has lists of ids in it, which are of one user. */
const LONGEST = 2000;

const caches = new WeakMap<ServedModel, Map<string, CompiledFilter>>();

/** @throws what `compileFilter` throws */
export function compiledFilter({ serving }: Bundle, filter: ItemFilter = {}): CompiledFilter {
  const key = JSON.stringify(filter);
  if (key.length > LONGEST) return compileItemFilter(serving, filter);
  const cache = caches.get(serving) ?? new Map<string, CompiledFilter>();
  caches.set(serving, cache);
  const compiled = cache.get(key) ?? compileItemFilter(serving, filter);
  // a map keeps the order of insertion: the one just used is the newest
  cache.delete(key);
  cache.set(key, compiled);
  if (cache.size > MOST) cache.delete(cache.keys().next().value!);
  return compiled;
}
