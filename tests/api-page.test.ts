import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildOnce, ROOT } from './run-cli.js';

const PAGE = readFileSync(join(ROOT, 'docs', 'how-to', 'use-from-code.md'), 'utf8');
const BLOCKS = [...PAGE.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, code]) => code);
const runFile = promisify(execFile);

let folder = '';
beforeAll(() => {
  buildOnce();
  folder = mkdtempSync(join(tmpdir(), 'twinlight-api-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules', 'twinlight'), 'dir');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('every example of docs/how-to/use-from-code.md runs, in its order', async () => {
  const outputs: string[] = [];
  for (const [i, code] of BLOCKS.entries()) {
    const file = join(folder, `block-${i + 1}.mjs`);
    writeFileSync(file, code);
    outputs.push((await runFile(process.execPath, [file], { cwd: folder })).stdout);
  }
  expect(outputs[0]).toContain('interactions.csv');
  expect(outputs.at(-1)).toMatch(/^CONFIG_INVALID .*did you mean "epochs"\?/);
  for (const file of ['bundle/items.faiss', 'user.svg', 'prototypes.svg'])
    expect(existsSync(join(folder, file))).toBe(true);
});

it('names every entry of the package', () => {
  const { exports: entries } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const entry of Object.keys(entries)) {
    if (entry !== '.' && entry !== './package.json') expect(PAGE).toContain(entry.slice(1));
  }
});
