/**
 * Rows like others of their side: items like an item, users like a user; by the cosine of their vectors, or by what the model itself
 * calls similar (item-kNN's neighbours, content). One item at a time, or all rows of a side block by block.
 */
import { ConfigError } from '../../core/errors.js';
import { didYouMean } from '../../core/nearest-name.js';
import { oneRow } from '../../core/ragged.js';
import type { Side } from '../../core/side.js';
import { BlockLists } from '../filters/block-lists.js';
import type { RankedPool } from '../filters/choose-list.js';
import { type FilterReport, filteredList } from '../filters/filtered-list.js';
import { type CompiledFilter, compileItemFilter, type ItemFilter } from '../filters/item-filter.js';
import { type RankedItem, rankedItems } from '../ranked-item.js';
import { filterOf } from './filter-of.js';
import { blocksOf } from './recommend-each.js';
import type { Servable, ServedModel } from './served-model.js';

export interface SimilarOptions {
  /** Rows wanted. Default 20. */
  readonly k?: number;
  /** Of items. */
  readonly filter?: ItemFilter | CompiledFilter;
}

export interface SimilarAnswer {
  /** Most similar first, or as MMR has them. */
  readonly items: RankedItem[];
  /** The item itself counts as seen. */
  readonly filtered: FilterReport;
}

/**
 * The items most similar to one, itself left out, exactly.
 * @throws ConfigError `UNKNOWN_ID`; `NO_EMBEDDINGS` for a model that can't tell; what `compileFilter` throws
 */
export async function similarTo(
  { serving }: Servable,
  itemId: string,
  { k = 20, filter }: SimilarOptions = {},
): Promise<SimilarAnswer> {
  const item = serving.items.indexOf(itemId);
  if (item === undefined) throw unknownItem(serving, itemId);
  const ranking = serving.similarity('item');
  const { items, scores, report } = await filteredList(filterOf(serving, filter), {
    k,
    seen: Int32Array.of(item),
    search: (size, exclude) => ranking.recommend(Int32Array.of(item), size, oneRow(exclude)),
  });
  return { items: rankedItems({ k: items.length, ids: items, scores }, serving.nameOf), filtered: report };
}

export interface SimilarEachOptions extends SimilarOptions {
  /** Rows that are compared together. Default 512. */
  readonly blockSize?: number;
}

/** Row numbers of the side that is asked for, most similar first. */
export interface SimilarRows extends RankedPool {
  readonly row: number;
}

/**
 * The most similar rows of every row of a side, itself left out, in the order of the rows.
 * @throws ConfigError `NO_EMBEDDINGS`, `BLOCK_SIZE`, what `compileFilter` throws; `FILTER_RULES` for a filter of users
 */
export async function* similarEach(
  { serving }: Servable,
  side: Side,
  { k = 20, filter, blockSize = 512 }: SimilarEachOptions = {},
): AsyncGenerator<SimilarRows[]> {
  const lists = new BlockLists(sideFilter(serving, side, filter), serving.similarity(side));
  const { size } = side === 'user' ? serving.users : serving.items;
  for await (const block of blocksOf(Array(size).keys(), blockSize)) {
    const found = await lists.of(
      Int32Array.from(block),
      k,
      block.map((row) => Int32Array.of(row)),
    );
    yield block.map((row, at) => ({ row, ...found[at] }));
  }
}

/** @throws ConfigError `FILTER_RULES` for a filter of users */
export function sideFilter(model: ServedModel, side: Side, filter: SimilarOptions['filter']): CompiledFilter {
  if (side === 'item') return filterOf(model, filter);
  if (filter && ('mask' in filter || Object.keys(filter).length > 0)) {
    throw new ConfigError(
      'FILTER_RULES',
      'filters ask what is known of items, and these are users: leave the filter out',
    );
  }
  return compileItemFilter({ title: model.title, items: model.users, catalogue: () => undefined }, {});
}

function unknownItem({ items, title }: ServedModel, id: string): ConfigError {
  const examples = items.ids.slice(0, 3).map((known) => `"${known}"`);
  const hint = didYouMean(id, items.ids) || `; ids look like ${examples.join(', ')}`;
  return new ConfigError('UNKNOWN_ID', `${title} has no item "${id}"${hint}`);
}
