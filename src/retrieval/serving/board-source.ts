/** What boards are made of: training interactions and what is known of the items. A graph alone has that; no model is needed. */
import type { BipartiteCsr, StoredGraph } from '../../graph/index.js';
import { namesIn } from '../by-external-id.js';
import { type NewestItems, newestItems } from './newest-items.js';
import { type PopularItems, popularItems } from './popular-items.js';
import type { ServedModel } from './served-model.js';

export type BoardSource = Pick<ServedModel, 'title' | 'items' | 'catalogue' | 'popular' | 'newest' | 'nameOf'>;

/** Of a graph without a model. */
export function boardSourceOf(graph: StoredGraph): BoardSource {
  return {
    title: `graph ${graph.manifest.id}`,
    items: graph.items,
    catalogue: () => graph.itemFeatures,
    ...boardLists(() => graph.train),
    nameOf: namesIn(graph),
  };
}

/** Lists over training interactions, each made when first asked for. */
export function boardLists(train: () => BipartiteCsr): Pick<ServedModel, 'popular' | 'newest'> {
  const byWindow = new Map<number | undefined, PopularItems>();
  let newest: NewestItems | undefined;
  return {
    popular(windowDays) {
      const list = byWindow.get(windowDays) ?? popularItems(train(), { windowDays });
      byWindow.set(windowDays, list);
      return list;
    },
    newest() {
      newest ??= newestItems(train());
      return newest;
    },
  };
}
