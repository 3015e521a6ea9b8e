/** The libraries: what package.json installs, what ARCHITECTURE says of each, and what the sources import must agree. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isTest, sourceFiles, withoutComments } from './import-rules.js';
import { ROOT } from './run-cli.js';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const manifest: Record<string, Record<string, string>> = JSON.parse(read('package.json'));
const namesIn = (...parts: string[]) => parts.flatMap((part) => Object.keys(manifest[part] ?? {}));
const INSTALLED = namesIn('dependencies', 'optionalDependencies', 'peerDependencies', 'devDependencies');
/** TypeScript once more, in the version that typedoc reads. */
const ALIAS = 'typescript-for-typedoc';

/** The column "we use", a cell a row. */
function cells(): string[] {
  const [, table] = read('ARCHITECTURE.md').split('## Choices of libraries');
  const rows = table.split('\n## ')[0].split('\n');
  return rows.filter((line) => line.startsWith('| ')).flatMap((line) => line.split(' | ')[1] ?? []);
}

it('the table of libraries names every package that is installed', () => {
  const told = cells()
    .join(' ')
    .replaceAll(', -gpu', ', @tensorflow/tfjs-node-gpu')
    .split(/[\s,;]+/);
  expect(INSTALLED.filter((name) => !told.includes(name) && name !== ALIAS)).toEqual([]);
});

it('the table of libraries names nothing that is not installed', () => {
  const told = cells()
    .slice(1)
    .flatMap((cell) => cell.replace(/`.*?`/g, '').match(/@?[a-z][a-z0-9]*(?:[-/][a-z0-9]+)+/g) ?? []);
  expect(told.length).toBeGreaterThan(10);
  expect(told.filter((name) => !INSTALLED.includes(name))).toEqual([]);
});

it('what people install with the package is used by its sources', () => {
  const sources = sourceFiles(ROOT)
    .filter((file) => !isTest(file))
    .map((file) => withoutComments(read(file)));
  const isImported = (name: string) =>
    sources.some((text) => new RegExp(`(?:from|import\\() ?'${name}(?:/[^']*)?'`).test(text));
  expect(namesIn('dependencies').filter((name) => !isImported(name))).toEqual([]);
});
