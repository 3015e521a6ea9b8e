/** The short form of the fuzzer over FAISS files; how to run the long one is in faiss-structures.mjs. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { loadFaissNode } from '../../src/retrieval/faiss/faiss-backend.js';
import { buildOnce } from '../run-cli.js';

const CASES = 400;
const SCRIPT = join(import.meta.dirname, 'faiss-structures.mjs');

beforeAll(() => buildOnce());

it('spoilt FAISS files are refused or answer with items that are in them', () => {
  const { stdout, stderr } = spawnSync(process.execPath, [SCRIPT, '--cases', String(CASES), '--seed', '1'], {
    encoding: 'utf8',
    timeout: 55_000,
  });
  expect(stderr).not.toContain('FAILED');
  const { cases, answered, refused, failures } = JSON.parse(stdout);
  expect({ cases, failures }).toEqual({ cases: CASES, failures: 0 });
  // both ways out are taken often, and most refusals are those of the structure checks
  expect(answered).toBeGreaterThan(CASES / 10);
  expect(refused.FAISS_DAMAGED).toBeGreaterThan(CASES / (loadFaissNode() === undefined ? 10 : 2));
});
