/**
 * The k best that pass a filter, by whatever ranks, and what was left out on the way.
 *
 * Where the ranking is exact, so is the answer. Rules of the list (`choose-list.ts`) may need more than k items to choose from: the
 * pool grows fourfold until the list is full or no more items come.
 */
import { ConfigError } from '../../core/errors.js';
import { slotsFor, type TopK } from '../../core/select-top-k.js';
import { chooseList, type RankedPool } from './choose-list.js';
import type { CompiledFilter } from './item-filter.js';
import { ItemMask } from './item-mask.js';
import type { ListRules, Quota } from './list-rules.js';

export interface FilterReport {
  readonly numItems: number;
  /** Items that could have come. */
  readonly passing: number;
  /** Items that could not, each counted under the first of these reasons that holds. */
  readonly leftOut: {
    /** On no allow list that was given. */
    readonly allow: number;
    readonly deny: number;
    /** The condition does not hold. */
    readonly where: number;
    /** The user had them. */
    readonly seen: number;
  };
  /** Items that pass, stand above the last one given, and gave way to quotas, limits or diversity. */
  readonly passedOver: number;
  /** What somebody should know: fewer items than asked for, values and ids that nothing has, quotas that are not met. */
  readonly notes: readonly string[];
}

export interface FilteredList {
  /** In the list's order: best first, without MMR. */
  readonly items: Int32Array;
  readonly scores: Float32Array;
  readonly report: FilterReport;
}

export interface FilteredQuestion {
  readonly k: number;
  /** Items that the user had and that are left out; distinct. */
  readonly seen: Int32Array;
  /** The best items, without some. @param exclude ascending and distinct */
  search(k: number, exclude: Int32Array): Promise<TopK>;
}

/** @throws TwinlightError `RETRIEVAL_K`; ConfigError `FILTER_RULES` for quotas of more than k items */
export async function filteredList(
  filter: CompiledFilter,
  { k, seen, search }: FilteredQuestion,
): Promise<FilteredList> {
  const passing = passingItems(filter, seen);
  const exclude = passing.not().members();
  const fetch = async (size: number): Promise<RankedPool> => poolOf(await search(size, exclude));
  return listFromPools(filter, { k, passing, fetch });
}

/** The items that pass, less those that the user had. */
export function passingItems({ numItems, mask }: CompiledFilter, seen: Int32Array): ItemMask {
  return seen.length === 0 ? mask : mask.without(ItemMask.of(numItems, seen));
}

/** The filled places of a one-query answer. */
export function poolOf({ ids, scores }: TopK): RankedPool {
  const end = ids.indexOf(-1);
  return end < 0 ? { items: ids, scores } : { items: ids.subarray(0, end), scores: scores.subarray(0, end) };
}

/** Items that are asked for at first. */
export function firstPoolSize({ rules, mmr }: CompiledFilter, k: number): number {
  if (mmr) return Math.max(k, mmr.pool ?? Math.max(LEAST_POOL, 5 * k));
  return rules.limits.length + rules.quotas.length > 0 ? GROWTH * k : k;
}

const LEAST_POOL = 100;
/** Times a pool grows. */
const GROWTH = 4;

interface PoolQuestion {
  readonly k: number;
  readonly passing: ItemMask;
  /** The best of the passing items; fewer than asked for where there are no more. */
  fetch(size: number): Promise<RankedPool>;
}

/** As `filteredList`, out of pools that somebody else fetches. */
export async function listFromPools(
  filter: CompiledFilter,
  { k, passing, fetch }: PoolQuestion,
): Promise<FilteredList> {
  const numPassing = passing.count();
  const slots = slotsFor(k, filter.numItems);
  const rules = reachableRules(filter.rules, passing, k);
  let wanted = firstPoolSize(filter, k);
  for (;;) {
    const size = Math.min(wanted, numPassing);
    const pool = size === 0 ? NOTHING : await fetch(size);
    const isWhole = size === numPassing || pool.items.length < size;
    const list = chooseList(pool, slots, rules, filter.mmr);
    wanted = GROWTH * size;
    if (list.wantsMore && !isWhole) continue;
    const items = Int32Array.from(list.positions, (at) => pool.items[at]);
    const lowest = list.positions.reduce((a, b) => Math.max(a, b), -1);
    const notes = [
      ...filter.notes,
      ...quotaNotes(filter.rules.quotas, items),
      ...shortNote({ k, given: items.length, numPassing, ranked: isWhole ? pool.items.length : numPassing }),
    ];
    return {
      items,
      scores: Float32Array.from(list.positions, (at) => pool.scores[at]),
      report: {
        numItems: filter.numItems,
        passing: numPassing,
        leftOut: { ...filter.leftOut, seen: filter.mask.count() - numPassing },
        passedOver: lowest + 1 - items.length,
        notes,
      },
    };
  }
}

const NOTHING: RankedPool = { items: new Int32Array(0), scores: new Float32Array(0) };

/** Quotas of no more than what passes: nobody looks through a catalogue for what is not there. */
function reachableRules({ limits, quotas }: ListRules, passing: ItemMask, k: number): ListRules {
  const wanted = quotas.reduce((sum, { least }) => sum + least, 0);
  if (wanted > k) throw new ConfigError('FILTER_RULES', `the quotas want ${wanted} items of a list of ${k}`);
  return {
    limits,
    quotas: quotas.map((quota) => ({ ...quota, least: Math.min(quota.least, quota.mask.and(passing).count()) })),
  };
}

function quotaNotes(quotas: readonly Quota[], items: Int32Array): string[] {
  return quotas.flatMap(({ column, value, mask, least }) => {
    const had = items.reduce((count, item) => count + Number(mask.has(item)), 0);
    return had < least ? [`${had} of the ${least} items of ${column} ${JSON.stringify(value)} could be given`] : [];
  });
}

interface Short {
  readonly k: number;
  readonly given: number;
  readonly numPassing: number;
  /** Items that the ranking had to give. */
  readonly ranked: number;
}

function shortNote({ k, given, numPassing, ranked }: Short): string[] {
  if (given >= k) return [];
  const reached = ranked < numPassing ? `, of which the ranking reached ${ranked}` : '';
  const ruled = given < ranked ? `, and the list may have ${given} of them` : '';
  return [`${given} of ${k}: ${numPassing} ${numPassing === 1 ? 'item passes' : 'items pass'}${reached}${ruled}`];
}
