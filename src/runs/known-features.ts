/** What rankers without training take from a graph's features: content of the items, and a segment of the users. */
import { ConfigError } from '../core/errors.js';
import { didYouMean } from '../core/nearest-name.js';
import { ownValue } from '../core/outside/own-keys.js';
import { encodedFields } from '../graph/fields/encoded-fields.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import { type ContentRows, contentOfFields } from '../retrieval/index.js';

/**
 * Content of every item, `[numItems]` rows, statistics fitted on items with a training interaction.
 * @param names of the fields that count; default all
 * @throws ConfigError `CONFIG_FEATURES` where the items have none, or not these
 */
export function itemContent(graph: StoredGraph, names?: readonly string[]): ContentRows {
  const fields = encodedFields(graph, graph.train).item;
  if (fields.length === 0) {
    throw new ConfigError(
      'CONFIG_FEATURES',
      `graph ${graph.manifest.id} knows nothing of its items but who took them: ranking by content needs item features, ` +
        'e.g. items.csv beside the interactions (data.itemFeatures)',
    );
  }
  const there = fields.map(({ name }) => name);
  const unknown = names?.find((name) => !there.includes(name));
  if (unknown !== undefined) throw noColumn('ranker.fields', unknown, there);
  return contentOfFields(fields.filter(({ name }) => names?.includes(name) ?? true));
}

/**
 * The segment of every user by a categorical column.
 * @throws ConfigError `CONFIG_FEATURES` where there is no such column
 */
export function userSegments(graph: StoredGraph, name: string): { codes: Int32Array; numSegments: number } {
  const columns = graph.userFeatures?.columns ?? {};
  const column = ownValue(columns, name);
  if (column?.kind === 'categorical') return { codes: column.codes, numSegments: column.values.length };
  const there = Object.keys(columns).filter((key) => columns[key].kind === 'categorical');
  throw noColumn('ranker.segment', name, there);
}

function noColumn(key: string, name: string, there: readonly string[]): ConfigError {
  const list = there.length > 0 ? `there ${there.length === 1 ? 'is' : 'are'} ${there.join(', ')}` : 'there is none';
  return new ConfigError('CONFIG_FEATURES', `${key} names "${name}"${didYouMean(name, there)}, but ${list} that fits`);
}
