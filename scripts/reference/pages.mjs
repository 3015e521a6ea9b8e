/**
 * The pages of docs/reference/, made of the words in templates/ and of what registries and schemas say, so that pages,
 * `explain`, `--help` and the code can't disagree. Needs a build.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stringify } from 'yaml';
import { ROOT } from '../steps.mjs';
import { commandSections } from './commands-page.mjs';
import { configurationPage } from './configuration-page.mjs';
import { code, fill, table } from './markdown.mjs';
import { registryPage } from './registry-page.mjs';

const TEMPLATES = join(ROOT, 'scripts', 'reference', 'templates');
const NOTE =
  '<!-- Written by `npm run docs:reference` from scripts/reference/templates and the code. Change those. -->';

/** Which families of `explain` a page has; encoders.md has all that are on no other. */
const FAMILIES = {
  'losses.md': ['loss', 'loss on features'],
  'views.md': ['view', 'view of features'],
  'negatives.md': ['negative source'],
};

const load = (file) => import(pathToFileURL(join(ROOT, 'dist', file)).href);

/** @returns Markdown by file name */
export async function referencePages() {
  const api = await load('index.js');
  const { optionsOf } = await load('core/schema-options.js');
  const { runConfigSchema } = await load('config/run-config.js');
  const registries = registriesOf(api);
  const configuration = configurationPage({
    options: optionsOf(runConfigSchema),
    defaults: api.resolveConfig([{}], 'defaults'),
    named: [...templateOf('configuration.md').matchAll(/^\{\{keys (\S+)\}\}$/gm)].map(([, section]) => section),
    linkOf: (key, kind) => linkOf(registries, key, kind),
  });
  const { overview, commands } = commandSections();
  const parts = {
    'commands.md': { overview: () => overview, commands: () => commands },
    'configuration.md': configuration,
    'presets.md': { presets: () => presetSections(api), tried: () => triedTable(api) },
    ...Object.fromEntries(registries.map(({ file, entries, page }) => [file, partsOf(entries, page)])),
  };
  return Object.fromEntries(Object.entries(parts).map(([file, own]) => [file, pageOf(file, own)]));
}

const templateOf = (file) => readFileSync(join(TEMPLATES, file.replace('.md', '.template')), 'utf8');

function pageOf(file, parts) {
  return `${NOTE}\n\n${fill(templateOf(file), parts)}`
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()
    .concat('\n');
}

/** Pages of registries, with what `explain` says about their entries. */
function registriesOf(api) {
  const placed = Object.values(FAMILIES).flat();
  const rest = Object.keys(api.EXPLAINED).filter((family) => !placed.includes(family));
  return Object.entries({ ...FAMILIES, 'encoders.md': rest }).map(([file, families]) => {
    const entries = families.flatMap((family) => {
      const rows = api.EXPLAINED[family].entries;
      return Object.keys(rows).map((name) => ({
        ...api.explain(name).find((one) => one.family === family),
        role: rows[name].role,
      }));
    });
    return { file, entries, page: registryPage(entries) };
  });
}

/** `entries` of a role, of a family, or of neither: all. */
function partsOf(entries, page) {
  return {
    entries: (...words) => {
      const wanted = words.join(' ');
      const chosen = entries.filter(({ role, family }) => wanted === '' || wanted === (role ?? family));
      if (chosen.length === 0) throw new Error(`no entries of "${wanted}"`);
      return page.entries(chosen);
    },
    families: () =>
      [...new Set(entries.map(({ family }) => family))]
        .map((family) => {
          const own = entries.filter((entry) => entry.family === family);
          return `## ${sentence(plural(family), '')}\n\nThe key is \`${own[0].key}\`.\n\n${page.entries(own)}`;
        })
        .join('\n'),
    shared: () => page.shared(),
  };
}

/** The section of a page that tells about a kind of a section of the configuration. */
function linkOf(registries, key, kind) {
  const section = key.replace(/\.name$/, '');
  const file = `${section.split('.')[0].replace(/s?$/, 's')}.md`;
  const { entries = [], page } = registries.find((one) => one.file === file) ?? {};
  const candidates = entries.filter(({ name }) => name === kind);
  // two registries of a page may have the same name
  const found = candidates.find((entry) => entry.key === section) ?? candidates[0];
  return found && `${file}#${page.anchor(found)}`;
}

function presetSections({ PRESET_NAMES, explainPreset }) {
  const section = (name) => {
    const { description, config } = explainPreset(name);
    return `## ${name}\n\n${sentence(description)}\n\n\`\`\`yaml\n${stringify(config)}\`\`\`\n`;
  };
  return PRESET_NAMES.map(section).join('\n');
}

/** What `tune` tries by default, and of which presets. */
function triedTable({ PRESET_SPACES }) {
  const presetsOf = new Map();
  for (const [preset, space] of Object.entries(PRESET_SPACES)) {
    for (const [key, { kind, low, high, log, values }] of Object.entries(space)) {
      const told = kind === 'choice' ? values.join(', ') : `${low} to ${high}${log ? ', log scale' : ''}`;
      const row = JSON.stringify([code(key), told]);
      presetsOf.set(row, [...(presetsOf.get(row) ?? []), preset]);
    }
  }
  const rows = [...presetsOf].map(([row, presets]) => [...JSON.parse(row), presets.join(', ')]);
  return table(['key', 'values', 'presets'], rows);
}

const plural = (family) => (/(s|ion)$/.test(family) ? family : `${family}s`);

/** With a capital letter, and with a full stop unless another end is given. */
const sentence = (text, end = '.') => `${text[0].toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : end}`;
