/** Refuses a space before anything is trained: keys and values that no run would take, and keys that must be the same for all trials. */
import type { Registries } from '../config/registries.js';
import { resolveConfig } from '../config/resolve-config.js';
import { ConfigError } from '../core/errors.js';
import type { ConfigObject } from '../core/strict-config.js';
import { layerOfValues, type Parameter, type ParameterValue, type SearchSpace } from './search-space.js';

/** Key, or section, that can't differ between trials, and why. */
const FIXED: Readonly<Record<string, string>> = Object.freeze({
  data: 'trials are compared on one graph',
  seed: 'the luckiest seed on validation is not the best on test',
  evaluation: 'trials are compared by one evaluation',
  'training.monitor': 'trials are compared by one metric',
  'training.fitOn': 'trials are compared on validation',
});
/** Under successive halving as well. */
const FIXED_RUNGS: Readonly<Record<string, string>> = Object.freeze({
  'training.epochs': 'successive halving gives trials their epochs',
  'training.evaluateEvery': 'the first rung needs a validation',
});

/**
 * Tries the ends of every range and all choices, each with the others at their low ends, first choices, and at their high ends, last ones. What
 * only another combination shows fails as a trial.
 * @param layers preset and what is laid over it
 * @throws ConfigError `TUNE_SPACE` for an empty space or a key that must not differ, else as `resolveConfig`
 */
export function checkSpace(
  space: SearchSpace,
  layers: readonly ConfigObject[],
  { registries, isHalving }: { readonly registries: Registries; readonly isHalving: boolean },
): void {
  const keys = Object.keys(space);
  if (keys.length === 0) throw new ConfigError('TUNE_SPACE', 'the search space is empty: name at least one key');
  for (const key of keys) refuseFixed(key, isHalving ? { ...FIXED, ...FIXED_RUNGS } : FIXED);
  const cornerAt = (end: 0 | -1): Record<string, ParameterValue> =>
    Object.fromEntries(keys.map((key) => [key, valuesOf(space[key]).at(end)!]));
  for (const corner of [cornerAt(0), cornerAt(-1)]) {
    for (const key of keys) {
      for (const value of valuesOf(space[key])) {
        const where = `search space, ${key} = ${value}`;
        resolveConfig([...layers, layerOfValues({ ...corner, [key]: value })], where, registries);
      }
    }
  }
}

function valuesOf(parameter: Parameter): readonly ParameterValue[] {
  return parameter.kind === 'choice' ? parameter.values : [parameter.low, parameter.high];
}

function refuseFixed(key: string, fixed: Readonly<Record<string, string>>): void {
  const found = Object.keys(fixed).find((each) => key === each || key.startsWith(`${each}.`));
  if (found !== undefined) throw new ConfigError('TUNE_SPACE', `${key} can't be searched: ${fixed[found]}`);
}
