import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { unusedExports } from './unused-exports.js';

/** Exports that only tests import, and why they are exports all the same. */
const ONLY_TESTED: Readonly<Record<string, string>> = Object.freeze({
  'src/backend/native/tfjs-kernels.ts#REPLACED_KERNELS': 'so that no replaced kernel goes without its comparison',
  'src/backend/tensorflow/sparse-products.ts#SPARSE_PRODUCTS_DEFAULTS': 'to go past the number of matrices kept',
  'src/backend/webgpu/kept-arrays.ts#KEPT_ARRAYS_DEFAULTS': 'to go past the number of arrays kept',
  'src/backend/webgpu/load.ts#webgpuErrors': 'to forget the device errors that a test provokes',
  'src/cli/table.ts#displayWidth': 'has known answers of its own, which a table would blur',
  'src/config/propagation.ts#PROPAGATION_DEFAULTS': 'to ask on both sides of the size that decides',
  'src/core/nearest-name.ts#editDistance': 'is held to its recursive definition',
  'src/data/fields/text-terms.ts#wordsOf': 'is held to the segmenter, word by word',
  'src/evaluation/student-t.ts#regularizedBeta': 'is held to its integral',
  'src/export/targets/registry.ts#TARGETS': 'so that no store goes without its contract',
  'src/export/verify-index.ts#sampleSize': 'is tried at sizes that no test could search',
  'src/retrieval/faiss/faiss-build.ts#runFaissJob': 'to provoke what ends the process of FAISS',
  'src/runs/history-of-run.ts#historyTermsOf': 'to go through the columns in blocks on a small graph',
  'src/tuning/tpe/normal-distribution.ts#normalCdf': 'is held to its integral, far out too',
  'src/tuning/tpe/range-kernels.ts#bandwidths': 'have known answers of their own, which a density would blur',
  'src/tuning/tpe/tpe-sampler.ts#weightsOf': 'have known answers of their own, which a proposal would blur',
});

it('no export of src/ goes unused', () => {
  expect(unusedExports(join(import.meta.dirname, '..'), ONLY_TESTED)).toEqual([]);
});

describe('the rule, on made-up trees', () => {
  let root = '';
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function unused(files: Record<string, string>, onlyTested?: Record<string, string>): string[] {
    root = mkdtempSync(join(tmpdir(), 'twinlight-exports-'));
    const manifest = {
      bin: { shop: 'dist/cli.js' },
      exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' }, './package.json': './package.json' },
    };
    const all = { 'package.json': JSON.stringify(manifest), 'src/index.ts': '', ...files };
    for (const [file, text] of Object.entries(all)) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
    return unusedExports(root, onlyTested);
  }

  it('takes what is public, through lists and stars, and what sources, scripts and benches import', () => {
    const fine = unused({
      'src/index.ts': "export * from './shop/index.js';\nexport { b as c } from './b.js';",
      'src/shop/index.ts': "export { type Till, till } from './till.js';\nexport * from './door.js';",
      'src/shop/till.ts': 'export interface Till {}\nexport const till: Till = {};',
      'src/shop/door.ts': 'export async function* open() {}\nexport abstract class Door {}\nexport enum Side { in }',
      'src/b.ts': "export const b = 1;\nconst d = 1;\nexport { d };\nimport type {\n  E,\n} from './e.js';",
      'src/e.ts': 'export type E = 1;\nexport const late = 1;\nexport default 1;',
      'src/f.ts': "import whole, * as e from './e.js';\nimport { type G, type H as I } from './g.js';",
      'src/g.ts': 'export type G = 1;\nexport interface H {}\nexport const scripted = 1;\nexport const timed = 1;',
      'scripts/a.mjs': "import { scripted } from '../dist/g.js';\nconst { d } = await import('../dist/b.js');",
      'bench/deep/b.mjs': "import { timed } from '../../dist/g.js';",
    });
    expect(fine).toEqual([]);
  });

  it('names what nothing uses, a re-export too, and not for being used in its own file', () => {
    const files = {
      'src/index.ts': "import { used } from './shop/index.js';",
      'src/shop/index.ts': "export { spare, used } from './till.js';",
      'src/shop/till.ts':
        'export const used = 1;\nexport const spare = used;\n// export const gone = 1;\n/* export const old = 1; */',
    };
    expect(unused(files)).toEqual([
      'src/shop/index.ts#spare: exported, and nothing uses it',
      'src/shop/till.ts#spare: exported, and nothing uses it',
    ]);
  });

  it('wants a reason for what only tests use, and the reason gone with the need', () => {
    const files = {
      'src/a.ts': 'export const inner = 1;\nexport const outer = 1;',
      'src/a.test.ts': "import { inner } from './a.js';",
      'tests/a.ts': "import { outer } from '../src/a.js';",
    };
    const sentence = 'only tests use it; export it for a stated reason, or not at all';
    expect(unused(files)).toEqual([`src/a.ts#inner: ${sentence}`, `src/a.ts#outer: ${sentence}`]);
    rmSync(root, { recursive: true });
    expect(unused(files, { 'src/a.ts#inner': 'has an oracle', 'src/a.ts#outer': 'has one' })).toEqual([]);
    rmSync(root, { recursive: true });
    const used = { ...files, 'src/b.ts': "import { inner, outer } from './a.js';" };
    expect(unused(used, { 'src/a.ts#inner': 'has an oracle' })).toEqual([
      'src/a.ts#inner: listed as used by tests alone, which it is not',
    ]);
  });
});
