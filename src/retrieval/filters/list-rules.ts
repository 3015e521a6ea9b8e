/**
 * What a list of answers as a whole must keep to, besides what may stand in it:
 *
 *     at most n items of any one value of a column      { director: 1 }
 *     at least n items of a value, as far as they pass  { genres: { drama: 3 } }
 */
import { ConfigError } from '../../core/errors.js';
import { didYouMean } from '../../core/nearest-name.js';
import type { FeatureTable } from '../../data/feature-table.js';
import type { ItemMask } from './item-mask.js';
import { type ItemValues, neededValues } from './item-values.js';

export interface ListRules {
  readonly limits: readonly Limit[];
  readonly quotas: readonly Quota[];
}

export interface Limit {
  readonly values: ItemValues;
  /** Items of one value, at most. */
  readonly most: number;
}

export interface Quota {
  readonly column: string;
  readonly value: string;
  /** Items of the value. */
  readonly mask: ItemMask;
  /** So many of them, at least. */
  readonly least: number;
}

/** As somebody asks for them: by names of columns and values. */
export interface AskedRules {
  readonly maxPer?: Readonly<Record<string, number>>;
  readonly quotas?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/**
 * @throws ConfigError `FILTER_COLUMN`, `FILTER_RULES` for numbers that are none, a value that no item has, and a quota above the
 * limit of its column; `NO_ATTRIBUTES`
 */
export function listRules({ maxPer = {}, quotas = {} }: AskedRules, catalogue: FeatureTable | undefined): ListRules {
  const limits = Object.entries(maxPer).map(([name, most]): Limit => {
    return { values: neededValues(name, catalogue, 'maxPer'), most: counted(most, `maxPer of "${name}"`) };
  });
  const least = Object.entries(quotas).flatMap(([name, byValue]): Quota[] => {
    const values = neededValues(name, catalogue, 'quotas');
    return Object.entries(byValue).map(([value, count]) => quotaOf(values, value, count));
  });
  for (const { column, value, least: wanted } of least) {
    const limit = limits.find((one) => one.values.column === column);
    if (!limit || limit.most >= wanted) continue;
    const name = `${column} ${JSON.stringify(value)}`;
    throw new ConfigError('FILTER_RULES', `a quota of ${wanted} of ${name} stands against a limit of ${limit.most}`);
  }
  return { limits, quotas: least };
}

function quotaOf(values: ItemValues, text: string, count: number): Quota {
  const number = values.values.indexOf(text);
  if (number < 0) {
    const near = didYouMean(text, values.values.slice(0, 1000));
    throw new ConfigError('FILTER_RULES', `quotas: no item has ${JSON.stringify(text)} in "${values.column}"${near}`);
  }
  const least = counted(count, `the quota of ${values.column} "${text}"`);
  return { column: values.column, value: text, mask: values.having(number), least };
}

function counted(count: number, what: string): number {
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw new ConfigError('FILTER_RULES', `${what}: expected a whole number of at least 1, got ${count}`);
}
