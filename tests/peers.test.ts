/** The optional libraries: what is installed here, what package.json allows and what the pages tell to install must agree. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './run-cli.js';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const manifest: Record<string, Record<string, string>> = JSON.parse(read('package.json'));
const PEERS = Object.entries(manifest.peerDependencies);
const PAGES = readdirSync(join(ROOT, 'docs', 'how-to'))
  .map((page) => read(`docs/how-to/${page}`))
  .join('\n');

/** Whether a version, or the newest of a major one, is in an exact range or in one with a caret, as npm reads them. */
function satisfies(version: string, range: string): boolean {
  if (/^\d+$/.test(version)) return version !== '0' && range.startsWith(`^${version}.`);
  const numbers = (text: string): number[] => text.replace(/^\^/, '').split('.').map(Number);
  const [[major, minor, patch], [a, b, c]] = [numbers(version), numbers(range)];
  if (!range.startsWith('^')) return version === range;
  if (major !== a) return false;
  if (a === 0) return minor === b && patch >= c;
  return minor > b || (minor === b && patch >= c);
}

it('reads ranges as npm does', () => {
  expect(['4.22.0', '4.23.1', '4.21.9', '5.0.0'].map((v) => satisfies(v, '^4.22.0'))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(['0.6.2', '0.6.9', '0.7.0', '0.6.1'].map((v) => satisfies(v, '^0.6.2'))).toEqual([true, true, false, false]);
  expect(['4.22.0', '4.22.1'].map((v) => satisfies(v, '4.22.0'))).toEqual([true, false]);
  expect(['5', '6', '0'].map((v) => satisfies(v, '^5.1.0'))).toEqual([true, false, false]);
});

describe.each(PEERS)('%s', (name, range) => {
  it('is optional', () => {
    expect(manifest.peerDependenciesMeta[name]).toMatchObject({ optional: true });
  });

  it('is told of in the pages, in a version that is allowed', () => {
    const told = [...PAGES.matchAll(/(?:^|\s|`)(@?[\w/-]+)@(\d+(?:\.\d+\.\d+)?)(?![\d.]*\d)/g)].filter(
      ([, found]) => found === name,
    );
    expect(told.length).toBeGreaterThan(0);
    for (const [, , version] of told) expect(satisfies(version, range), `${version} in ${range}`).toBe(true);
  });

  const installed = join(ROOT, 'node_modules', name, 'package.json');
  it.runIf(existsSync(installed))('is installed in a version that is allowed', () => {
    const { version } = JSON.parse(readFileSync(installed, 'utf8')) as { version: string };
    expect(satisfies(version, range), `${version} in ${range}`).toBe(true);
  });
});

it('what development installs of them is an allowed version, so that CI tests it', () => {
  const tested = PEERS.filter(([name]) => name in manifest.devDependencies);
  expect(tested.length).toBeGreaterThan(1);
  for (const [name, range] of tested) expect(satisfies(manifest.devDependencies[name], range), name).toBe(true);
});
