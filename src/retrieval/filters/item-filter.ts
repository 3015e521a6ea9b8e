/**
 * What may stand in an answer, as it is asked for with a request, and the same compiled against one model: the items that pass as
 * bits, counts by reason, and the rules of the list. A filter that many requests share is compiled once.
 */
import { ConfigError } from '../../core/errors.js';
import type { FeatureTable } from '../../data/feature-table.js';
import type { Vocabulary } from '../../data/vocabulary.js';
import { evaluateCondition } from './evaluate-condition.js';
import { ItemMask } from './item-mask.js';
import { type AskedRules, type ListRules, listRules } from './list-rules.js';
import type { MarginalRelevance } from './marginal-relevance.js';

export interface ItemFilter extends AskedRules {
  /** Condition over the columns of the catalogue, e.g. `category in (a, b) and price < 20`; see `parse-condition.ts`. */
  readonly where?: string;
  /** Ids of the only items that may come; ids that the model does not have are told in the notes. */
  readonly allow?: readonly string[];
  /** Ids of items that must not come. */
  readonly deny?: readonly string[];
  /** Diversity by maximal marginal relevance; needs item vectors. */
  readonly mmr?: MmrOptions;
}

export interface MmrOptions {
  /** Weight of the score against the likeness to what is listed already, 0 … 1. Default 0.7; 1 changes nothing. */
  readonly lambda?: number;
  /** Best items that the list is chosen from. Too small: little to choose; too large: items of low scores. Default max(100, 5 k). */
  readonly pool?: number;
}

export interface CompiledFilter {
  readonly numItems: number;
  /** The items that pass, before anything is known of the user. */
  readonly mask: ItemMask;
  /** Items that don't, each under the first of these reasons. */
  readonly leftOut: { readonly allow: number; readonly deny: number; readonly where: number };
  readonly rules: ListRules;
  readonly mmr?: MarginalRelevance & { readonly pool?: number };
  readonly notes: readonly string[];
}

/** What of a model a filter is compiled against. */
interface FilteredCatalogue {
  readonly title: string;
  readonly items: Vocabulary;
  /** Columns of the items; undefined where nothing is known of them. */
  catalogue(): FeatureTable | undefined;
  /** Absent where it ranks without vectors. */
  readonly space?: {
    readonly embeddingDim: number;
    rowOf(side: 'item', index: number): Float32Array;
  };
}

/**
 * @throws ConfigError `FILTER_SYNTAX`, `FILTER_COLUMN`, `FILTER_VALUE`, `FILTER_RULES`, `NO_ATTRIBUTES`; `NO_EMBEDDINGS` for MMR of a
 * model without item vectors
 */
export function compileItemFilter(model: FilteredCatalogue, filter: ItemFilter): CompiledFilter {
  const { where, allow, deny, mmr } = filter;
  const numItems = model.items.size;
  const catalogue = model.catalogue();
  const all = ItemMask.all(numItems);
  const allowed = allow && listed(model, allow, 'allow');
  const denied = deny && listed(model, deny, 'deny');
  const held = where === undefined ? undefined : evaluateCondition(where, catalogue);
  const afterAllow = allowed?.mask ?? all;
  const afterDeny = denied ? afterAllow.without(denied.mask) : afterAllow;
  const mask = held ? afterDeny.and(held.mask) : afterDeny;
  return {
    numItems,
    mask,
    leftOut: {
      allow: numItems - afterAllow.count(),
      deny: afterAllow.count() - afterDeny.count(),
      where: afterDeny.count() - mask.count(),
    },
    rules: listRules(filter, catalogue),
    ...(mmr && { mmr: relevanceOf(model, mmr) }),
    notes: [allowed, denied, held].flatMap((part) => part?.notes ?? []),
  };
}

/** Unknown ids that are named in a note. */
const NAMED = 3;

function listed({ items }: FilteredCatalogue, ids: readonly string[], list: string) {
  const indices = ids.map((id) => items.indexOf(id));
  const unknown = ids.filter((_, i) => indices[i] === undefined);
  const named = `${unknown
    .slice(0, NAMED)
    .map((id) => JSON.stringify(id))
    .join(', ')}${unknown.length > NAMED ? ', …' : ''}`;
  const note = `${unknown.length} of the ${ids.length} ids of the ${list} list ${unknown.length === 1 ? 'is' : 'are'} unknown: ${named}`;
  const known = indices.filter((index) => index !== undefined);
  return { mask: ItemMask.of(items.size, known), notes: unknown.length > 0 ? [note] : [] };
}

const DEFAULT_LAMBDA = 0.7;

function relevanceOf({ title, space }: FilteredCatalogue, { lambda = DEFAULT_LAMBDA, pool }: MmrOptions) {
  if (!(lambda >= 0 && lambda <= 1)) {
    throw new ConfigError('FILTER_RULES', `mmr.lambda: expected a number from 0 to 1, got ${lambda}`);
  }
  if (pool !== undefined && !(Number.isSafeInteger(pool) && pool >= 1)) {
    throw new ConfigError('FILTER_RULES', `mmr.pool: expected a whole number of at least 1, got ${pool}`);
  }
  if (!space || space.embeddingDim === 1) {
    const problem = space ? 'has one number an item' : 'ranks without item vectors';
    throw new ConfigError('NO_EMBEDDINGS', `mmr compares items by their vectors, and ${title} ${problem}`);
  }
  return { lambda, pool, vectorOf: (item: number) => unit(space.rowOf('item', item)) };
}

function unit(row: Float32Array): Float32Array {
  const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
  return length > 0 ? row.map((value) => value / length) : row;
}
