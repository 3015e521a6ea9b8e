/**
 * Which column of a feature file holds the ids.
 */
import { DataError } from '../../core/errors.js';
import { columnByName } from '../readers/column-roles.js';
import type { SourceFile } from '../readers/text/source-file.js';
import { type FeatureContext, type FeatureSide, featureOptions } from './feature-context.js';

/** As configured, else by the names of the side's ids, else `id`. */
export function findIdColumn(
  names: readonly string[],
  file: SourceFile,
  side: FeatureSide,
  { config }: FeatureContext,
): number {
  const location = { file: file.path, line: 1 };
  const wanted = featureOptions(config, side).id ?? config.columns[side];
  const exact = typeof wanted === 'string' ? names.indexOf(wanted) : -1;
  if (exact >= 0) return exact;
  if (featureOptions(config, side).id !== undefined) {
    const message = `expected a column "${wanted}" (data.${side}Features.id), got ${names.join(', ')}`;
    throw new DataError('DATA_NO_COLUMN', message, { location });
  }
  const found = columnByName(names, side);
  if (found >= 0) return found;
  const plainId = names.findIndex((name) => name.toLowerCase() === 'id');
  if (plainId >= 0) return plainId;
  const message = `expected a column with the ${side} ids, got ${names.join(', ')}; name it with data.${side}Features.id`;
  throw new DataError('DATA_NO_COLUMN', message, { location });
}
