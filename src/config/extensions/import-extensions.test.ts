/** Files of extensions: what they export together, and what is said of one that can't be used. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { importExtensions } from './import-extensions.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-import-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

function file(name: string, text: string): string {
  writeFileSync(join(work, name), text);
  return join(work, name);
}

const metric = (name: string, value = 0) =>
  `{ metrics: { ${name}: { kind: 'list', higherIsBetter: true, ofList: () => ${value} } } }`;
const a = file('a.mjs', `export default ${metric('one')};`);
const b = file('b.mjs', `export const extensions = ${metric('two')};`);

it('are put together, by either export', async () => {
  expect(Object.keys((await importExtensions([a, b])).metrics!)).toEqual(['one', 'two']);
  expect(await importExtensions([])).toEqual({});
});

it.each([
  [['absent.mjs'], 'EXTENSION_FILE', /absent\.mjs: no such file/],
  [
    [file('throws.mjs', "throw new Error('not today');")],
    'EXTENSION_FILE',
    /throws\.mjs: it can't be loaded \(not today\)/,
  ],
  [[file('bad.mjs', 'export default {')], 'EXTENSION_FILE', /bad\.mjs: it can't be loaded/],
  [
    [file('else.mjs', 'export const losses = {};')],
    'EXTENSION_FILE',
    /else\.mjs: expected a default export, or one called extensions/,
  ],
  [
    [file('row.mjs', 'export default { views: { mine: 1 } };')],
    'EXTENSION_ROW',
    /row\.mjs: views\.mine: expected a row, got 1/,
  ],
  [
    [file('taken.mjs', `export default ${metric('ndcg')};`)],
    'EXTENSION_NAME',
    /taken\.mjs: metrics: the name "ndcg" is taken/,
  ],
  [
    [a, file('again.mjs', `export default ${metric('one', 1)};`)],
    'EXTENSION_NAME',
    /again\.mjs: metrics: another file has the name "one"/,
  ],
])('%s is refused', async (files, code, message) => {
  await expect(importExtensions(files)).rejects.toThrow(message);
  await expect(importExtensions(files)).rejects.toMatchObject({ code, exitCode: 2 });
});
