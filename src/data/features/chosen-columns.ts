/**
 * What the configuration says about the columns of a table that is in memory, and so has its kinds already: which are left
 * out, and what the encodings of the others are asked to be.
 */
import { ConfigError } from '../../core/errors.js';
import { didYouMean } from '../../core/nearest-name.js';
import { ownValue, recordOf } from '../../core/outside/own-keys.js';
import type { FeatureColumn, FeatureTable } from '../feature-table.js';
import { type ColumnChoice, type FeatureSide, kindOfChoice } from './feature-context.js';

/** @throws ConfigError `CONFIG_FEATURES` for a column that does not exist or is of another kind */
export function chosenColumns(
  table: FeatureTable,
  side: FeatureSide,
  choices: Readonly<Record<string, ColumnChoice>>,
): FeatureTable {
  const names = Object.keys(table.columns);
  const refuse = (name: string, problem: string): never => {
    throw new ConfigError('CONFIG_FEATURES', `data.${side}Features.columns: "${name}" ${problem}`);
  };
  for (const [name, choice] of Object.entries(choices)) {
    const column = ownValue(table.columns, name);
    const kind = kindOfChoice(choice);
    if (column === undefined)
      refuse(name, `is no column of them${didYouMean(name, names)}; there are ${names.join(', ')}`);
    else if (kind !== 'ignore' && kind !== column.kind) refuse(name, `is ${column.kind} in memory, not ${kind}`);
  }
  const columns = Object.entries(table.columns).flatMap(([name, column]): [string, FeatureColumn][] => {
    const choice = ownValue(choices, name);
    if (choice === 'ignore') return [];
    // of the same kind: looked at above
    return [[name, typeof choice === 'object' ? ({ ...column, options: choice } as FeatureColumn) : column]];
  });
  return { numRows: table.numRows, columns: recordOf(columns) };
}
