/** Every key of the configuration schema in a table a section; a meaning that several keys have is printed once. */
import { code, table } from './markdown.mjs';
import { defaultOf, listed, meaningOf, valuesOf } from './option-cells.mjs';

/**
 * @param options `optionsOf` the configuration schema
 * @param defaults the configuration that nothing was laid over
 * @param named sections that the page has a place for
 * @param linkOf the address of what a kind of a section is, or undefined where no page has it
 */
export function configurationPage({ options, defaults, named, linkOf }) {
  const whole = options.map((option) => ({ ...option, default: option.default ?? valueAt(defaults, option.name) }));
  const printed = new Map();
  const keys = (section) => {
    const own = whole.filter(({ name }) => name === section || name.startsWith(`${section}.`));
    if (own.length === 0) throw new Error(`the configuration has no section "${section}"`);
    const all = byName(own);
    const rows = all.flatMap((option) => rowOf(option, printed, linkOf));
    return [table(['key', 'values', 'default', 'meaning'], rows), ...repeats(all, printed)].join('\n\n');
  };
  return {
    keys,
    others: () => {
      const sections = new Set(whole.map(({ name }) => name.split('.')[0]));
      const own = [...sections].filter((section) => !named.includes(section));
      return own.map((section) => `## ${section}\n\n${keys(section)}`).join('\n\n');
    },
  };
}

/** Preprocessing hides defaults from the schema; the resolved configuration has them. */
const valueAt = (config, path) => {
  const value = path.split('.').reduce((section, key) => section?.[key], config);
  return typeof value === 'object' ? undefined : value;
};

/** In the schema's order, but keys of one name next to each other, and those that differ in their defaults alone together. */
function byName(options) {
  const found = new Map();
  for (const option of options) {
    const { default: _, of: __, ...rest } = option;
    const key = JSON.stringify(rest);
    found.set(key, [...(found.get(key) ?? []), option]);
  }
  const merged = [...found.values()].map(([first, ...others]) => ({
    ...first,
    ...(first.of && { of: [first, ...others].flatMap(({ of }) => of ?? []) }),
    others,
  }));
  const names = [...new Set(merged.map(({ name }) => name))];
  return names.flatMap((name) => merged.filter((option) => option.name === name));
}

/** `losses.main.temperature` and `from`: the same key may stand under other sections too. */
function partsOf(name) {
  const end = name.lastIndexOf('.');
  return { section: name.slice(0, Math.max(end, 0)), key: name.slice(end + 1) };
}

const identity = ({ name, kind, range, description }) => JSON.stringify([partsOf(name).key, kind, range, description]);

/** Where the same thing has been told already, under another section. */
function toldBefore(option, printed) {
  const before = option.description && printed.get(identity(option));
  return before && partsOf(before.name).section !== partsOf(option.name).section ? before : undefined;
}

const isRepeat = (option, printed) => {
  const before = toldBefore(option, printed);
  return before !== undefined && defaultOf(before) === defaultOf(option) && `${before.of}` === `${option.of}`;
};

/** One row, or none where another section's row says all of it. */
function rowOf(option, printed, linkOf) {
  if (isRepeat(option, printed)) return [];
  const before = toldBefore(option, printed);
  if (!before && !printed.has(identity(option))) printed.set(identity(option), option);
  const meaning = meaningOf(before ? { ...option, description: `as ${before.name}` } : option);
  const others = option.others.map((other) => ` (${listed(other.of)}: ${defaultOf(other)})`);
  return [[code(option.name), values(option, linkOf), defaultOf(option) + others.join(''), meaning]];
}

/** The kinds of a section, each with a link to what it is. */
function values(option, linkOf) {
  if (/^list of \{ name: /.test(option.kind)) return 'list of sections; a page of their own has them';
  if (!option.name.endsWith('.name')) return valuesOf(option);
  const linked = (kind) => {
    const address = linkOf(option.name, kind);
    return address === undefined ? code(kind) : `[${code(kind)}](${address})`;
  };
  return option.kind.split(' | ').map(linked).join(', ');
}

/** A line a section whose keys were told before: which, and where. */
function repeats(options, printed) {
  const found = new Map();
  for (const option of options.filter((one) => isRepeat(one, printed))) {
    const { section } = partsOf(option.name);
    const { section: before } = partsOf(toldBefore(option, printed).name);
    const key = `${section} ${before}`;
    found.set(key, new Set([...(found.get(key) ?? []), option.name]));
  }
  return [...found].map(([key, names]) => {
    const [section, before] = key.split(' ');
    return `Under ${code(section)} the same as under ${code(before)}: ${listed([...names])}.`;
  });
}
