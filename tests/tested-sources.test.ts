import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { COVERED_BY, untestedSources } from './tested-sources.js';

const ROOT = join(import.meta.dirname, '..');

it('every source file has a test that loads it', () => {
  expect(untestedSources(ROOT)).toEqual([]);
});

it('ARCHITECTURE names the suites that cover whole folders', () => {
  const text = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8');
  const rows = [...text.matchAll(/^\| `([^`]+\*)` \| `([^`]+)` \|$/gm)].map(
    ([, folder, suite]) => `${folder} ${suite}`,
  );
  const lines = Object.entries(COVERED_BY).flatMap(([suite, patterns]) =>
    patterns.filter((pattern) => pattern.endsWith('*')).map((pattern) => `${pattern} ${suite}`.replaceAll('src/', '')),
  );
  expect(rows.sort()).toEqual(lines.sort());
});

describe('the rules, on made-up trees', () => {
  let root = '';
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function broken(files: Record<string, string>, covers: Record<string, readonly string[]> = {}): string[] {
    root = mkdtempSync(join(tmpdir(), 'twinlight-tested-'));
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
    return untestedSources(root, covers);
  }

  const code = 'export const a = 1;';
  const suite = 'src/ops/ops.test.ts';

  it('want a test beside a file, or a suite that is named', () => {
    expect(broken({ 'src/ops/a.ts': code })).toEqual([
      'src/ops/a.ts: no test; write src/ops/a.test.ts, or name the suite that covers it in tests/tested-sources.ts',
    ]);
    expect(broken({ 'src/ops/a.ts': code, 'src/ops/a.test.ts': "import { a } from './a.js';" })).toEqual([]);
    const files = {
      'src/ops/a.ts': code,
      'src/ops/deep/b.ts': code,
      [suite]: "import './a.js';\nimport './deep/b.js';",
    };
    expect(broken(files, { [suite]: ['src/ops/**'] })).toEqual([]);
    expect(broken(files, { [suite]: ['src/ops/*', 'src/ops/deep/b.ts'] })).toEqual([]);
    expect(broken(files, { [suite]: ['src/ops/*'] })).toHaveLength(1);
  });

  it.each([
    ['nothing', "test('a', () => {});"],
    ['types only', "import type { a } from './a.js';"],
    ['a comment', "// import { a } from './a.js';"],
    ['another file', "import { b } from './b.js';"],
    ['the public API only', "import { a } from '../index.js';"],
  ])('refuse a test that imports %s', (_, text) => {
    const files = { 'src/ops/a.ts': code, 'src/ops/b.test.ts': '', 'src/index.ts': "export * from './ops/a.js';" };
    const problem = (test: string) => [`src/ops/a.ts: ${test} does not load it`];
    expect(broken({ ...files, 'src/ops/a.test.ts': text })).toEqual(problem('src/ops/a.test.ts'));
    expect(broken({ ...files, [suite]: text }, { [suite]: ['src/ops/*'] })).toEqual(problem(suite));
  });

  it.each([
    ['an index', { 'src/ops/index.ts': "export * from './a.js';", [suite]: "import { a } from './index.js';" }],
    ['a dynamic import', { [suite]: "const { a } = await import('./a.js');" }],
    ['a program', { [suite]: "spawn(new URL('../../dist/ops/a.js', import.meta.url));" }],
    [
      'a script',
      { 'tests/b.mjs': "import '../dist/ops/a.js';", [suite]: "new URL('../../tests/b.mjs', import.meta.url)" },
    ],
  ])('follow %s', (_, files) => {
    expect(broken({ 'src/ops/a.ts': code, ...files } as Record<string, string>, { [suite]: ['src/ops/a.ts'] })).toEqual(
      [],
    );
  });

  it('follow an addon to all that it is compiled from', () => {
    const files = {
      'src/native/addon.ts': "export const file = new URL('../../build/addon.node', import.meta.url);",
      'src/native/k/a.cc': '#include "a.h"\n#include "../b.h"\n',
      'src/native/k/a.h': '',
      'src/native/b.h': '',
      'src/native/c.h': '',
      'src/native/native.test.ts': "import './addon.js';",
    };
    expect(broken(files, { 'src/native/native.test.ts': ['src/native/**'] })).toEqual([
      'src/native/c.h: src/native/native.test.ts does not load it',
    ]);
  });

  it('leave out files of types and an index', () => {
    const types = "import type { B } from './b.js';\nexport interface A {}\nexport type C = B;\n";
    expect(broken({ 'src/ops/a.ts': types, 'src/ops/index.ts': "export type { A } from './a.js';" })).toEqual([]);
  });

  it('refuse a suite that is not there, once', () => {
    expect(broken({ 'src/ops/a.ts': code, 'src/ops/b.ts': code }, { [suite]: ['src/ops/*'] })).toEqual([
      `${suite}: there is no such suite`,
    ]);
  });

  it('refuse lines that nothing needs', () => {
    const files = { 'src/ops/a.ts': code, 'src/ops/a.test.ts': "import './a.js';", [suite]: "import './a.js';" };
    const covers = { [suite]: ['src/ops/a.ts', 'src/ops/*'], 'src/ops/gone.test.ts': [] };
    expect(broken(files, covers)).toEqual([
      'src/ops/gone.test.ts: there is no such suite',
      `${suite}: no file needs "src/ops/a.ts"`,
      `${suite}: no file needs "src/ops/*"`,
    ]);
  });
});
