/**
 * The JavaScript in README.md and docs/: the compiler accepts every block, with this project's own strict options and the types
 * that are published. Those of the page about the API also run here, in their order; other pages' in `page-commands.ts`.
 */
import { execFile, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { blocksOf } from './page-commands.js';
import { buildOnce, ROOT } from './run-cli.js';

const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
];
const API_PAGE = readFileSync(join(ROOT, 'docs', 'how-to', 'use-from-code.md'), 'utf8');
const runFile = promisify(execFile);

const scriptsOf = (page: string) => blocksOf(page).filter(({ language }) => language === 'js' || language === 'ts');

/** A folder in which `twinlight` is this checkout, as built. */
function consumer(): string {
  const folder = mkdtempSync(join(tmpdir(), 'twinlight-examples-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules', 'twinlight'), 'dir');
  symlinkSync(join(ROOT, 'node_modules', '@types'), join(folder, 'node_modules', '@types'), 'dir');
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  return folder;
}

const folders: string[] = [];
beforeAll(buildOnce);
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

it('every example passes the type check', () => {
  const folder = consumer();
  folders.push(folder);
  const { compilerOptions } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8'));
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { ...compilerOptions, checkJs: true }, include: ['**/*'] }),
  );
  let count = 0;
  for (const page of PAGES) {
    // the names are what a message of the compiler shows
    const own = join(folder, page.replaceAll(/\W+/g, '-'));
    mkdirSync(own);
    for (const [i, { language, file, text }] of scriptsOf(readFileSync(join(ROOT, page), 'utf8')).entries()) {
      writeFileSync(join(own, file ?? `block-${i + 1}.${language}`), text);
      count++;
    }
  }
  expect(count).toBeGreaterThan(10);
  const { bin } = JSON.parse(readFileSync(join(ROOT, 'node_modules', 'typescript', 'package.json'), 'utf8'));
  const compiler = join(ROOT, 'node_modules', 'typescript', bin.tsc);
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', folder], { cwd: folder, encoding: 'utf8' });
  expect(stdout).toBe('');
});

it('every example of the page about the API runs, in its order', async () => {
  const folder = consumer();
  folders.push(folder);
  const outputs: string[] = [];
  for (const [i, { text }] of scriptsOf(API_PAGE).entries()) {
    const file = join(folder, `block-${i + 1}.mjs`);
    writeFileSync(file, text);
    outputs.push((await runFile(process.execPath, [file], { cwd: folder })).stdout);
  }
  expect(outputs[0]).toContain('interactions.csv');
  expect(outputs.at(-1)).toMatch(/^CONFIG_INVALID .*did you mean "epochs"\?/);
  for (const file of ['bundle/items.faiss', 'user.svg', 'prototypes.svg'])
    expect(existsSync(join(folder, file))).toBe(true);
}, 240_000);

it('the page about the API names every entry of the package', () => {
  const { exports: entries } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const entry of Object.keys(entries)) {
    if (entry !== '.' && entry !== './package.json') expect(API_PAGE).toContain(entry.slice(1));
  }
});
