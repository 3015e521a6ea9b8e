/** docs/configuration.md against the schema: every key that can be set is explained, with the default it has. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PRESET_NAMES, PRESETS, resolveConfig } from '../src/config/index.js';
import type { ConfigObject } from '../src/core/strict-config.js';

const page = readFileSync('docs/configuration.md', 'utf8');
const documented = new Set([...page.matchAll(/`([a-z]+(?:\.[a-zA-Z0-9]+)*)`/gi)].map(([, key]) => key));

/** Paths of the leaves of a resolved configuration. */
function leaves(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  const entries = Object.entries(value);
  return entries.length === 0
    ? [path]
    : entries.flatMap(([key, inner]) => leaves(inner, path ? `${path}.${key}` : key));
}

describe('the configuration page', () => {
  it.each(PRESET_NAMES)('explains every key of preset %s', (name) => {
    const config = resolveConfig([PRESETS[name].config as ConfigObject], name);
    expect(leaves(config, '').filter((key) => !documented.has(key))).toEqual([]);
  });

  it('gives the defaults of the schema', () => {
    const config = resolveConfig([{}], 'defaults') as unknown as ConfigObject;
    const wrong: string[] = [];
    for (const [, key, told] of page.matchAll(/^\| `([a-z]+(?:\.[a-zA-Z0-9]+)*)` \| ([^|]+?) \|/gim)) {
      const actual = key
        .split('.')
        .reduce<unknown>((value, part) => (value as ConfigObject | undefined)?.[part], config);
      if (actual === undefined || typeof actual === 'object') continue;
      const first = told.replaceAll('`', '').split(' (')[0].trim();
      if (first !== String(actual)) wrong.push(`${key}: the page says ${first}, the schema ${String(actual)}`);
    }
    expect(wrong).toEqual([]);
  });
});
