/** `--features`: what is known of a user or an item, as `age=25,city=Berlin` or as a JSON object. */
import type { FeatureRow } from '../index.js';
import type { Api } from './command-line.js';

/** For the help of commands that take it. */
export const FEATURES_HELP =
  'what is known: column=value pairs with commas between them, or a JSON object where values hold commas';

/** @throws ConfigError `USAGE_FEATURES` */
export function featuresOf(api: Api, text: string): FeatureRow {
  const refuse = (got: string): never => {
    throw new api.ConfigError(
      'USAGE_FEATURES',
      `--features: expected column=value pairs with commas between them, or a JSON object, got ${got}`,
    );
  };
  if (text.trimStart().startsWith('{')) {
    try {
      return JSON.parse(text) as FeatureRow;
    } catch {
      return refuse(text);
    }
  }
  const pairs = text.split(',').map((pair): [string, string] => {
    const at = pair.indexOf('=');
    if (at <= 0) refuse(pair.trim() === '' ? 'an empty pair' : `"${pair.trim()}"`);
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  });
  const names = pairs.map(([name]) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) refuse(`"${twice}" twice`);
  return Object.fromEntries(pairs);
}
