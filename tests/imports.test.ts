import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ALLOWED_IMPORTS, brokenRules, FULLEST_FOLDER, LONGEST_FILE } from './import-rules.js';

it('the source tree keeps its rules', () => {
  expect(brokenRules(join(import.meta.dirname, '..'))).toEqual([]);
});

it('the folder table has no circle: every arrow points to a folder listed earlier', () => {
  const order = Object.keys(ALLOWED_IMPORTS);
  for (const [folder, targets] of Object.entries(ALLOWED_IMPORTS)) {
    for (const target of targets) expect(order.indexOf(target)).toBeLessThan(order.indexOf(folder));
  }
});

it('the folder table of ARCHITECTURE is the one that is enforced', () => {
  const text = readFileSync(join(import.meta.dirname, '..', 'ARCHITECTURE.md'), 'utf8');
  const rows = [...text.matchAll(/^\| `([\w./-]+)` \|.*\| ([^|]*) \|$/gm)].map(([, folder, targets], at, all) => {
    if (targets === '–') return [folder, []];
    if (targets === 'all above') return [folder, all.slice(0, at).map(([, above]) => above)];
    return [folder, targets.split(', ')];
  });
  expect(Object.fromEntries(rows)).toEqual(ALLOWED_IMPORTS);
  expect(rows.map(([folder]) => folder)).toEqual(Object.keys(ALLOWED_IMPORTS));
});

describe('the rules, on made-up trees', () => {
  let root = '';
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function broken(files: Record<string, string>, allowed?: Record<string, readonly string[]>): string[] {
    root = mkdtempSync(join(tmpdir(), 'twinlight-tree-'));
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
    return brokenRules(root, allowed);
  }

  it('allow what the table lists, packages, the folder itself, tests and comments', () => {
    const fine = broken({
      'src/graph/csr.ts':
        "import { readFileSync } from 'node:fs';\nimport tf from 'x';\nimport { a } from '../data/a.js';\nimport { b } from './b.js';",
      'src/core/a.ts': "// import { x } from '../data/x.js';\n/* from '../data/x.js' */\n",
      'src/core/a.test.ts': "import { x } from '../data/x.js';",
      'src/cli/train.ts': "import { train } from '../index.js';\nimport { table } from './table.js';",
      'src/cli/quickstart/run.ts': "import { train } from '../../index.js';",
      'src/data/index.ts':
        "/** Data. */\nexport { a, type B } from './a.js';\nexport type { C } from './c.js';\nexport * from './d.js';",
    });
    expect(fine).toEqual([]);
  });

  it.each([
    ['a plain import', 'src/core/a.ts', "import { x } from '../data/x.js';"],
    ['a type import', 'src/losses/a.ts', "import type { X } from '../graph/x.js';"],
    ['a side-effect import', 'src/ops/a.ts', "import '../graph/x.js';"],
    ['a dynamic import', 'src/evaluation/a.ts', "const x = await import('../training/x.js');"],
    ['a re-export', 'src/data/a.ts', "export * from '../graph/x.js';"],
    ['an import over several lines', 'src/views/a.ts', "import {\n  a,\n  b,\n} from '../encoders/x.js';"],
    ['a deeper file', 'src/backend/plain/a.ts', "import { x } from '../../ops/x.js';"],
    ['the command line past the API', 'src/cli/a.ts', "import { train } from '../training/index.js';"],
    ['anything of the command line', 'src/report/a.ts', "import { table } from '../cli/table.js';"],
    ['require', 'src/core/a.ts', "const x = require('../data/x.js');"],
  ])('refuse %s', (_, file, text) => {
    const problems = broken({ [file]: text });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${file}: \\w+ may not import `));
  });

  it('refuse a folder that is not in the table', () => {
    expect(broken({ 'src/magic/a.ts': "import { x } from '../core/x.js';" })[0]).toContain('not in the folder table');
  });

  it('name folders that import each other', () => {
    const files = {
      'src/a/x.ts': "import '../b/x.js';",
      'src/b/x.ts': "import '../c/x.js';",
      'src/c/x.ts': "import '../a/x.js';",
    };
    const problems = broken(files, { a: ['b'], b: ['c'], c: ['a'] });
    expect(problems).toEqual([
      'these folders import each other in a circle: a, b, c',
      'these files import each other in a circle: a/x.ts, b/x.ts, c/x.ts',
    ]);
  });

  it('name files of one folder that import each other, types too', () => {
    const problems = broken({
      'src/core/a.ts': "import type { B } from './b.js';",
      'src/core/b.ts': "import { a } from './deep/a.js';",
      'src/core/deep/a.ts': "import { a } from '../a.js';",
      'src/core/c.ts': "import { a } from './a.js';",
    });
    expect(problems).toEqual(['these files import each other in a circle: core/a.ts, core/b.ts, core/deep/a.ts']);
  });

  it('know sub-folders with a row of their own', () => {
    const allowed = { core: [], shop: ['core'], 'shop/till': ['core'], street: ['shop'], bank: ['shop/till'] };
    const fine = {
      'src/shop/door.ts': "import { till } from './till/till.js';",
      'src/street/a.ts': "import { till } from '../shop/till/till.js';",
      'src/bank/a.ts': "import { till } from '../shop/till/till.js';",
    };
    expect(broken(fine, allowed)).toEqual([]);
    expect(broken({ 'src/shop/till/till.ts': "import { a } from '../counter.js';" }, allowed)).toEqual([
      'src/shop/till/till.ts: shop/till may not import shop (shop/counter.ts); it may import core',
    ]);
    expect(broken({ 'src/bank/a.ts': "import { a } from '../shop/counter.js';" }, allowed)[0]).toContain(
      'bank may not import shop (shop/counter.ts)',
    );
  });

  it('refuse a folder with too many source files, tests not counted', () => {
    const files = Object.fromEntries(Array.from({ length: FULLEST_FOLDER }, (_, i) => [`src/ops/a${i}.ts`, '']));
    expect(broken({ ...files, 'src/ops/a.test.ts': '', 'src/ops/deep/b.ts': '' })).toEqual([]);
    expect(broken({ ...files, 'src/ops/kernel.cc': '' })).toEqual([
      `src/ops: ${FULLEST_FOLDER + 1} source files; ${FULLEST_FOLDER} at most, give some a folder below it`,
    ]);
  });

  it('refuse names that say nothing, long files and an index with code', () => {
    const problems = broken({
      'src/core/utils.ts': '',
      'src/core/helpers/a.ts': '',
      'tests/common.ts': '',
      'src/core/types.test.ts': '',
      'src/data/fastReader.ts': '',
      'src/graph/long.ts': 'x\n'.repeat(LONGEST_FILE + 1),
      'src/graph/fits.ts': 'x\n'.repeat(LONGEST_FILE),
      'src/ops/index.ts': "export { a } from './a.js';\nexport const b = 1;",
    });
    expect(problems).toHaveLength(7);
  });
});
