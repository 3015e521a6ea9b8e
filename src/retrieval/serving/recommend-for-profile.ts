/**
 * What to show somebody, by whatever is known, and which way the answer came:
 *
 *   hot    the model has the user, and training has seen something of it: its own vector
 *   warm   it is made of its history, its features, or both (`make-user.ts`)
 *   cold   nothing is known: the items that most users had in training, and said to be that; or a refusal
 */
import { ConfigError } from '../../core/errors.js';
import { didYouMean } from '../../core/nearest-name.js';
import type { RecommendOptions } from '../by-external-id.js';
import { type FilteredQuestion, type FilterReport, filteredList } from '../filters/filtered-list.js';
import type { CompiledFilter, ItemFilter } from '../filters/item-filter.js';
import { type RankedItem, rankedItems } from '../ranked-item.js';
import { filterOf } from './filter-of.js';
import { type MadeUser, makeUser, type UserKnowledge } from './make-user.js';
import type { SeenPart, Servable, ServedModel } from './served-model.js';

export type Route = 'hot' | 'warm' | 'cold';

export interface Profile extends UserKnowledge {
  /** Id of a user that the model may have. */
  readonly user?: string;
}

export interface Fallback {
  /** Days before the latest training interaction whose popular items are shown; all of training by default. */
  readonly windowDays?: number;
}

export interface ProfileOptions extends RecommendOptions {
  /** What is shown where nothing is known; false refuses with `NOTHING_KNOWN` or `UNKNOWN_ID`. Popular items by default. */
  readonly fallback?: Fallback | false;
  /** Parts whose items of the user are left out; train and validation by default. `includeKnown` leaves nothing out. */
  readonly seen?: readonly SeenPart[];
  /** What may come, and what the list must keep to. Compiled (`compileFilter`) where many answers share it. */
  readonly filter?: ItemFilter | CompiledFilter;
}

export interface ProfileAnswer {
  readonly route: Route;
  /** Best first, or as MMR has them; scores of the fallback are numbers of users. */
  readonly items: RankedItem[];
  /** What could not come, and why. */
  readonly filtered: FilterReport;
  /** Whether the model has the user that was asked for; undefined where none was. */
  readonly isKnownUser?: boolean;
  /** Ids that the user was made of. */
  readonly used: string[];
  /** Ids of the history that the model does not have. */
  readonly unknown: string[];
  /** Ids that nobody had in training and that no tower speaks for: they say nothing. */
  readonly untrained: string[];
  /** Columns that the user was made of. */
  readonly columns: string[];
  /** Columns whose value training did not see. */
  readonly unseen: string[];
  /** As in `HistoryVectors`. */
  readonly isWholeModel: boolean;
  /** Of a cold answer: what the list is. */
  readonly fallback?: Fallback;
}

/**
 * @param profile a user that the model has is answered by its own vector; its history then only says what is left out
 * @throws ConfigError `NO_HISTORY`, `NO_TOWER`, `UNKNOWN_COLUMN`; where nothing is known and there is no fallback `UNKNOWN_ID`,
 * `NOTHING_KNOWN`, `NO_POPULARITY`; what `compileFilter` throws; DataError `DATA_FEATURE_CELL`
 */
export async function recommendForProfile(
  { serving }: Servable,
  { user, history = [], features }: Profile,
  { k = 20, includeKnown = false, fallback = {}, seen: parts = DEFAULT_SEEN, filter: given }: ProfileOptions = {},
): Promise<ProfileAnswer> {
  const index = user === undefined ? undefined : serving.users.indexOf(user);
  const isKnownUser = user === undefined ? undefined : index !== undefined;
  const had = history.map((id) => serving.items.indexOf(id)).filter((item) => item !== undefined);
  const own = index === undefined ? [] : serving.itemsOf(index, parts);
  const seen = Int32Array.from(includeKnown ? [] : new Set([...had, ...own]));
  const filter = filterOf(serving, given);
  if (index !== undefined && serving.knows(index)) {
    const search: Search = (size, exclude) => serving.recommend(index, size, exclude);
    return { ...NOTHING_MADE, route: 'hot', ...(await listed(serving, filter, { k, seen, search })), isKnownUser };
  }
  const made = await makeUser(serving, { history, features });
  const facts = { ...factsOf(serving, made), isKnownUser };
  const { vector } = made;
  if (vector) {
    const search: Search = (size, exclude) => serving.space!.search(vector, size, exclude);
    return { ...facts, route: 'warm', ...(await listed(serving, filter, { k, seen, search })) };
  }
  if (fallback === false) throw refusal(serving, { user, history, features });
  const { windowDays } = fallback;
  const search = searchPopular(serving, windowDays);
  return { ...facts, route: 'cold', ...(await listed(serving, filter, { k, seen, search })), fallback: { windowDays } };
}

/** What the user would be shown again otherwise. */
const DEFAULT_SEEN: readonly SeenPart[] = ['train', 'validation'];

type Search = FilteredQuestion['search'];

async function listed(serving: ServedModel, filter: CompiledFilter, question: FilteredQuestion) {
  const { items, scores, report } = await filteredList(filter, question);
  return { items: rankedItems({ k: items.length, ids: items, scores }, serving.nameOf), filtered: report };
}

const NOTHING_MADE = Object.freeze({
  used: [],
  unknown: [],
  untrained: [],
  columns: [],
  unseen: [],
  isWholeModel: true,
});

function factsOf({ items }: ServedModel, made: MadeUser) {
  const idsOf = (indices: readonly number[]): string[] => indices.map((item) => items.idOf(item));
  return {
    used: idsOf(made.used),
    unknown: [...made.unknown],
    untrained: idsOf(made.silent),
    columns: [...made.columns],
    unseen: [...made.unseen],
    isWholeModel: made.isWholeModel,
  };
}

/** The most popular items, without some; scores are numbers of users. */
function searchPopular(model: ServedModel, windowDays: number | undefined): Search {
  const { items, counts } = model.popular(windowDays);
  return async (k, exclude) => {
    const left = new Set(exclude);
    const ranks = Array.from(items.keys())
      .filter((rank) => !left.has(items[rank]))
      .slice(0, k);
    return {
      k: ranks.length,
      ids: Int32Array.from(ranks, (rank) => items[rank]),
      scores: Float32Array.from(ranks, (rank) => counts[rank]),
    };
  };
}

function refusal(model: ServedModel, { user, history = [], features }: Profile): ConfigError {
  const { users, items, title } = model;
  const reasons: string[] = [];
  if (user !== undefined && users.indexOf(user) === undefined) {
    reasons.push(`it has no user "${user}"${didYouMean(user, users.ids)}`);
  } else if (user !== undefined) reasons.push(`training saw nothing of user "${user}"`);
  const examples = items.ids.slice(0, 3).map((id) => `"${id}"`);
  const came = [...new Set(history)].map((id) => `"${id}"`).join(', ');
  const isUnknown = history.every((id) => items.indexOf(id) === undefined);
  if (history.length > 0 && isUnknown) reasons.push(`it has none of ${came}; ids look like ${examples.join(', ')}`);
  else if (history.length > 0) reasons.push(`${came} say nothing: nobody had them in training`);
  if (features) reasons.push('training saw no value of the features');
  if (reasons.length === 0) reasons.push('neither a user nor a history nor features were given');
  const isId = user !== undefined || history.length > 0;
  return new ConfigError(
    isId ? 'UNKNOWN_ID' : 'NOTHING_KNOWN',
    `${title} knows nothing to go by: ${reasons.join('; ')}`,
  );
}
