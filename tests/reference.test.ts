/** docs/reference/ says what registries, schemas and the command line say (`npm run docs:reference` writes it). */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { EXPLAINED, explain, PRESET_NAMES, PRESETS, resolveConfig } from '../src/config/index.js';
import { runConfigSchema } from '../src/config/run-config.js';
import { optionsOf } from '../src/core/schema-options.js';
import { type ConfigObject, parseConfigText } from '../src/core/strict-config.js';
import { buildOnce, ROOT } from './run-cli.js';

const FOLDER = join(ROOT, 'docs', 'reference');
const FILES = readdirSync(FOLDER).sort();
const pageOf = (file: string) => readFileSync(join(FOLDER, file), 'utf8');

describe('the pages are what the generator writes', () => {
  let pages: Record<string, string>;
  beforeAll(async () => {
    buildOnce();
    // @ts-expect-error a plain script without types
    pages = await (await import('../scripts/reference/pages.mjs')).referencePages();
  });

  it.each(FILES)('%s', (file) => expect(pageOf(file)).toBe(pages[file]));

  it('there is no other', () => expect(Object.keys(pages).sort()).toEqual(FILES));
});

describe('the configuration page', () => {
  const page = pageOf('configuration.md');
  const documented = new Set([...page.matchAll(/`([a-z]+(?:\.[a-zA-Z0-9]+)*)`/gi)].map(([, key]) => key));

  it.each(PRESET_NAMES)('explains every key of preset %s', (name) => {
    const config = resolveConfig([PRESETS[name].config as ConfigObject], name);
    expect(leaves(config, '').filter((key) => !documented.has(key))).toEqual([]);
  });

  it('explains every key of the schema', () => {
    const keys = optionsOf(runConfigSchema);
    expect(keys.filter(({ name }) => !documented.has(name)).map(({ name }) => name)).toEqual([]);
    expect(keys.filter(({ description }) => !description).map(({ name }) => name)).toEqual([]);
  });

  it('gives the defaults of the schema', () => {
    const config = resolveConfig([{}], 'defaults') as unknown as ConfigObject;
    const wrong: string[] = [];
    let compared = 0;
    for (const [, key, told] of page.matchAll(ROW)) {
      const actual = key
        .split('.')
        .reduce<unknown>((value, part) => (value as ConfigObject | undefined)?.[part], config);
      if (actual === undefined || typeof actual === 'object') continue;
      compared++;
      const first = told.replaceAll('`', '').replaceAll('\\|', '|').split(' (')[0].trim();
      if (first !== String(actual)) wrong.push(`${key}: the page says ${first}, the schema ${String(actual)}`);
    }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(60);
  });
});

/** A row of a table of keys: key, values, default, meaning. */
const ROW = /^\| `([a-z]+(?:\.[a-zA-Z0-9]+)*)` \| (?:(?:[^|\\]|\\.)+?) \| ((?:[^|\\]|\\.)+?) \|/gim;

/** Paths of the leaves of a resolved configuration. */
function leaves(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  const entries = Object.entries(value);
  return entries.length === 0
    ? [path]
    : entries.flatMap(([key, inner]) => leaves(inner, path ? `${path}.${key}` : key));
}

describe.each(Object.entries(EXPLAINED))('every %s', (family, { entries }) => {
  it.each(Object.keys(entries))('%s has a section with its options', (name) => {
    const heading = new RegExp(`^### (?:${family}: )?${name}\n([\\s\\S]*?)(?=^##|(?![\\s\\S]))`, 'm');
    const page = FILES.map(pageOf).find((text) => heading.test(text));
    const [, section] = page?.match(heading) ?? [];
    expect(section).toBeDefined();
    const [, shared = ''] = page!.split('## Shared options');
    const { options } = explain(name).find((one) => one.family === family)!;
    const told = (option: string) =>
      section.includes(`\`${option}\``) || (shared.includes(`\`${option}\``) && section.includes('#shared-options'));
    expect(options.map((option) => option.name).filter((option) => !told(option))).toEqual([]);
  });
});

it.each(FILES)('the YAML on %s is a configuration', (file) => {
  for (const [, text] of pageOf(file).matchAll(/^```yaml\n([\s\S]*?)^```$/gm)) {
    expect(() => resolveConfig([parseConfigText(text, file)], file)).not.toThrow();
  }
});

it('what several entries of a page share is told once on it', () => {
  for (const file of FILES) {
    const rows = pageOf(file)
      .split('\n')
      .filter((line) => /^\| `/.test(line));
    expect(new Set(rows).size).toBe(rows.length);
  }
});
