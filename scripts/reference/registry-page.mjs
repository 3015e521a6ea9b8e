/**
 * The entries of a page's registries: what `explain` says about each. An option that several of them have is printed once,
 * in a section of its own; an entry has the table of those that are its alone.
 */
import { anchorOf, code, table } from './markdown.mjs';
import { defaultOf, listed, meaningOf, valuesOf, withKeys } from './option-cells.mjs';

const SHARED = 'Shared options';

/** What makes two options the same: all but their defaults. */
const identity = ({ name, kind, range, optional, description, of }) =>
  JSON.stringify([name, kind, range, optional, description, of]);

/** Every option that two entries or more have, with those entries. */
function sharedOptions(entries) {
  const found = new Map();
  for (const entry of entries) {
    for (const option of entry.options) {
      const key = identity(option);
      found.set(key, [...(found.get(key) ?? []), { entry, option }]);
    }
  }
  return new Map([...found].filter(([, uses]) => uses.length > 1));
}

/** The default that all uses have, or undefined. */
function commonDefault(uses) {
  const defaults = new Set(uses.map(({ option }) => defaultOf(option)));
  return defaults.size === 1 ? [...defaults][0] : undefined;
}

/** Which entries have it, in as few words as may be. */
function usersOf(uses, headings) {
  const users = uses.map(({ entry }) => entry);
  const others = [...headings.keys()].filter((entry) => !users.includes(entry));
  const named = (entries) => listed(entries.map((entry) => headings.get(entry)));
  if (others.length === 0) return 'all';
  return others.length < users.length ? `all but ${named(others)}` : named(users);
}

/** @param entries explanations: name, family, formula, when, goesWrong, source, options */
export function registryPage(entries) {
  const shared = sharedOptions(entries);
  const headings = new Map();
  for (const entry of entries) {
    const taken = [...headings.values()].includes(entry.name);
    headings.set(entry, taken ? `${entry.family}: ${entry.name}` : entry.name);
  }
  return {
    /** Sections of some of the entries. */
    entries: (chosen) => chosen.map((entry) => section(entry, headings.get(entry), shared)).join('\n'),
    /** The section of the options that several have. */
    shared: () => sharedSection(shared, headings),
    anchor: (entry) => anchorOf(headings.get(entry)),
  };
}

function section({ formula, when, goesWrong, source, options }, heading, shared) {
  const isShared = (option) => shared.has(identity(option));
  const own = options.filter((option) => !isShared(option));
  const lines = [`### ${heading}`, '', `**Formula.** ${formula.replaceAll('_', '\\_')}`, ''];
  lines.push(`**When.** ${withKeys(when)}`, '', `**What goes wrong.** ${withKeys(goesWrong)}`, '');
  lines.push(`**Source.** ${source}.`, '');
  const others = sharedNames(options.filter(isShared), shared);
  if (others.length > 0) lines.push(`**[${SHARED}](#${anchorOf(SHARED)}).** ${others.join(', ')}.`, '');
  if (own.length > 0) {
    const rows = own.map((option) => [code(option.name), valuesOf(option), defaultOf(option), meaningOf(option)]);
    lines.push(table(['option', 'values', 'default', 'meaning'], rows), '');
  }
  if (options.length === 0) lines.push('It has no options.', '');
  return lines.join('\n');
}

/** The names of an entry's shared options, with their defaults where those of other entries differ. */
function sharedNames(options, shared) {
  const names = options.map(({ name }) => name);
  // a section stands for its keys
  const isPart = (name) => name.includes('.') && partOf(name).some((section) => names.includes(section));
  return options
    .filter(({ name }) => name.endsWith('.name') || !isPart(name))
    .map((option) => {
      const common = commonDefault(shared.get(identity(option)));
      const told = code(option.name.replace(/\.name$/, ''));
      return common === undefined ? `${told} (${defaultOf(option)})` : told;
    });
}

/** What may stand for an option in a list: its section, or the key that chooses the section's kind. */
function partOf(name) {
  const section = name.slice(0, name.lastIndexOf('.'));
  return [section, `${section}.name`];
}

function sharedSection(shared, headings) {
  if (shared.size === 0) return '';
  const order = [...new Set([...shared.values()].map(([{ option }]) => option.name))];
  const byName = [...shared.values()].sort((a, b) => order.indexOf(a[0].option.name) - order.indexOf(b[0].option.name));
  const rows = byName.map((uses) => {
    const [{ option }] = uses;
    const fallback = commonDefault(uses) ?? 'differs';
    return [code(option.name), valuesOf(option), fallback, usersOf(uses, headings), meaningOf(option)];
  });
  return [`## ${SHARED}`, '', table(['option', 'values', 'default', 'of', 'meaning'], rows)].join('\n');
}
