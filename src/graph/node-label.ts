/**
 * What a person calls a user or an item: its title or name where the features have one, else its external id.
 */
import { featuresAt } from './feature-attributes.js';
import type { NodeTables, Side } from './graphology-graph.js';

const TITLE_COLUMN = /(^|[_\s-])(title|name)$/i;

/** The title, or the external id. */
export function nodeLabel(tables: NodeTables, side: Side, index: number): string {
  const features = side === 'user' ? tables.userFeatures : tables.itemFeatures;
  if (features) {
    for (const [name, value] of Object.entries(featuresAt(features, index))) {
      if (!TITLE_COLUMN.test(name)) continue;
      if (typeof value === 'string') return value;
      if (Array.isArray(value) && typeof value[0] === 'string') return value.join(' ');
    }
  }
  return (side === 'user' ? tables.users : tables.items).idOf(index);
}
