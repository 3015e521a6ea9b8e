/** A condition → the items of a catalogue for which it holds. */
import { ConfigError } from '../../core/errors.js';
import { ownValue } from '../../core/outside/own-keys.js';
import type { FeatureTable } from '../../data/feature-table.js';
import { type TestResult, testColumn } from './column-test.js';
import type { Condition } from './condition.js';
import { syntaxError } from './condition-tokens.js';
import type { ItemMask } from './item-mask.js';
import { parseCondition } from './parse-condition.js';

/**
 * @param text e.g. `category in (a, b) and price < 20`; see `parse-condition.ts`
 * @param catalogue columns of the items, a row an item
 * @throws ConfigError `FILTER_SYNTAX`, `FILTER_COLUMN`, `FILTER_VALUE`, with the place; `NO_ATTRIBUTES` where nothing is known of
 * the items
 */
export function evaluateCondition(text: string, catalogue: FeatureTable | undefined): TestResult {
  if (!catalogue) {
    const message = `the model knows no columns of its items, so no condition over them can be told: ${text.slice(0, 60)}`;
    throw new ConfigError('NO_ATTRIBUTES', message);
  }
  const { numRows: numItems, columns } = catalogue;
  const evaluate = (condition: Condition): TestResult => {
    switch (condition.kind) {
      case 'not': {
        const { mask, notes } = evaluate(condition.part);
        return { mask: mask.not(), notes };
      }
      case 'and':
      case 'or': {
        const parts = condition.parts.map(evaluate);
        const join = (a: ItemMask, b: ItemMask): ItemMask => (condition.kind === 'and' ? a.and(b) : a.or(b));
        return { mask: parts.map(({ mask }) => mask).reduce(join), notes: parts.flatMap(({ notes }) => notes) };
      }
      case 'test': {
        const { column: name, test, at } = condition;
        const wrong = (place: number, problem: string): Error => syntaxError(text, place, problem, 'FILTER_VALUE');
        return testColumn(test, { name, column: ownValue(columns, name)!, numItems, at, wrong });
      }
    }
  };
  return evaluate(parseCondition(text, Object.keys(columns)));
}
