/**
 * What to show somebody, by whatever is known, and which way the answer came:
 *
 *   hot    the model has the user, and training has seen something of it: its own vector
 *   warm   it is made of its history, its features, or both (`make-user.ts`)
 *   cold   nothing is known: a board that is the same for all (`boards.ts`), and said to be that; or a refusal
 */
import type { RecommendOptions } from '../by-external-id.js';
import type { FilterReport } from '../filters/filtered-list.js';
import type { CompiledFilter, ItemFilter } from '../filters/item-filter.js';
import { type RankedItem, rankedItems } from '../ranked-item.js';
import { answerProfile, type Profile, type ProfileQuestion, type Route } from './answer-profile.js';
import type { Fallback } from './boards.js';
import { filterOf } from './filter-of.js';
import type { MadeUser } from './make-user.js';
import type { SeenPart, Servable, ServedModel } from './served-model.js';

export interface ProfileOptions extends RecommendOptions {
  /**
   * What is shown where nothing is known; of several the first that fills the list, else the one that gives most. False refuses with
   * `NOTHING_KNOWN` or `UNKNOWN_ID`. Popular items of all of training by default.
   */
  readonly fallback?: Fallback | readonly Fallback[] | false;
  /** Parts whose items of the user are left out; train and validation by default. `includeKnown` leaves nothing out. */
  readonly seen?: readonly SeenPart[];
  /** What may come, and what the list must keep to. Compiled (`compileFilter`) where many answers share it. */
  readonly filter?: ItemFilter | CompiledFilter;
}

export interface ProfileAnswer {
  readonly route: Route;
  /** Best first, or as MMR has them; scores of the fallback are numbers of users, or days since 1970 of the newest. */
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
  profile: Profile,
  options: ProfileOptions = {},
): Promise<ProfileAnswer> {
  const { route, list, isKnownUser, made, fallback } = await answerProfile(
    serving,
    profile,
    questionOf(serving, options),
  );
  const { items, scores, report } = list;
  return {
    ...factsOf(serving, made),
    route,
    items: rankedItems({ k: items.length, ids: items, scores }, serving.nameOf),
    filtered: report,
    isKnownUser,
    ...(fallback && { fallback }),
  };
}

/** What the user would be shown again otherwise. */
const DEFAULT_SEEN: readonly SeenPart[] = ['train', 'validation'];

/** Options with their defaults. */
export function questionOf(
  model: ServedModel,
  { k = 20, includeKnown = false, fallback = {}, seen = DEFAULT_SEEN, filter }: ProfileOptions,
): ProfileQuestion {
  return {
    k,
    filter: filterOf(model, filter),
    seen: includeKnown ? undefined : seen,
    fallbacks: fallback === false ? [] : [fallback].flat(),
  };
}

function factsOf({ items }: ServedModel, made: MadeUser | undefined) {
  const idsOf = (indices: readonly number[]): string[] => indices.map((item) => items.idOf(item));
  return {
    used: idsOf(made?.used ?? []),
    unknown: [...(made?.unknown ?? [])],
    untrained: idsOf(made?.silent ?? []),
    columns: [...(made?.columns ?? [])],
    unseen: [...(made?.unseen ?? [])],
    isWholeModel: made?.isWholeModel ?? true,
  };
}
