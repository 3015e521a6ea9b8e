/** An answer of `recommend` for people: which way it came, the items, and what is worth a warning. */
import { shown } from '../core/terminal/shown-text.js';
import type { Profile, ProfileAnswer, Reporter } from '../index.js';
import { filterText } from './filter-options.js';
import { rankedText } from './ranked-text.js';

/** @param isFiltered whether something was asked of the items */
export function profileText(answer: ProfileAnswer, { user }: Profile, isFiltered: boolean): string {
  const { items, route } = answer;
  const way = wayOf(answer, user);
  const nothing =
    route === 'hot' ? `nothing can be recommended to user ${shown(user ?? '')}` : 'there is nothing to recommend';
  const { by = 'popular' } = answer.fallback ?? {};
  const scoreName = route !== 'cold' ? 'score' : by === 'popular' ? 'users' : 'days since 1970';
  const filter = isFiltered ? `\n${filterText(answer.filtered)}` : '';
  return `${way}${filter}\n${items.length > 0 ? rankedText(items, scoreName) : nothing}`;
}

function wayOf({ route, used, columns, fallback }: ProfileAnswer, user: string | undefined): string {
  if (route === 'hot') return `hot: user ${shown(user ?? '')} by the vector that training made`;
  if (route === 'warm') {
    const items = used.length > 0 ? [`${used.length} ${used.length === 1 ? 'item' : 'items'}`] : [];
    return `warm: a user made of ${[...items, ...columns.map(shown)].join(', ')}`;
  }
  const days = fallback?.windowDays;
  const when = days === undefined ? 'in training' : `in the last ${days === 1 ? 'day' : `${days} days`} of training`;
  return `cold: nothing is known to go by; ${fallback?.by === 'newest' ? 'what came last' : 'what most users had'} ${when}`;
}

/** @param likely an id that may have been meant, for the end of a sentence */
export function warnOfProfile(
  answer: ProfileAnswer,
  { user, history, features }: Profile,
  likely: string,
  reporter: Reporter,
): void {
  const { route, isKnownUser, unknown, untrained, unseen, isWholeModel, filtered } = answer;
  if (isKnownUser === false) reporter.warn(`the model has no user ${user}${likely}`);
  if (isKnownUser && route !== 'hot') reporter.warn(`training saw nothing of user ${user}`);
  if (isKnownUser && route === 'hot' && (history || features)) {
    reporter.warn(`user ${user} has a vector of its own: features are not used, and the history is only left out`);
  }
  if (unknown.length > 0) reporter.warn(`the model does not have ${unknown.join(', ')}: left out of the history`);
  if (untrained.length > 0) reporter.warn(`nobody had ${untrained.join(', ')} in training: they say nothing`);
  if (unseen.length > 0) reporter.warn(`training did not see the value of ${unseen.join(', ')}`);
  for (const note of filtered.notes) reporter.warn(note);
  if (!isWholeModel) {
    reporter.warn('users of this model have rows of their own; a new one is made of what is known of it alone');
  }
}
