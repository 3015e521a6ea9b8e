/** The values that each item has in a column, numbered: what quotas and limits count. */
import { ConfigError } from '../../core/errors.js';
import { didYouMean } from '../../core/nearest-name.js';
import { ownValue } from '../../core/outside/own-keys.js';
import type { FeatureColumn, FeatureTable } from '../../data/feature-table.js';
import { Vocabulary } from '../../data/vocabulary.js';
import { isMissing } from './column-test.js';
import { ItemMask } from './item-mask.js';

export interface ItemValues {
  readonly column: string;
  /** By number. */
  readonly values: readonly string[];
  /** Numbers of the item's values: none where it has none, several in a column of lists. */
  of(item: number): Int32Array;
  /** The items that have a value. */
  having(value: number): ItemMask;
}

/** Undefined for a column of vectors, which has no values to count. */
function itemValues(name: string, column: FeatureColumn): ItemValues | undefined {
  if (column.kind === 'vector') return undefined;
  if (column.kind === 'multi-valued') {
    const { offsets, codes, values } = column;
    return {
      column: name,
      values,
      of: (item) => codes.subarray(offsets[item], offsets[item + 1]),
      having: (value) =>
        ItemMask.where(offsets.length - 1, (item) => {
          for (let at = offsets[item]; at < offsets[item + 1]; at++) if (codes[at] === value) return true;
          return false;
        }),
    };
  }
  const { codes, values } = column.kind === 'categorical' ? column : distinctOf(column);
  return {
    column: name,
    values,
    of: (item) => (codes[item] < 0 ? NONE : codes.subarray(item, item + 1)),
    having: (value) => ItemMask.where(codes.length, (item) => codes[item] === value),
  };
}

const NONE = new Int32Array(0);

function distinctOf(column: Extract<FeatureColumn, { kind: 'numeric' | 'time' | 'text' }>) {
  const cells = column.kind === 'numeric' ? column.numbers : column.kind === 'time' ? column.seconds : column.texts;
  const known = new Vocabulary();
  const codes = Int32Array.from(cells as ArrayLike<number | string>, (cell, row) =>
    isMissing(column, row) ? -1 : known.add(String(cell)),
  );
  return { codes, values: known.ids };
}

/**
 * The values of a column that somebody named.
 * @param key what asks for it, for errors
 * @throws ConfigError `FILTER_COLUMN`, `NO_ATTRIBUTES`
 */
export function neededValues(name: string, catalogue: FeatureTable | undefined, key: string): ItemValues {
  if (!catalogue) {
    throw new ConfigError('NO_ATTRIBUTES', `${key}: the model knows no columns of its items, so there is no "${name}"`);
  }
  const column = ownValue(catalogue.columns, name);
  const values = column && itemValues(name, column);
  if (values) return values;
  const names = Object.keys(catalogue.columns).filter((one) => catalogue.columns[one].kind !== 'vector');
  const there = names.map((one) => `"${one}"`).join(', ');
  throw new ConfigError(
    'FILTER_COLUMN',
    `${key}: there is no column "${name}" with values to count${didYouMean(name, names)}; there are ${there || 'none'}`,
  );
}
