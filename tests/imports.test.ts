import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ALLOWED_IMPORTS, brokenRules, LONGEST_FILE } from './import-rules.js';

it('the source tree keeps its rules', () => {
  expect(brokenRules(join(import.meta.dirname, '..'))).toEqual([]);
});

it('the folder table has no circle: every arrow points to a folder listed earlier', () => {
  const order = Object.keys(ALLOWED_IMPORTS);
  for (const [folder, targets] of Object.entries(ALLOWED_IMPORTS)) {
    for (const target of targets) expect(order.indexOf(target)).toBeLessThan(order.indexOf(folder));
  }
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
    expect(problems).toEqual(['these folders import each other in a circle: a, b, c']);
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
