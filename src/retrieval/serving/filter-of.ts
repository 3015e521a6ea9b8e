/**
 * Filters of answers, compiled against a run or a bundle:
 *
 *     const filter = compileFilter(run, { where: 'genres contains drama and year >= 1990', maxPer: { director: 1 } });
 *     await recommendForProfile(run, { user }, { k: 20, filter });   // as often as wanted
 */
import { type CompiledFilter, compileItemFilter, type ItemFilter } from '../filters/item-filter.js';
import type { Servable, ServedModel } from './served-model.js';

/**
 * A filter that many answers share. It holds for this model alone.
 * @throws ConfigError `FILTER_SYNTAX`, `FILTER_COLUMN`, `FILTER_VALUE`, `FILTER_RULES`, `NO_ATTRIBUTES`, `NO_EMBEDDINGS`
 */
export function compileFilter({ serving }: Servable, filter: ItemFilter): CompiledFilter {
  return compileItemFilter(serving, filter);
}

/** What was given, compiled; nothing given lets everything pass. */
export function filterOf(model: ServedModel, given: ItemFilter | CompiledFilter = {}): CompiledFilter {
  return 'mask' in given ? given : compileItemFilter(model, given);
}
