/**
 * The answer to a profile in item numbers: which way it came, its list, and what it was made of. `recommendForProfile` tells it in
 * words of the outside, `recommendEach` does so for many.
 */
import { ConfigError } from '../../core/errors.js';
import { didYouMean } from '../../core/nearest-name.js';
import { type FilteredList, type FilteredQuestion, filteredList } from '../filters/filtered-list.js';
import type { CompiledFilter } from '../filters/item-filter.js';
import { type Fallback, searchBoard } from './boards.js';
import { type MadeUser, makeUser, type UserKnowledge } from './make-user.js';
import type { SeenPart, ServedModel } from './served-model.js';

export type Route = 'hot' | 'warm' | 'cold';

export interface Profile extends UserKnowledge {
  /** Id of a user that the model may have. */
  readonly user?: string;
}

export interface ProfileQuestion {
  readonly k: number;
  readonly filter: CompiledFilter;
  /** Parts whose items of the user are left out; undefined: nothing is, the history neither. */
  readonly seen: readonly SeenPart[] | undefined;
  /** Tried in this order; none refuses. */
  readonly fallbacks: readonly Fallback[];
}

interface ProfileList {
  readonly route: Route;
  readonly list: FilteredList;
  /** Of a hot user in a model with vectors, and of a warm one, `[embeddingDim]`. */
  readonly vector?: Float32Array;
  readonly isKnownUser?: boolean;
  /** Of a warm or cold user. */
  readonly made?: MadeUser;
  /** Of a cold one: which board it is. */
  readonly fallback?: Fallback;
}

/** @throws as `recommendForProfile` */
export async function answerProfile(
  model: ServedModel,
  { user, history = [], features }: Profile,
  { k, filter, seen: parts, fallbacks }: ProfileQuestion,
): Promise<ProfileList> {
  const index = user === undefined ? undefined : model.users.indexOf(user);
  const isKnownUser = user === undefined ? undefined : index !== undefined;
  const had = history.map((id) => model.items.indexOf(id)).filter((item) => item !== undefined);
  const seen = parts ? seenItems(model, index, parts, had) : new Int32Array(0);
  const listed = (search: FilteredQuestion['search']) => filteredList(filter, { k, seen, search });
  if (index !== undefined && model.knows(index)) {
    const list = await listed((size, exclude) => model.recommend(index, size, exclude));
    return { route: 'hot', list, isKnownUser, vector: model.space?.rowOf('user', index) };
  }
  const made = await makeUser(model, { history, features });
  const { vector } = made;
  if (vector) {
    const list = await listed((size, exclude) => model.space!.search(vector, size, exclude));
    return { route: 'warm', list, vector, made, isKnownUser };
  }
  if (fallbacks.length === 0) throw refusal(model, { user, history, features });
  let best: ProfileList | undefined;
  for (const fallback of fallbacks) {
    const list = await listed(searchBoard(model, fallback));
    if (!best || list.items.length > best.list.items.length) {
      best = { route: 'cold', list, made, isKnownUser, fallback };
    }
    if (list.items.length === k) break;
  }
  return best!;
}

/** What a user had in some parts, and in a history, ascending and distinct. */
export function seenItems(
  model: ServedModel,
  index: number | undefined,
  parts: readonly SeenPart[],
  had: readonly number[] = [],
): Int32Array {
  const own = index === undefined ? [] : model.itemsOf(index, parts);
  return Int32Array.from(new Set([...had, ...own])).sort();
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
