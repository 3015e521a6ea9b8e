/** What a table says about one option of a schema (`optionsOf`): the values it takes, its default, its meaning. */
import { code } from './markdown.mjs';

/** Names as code, in a sentence's order. */
export const listed = (names) => names.map(code).join(', ');

/** `whole number, 1 to 4096`; `none | tanh`; `auto | all | whole number, ≥ 1`. */
export function valuesOf({ kind, range = '' }) {
  const bounds = range
    .replaceAll(/-(?=\d)/g, '−')
    .split(', ')
    .filter(Boolean);
  const [first] = bounds;
  const words = first === 'whole' ? ['whole number', ...bounds.slice(1)] : ['number', ...bounds];
  const told = kind.replace('number', words.join(', '));
  return kind === 'number' ? told : code(told);
}

/** As YAML has it. */
const written = (value) => (typeof value === 'string' ? value : JSON.stringify(value).replaceAll(',', ', '));

export function defaultOf({ default: fallback, optional }) {
  if (fallback !== undefined) return code(written(fallback));
  return optional ? '–' : 'required';
}

const SECTIONS = 'encoder|views|losses|coldStart|positives|negatives|training|evaluation|data';
const NO_VALUES = ['number', 'text', 'list', 'of', 'map', 'to', 'name', 'kind'];

/** Text with the keys that it names as code. */
export const withKeys = (text) =>
  text.replaceAll(new RegExp(`\\b(?:${SECTIONS})\\.[a-zA-Z0-9.]*[a-zA-Z0-9]`, 'g'), code);

/** The description, with values and keys as code, after the kinds of a section that know the option. */
export function meaningOf({ description = '', kind, of = [] }) {
  const values = (kind.match(/[\w+-]*[a-z][\w+-]*/g) ?? []).filter((word) => !NO_VALUES.includes(word));
  const told = withKeys(description)
    .replaceAll(/\{ [^}]+ \}/g, code)
    // a value at the head of what it means
    .replaceAll(/(^|[.;:,(] )([\w+-]+)(?=: )/g, (whole, before, word) =>
      values.includes(word) ? before + code(word) : whole,
    );
  return of.length > 0 ? `of ${listed(of)}: ${told}` : told;
}
