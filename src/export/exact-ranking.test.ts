/** An exact index whose searches are not exact is not exported. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fakeRun } from '../../tests/fake-run.js';
import { loadFaissNode } from '../retrieval/faiss/faiss-backend.js';
import { exportRun } from './export-run.js';

/** The engine whose searches come back with the first two items swapped. */
let wrongEngine: string | undefined;

vi.mock('../retrieval/faiss/open-index.js', async (importOriginal) => {
  const original = await importOriginal<typeof import('../retrieval/faiss/open-index.js')>();
  const openIndex: typeof original.openIndex = (file, options) => {
    const index = original.openIndex(file, options);
    if (index.engine !== wrongEngine) return index;
    const search: typeof index.search = async (...args) => {
      const found = await index.search(...args);
      const ids = found.ids.slice();
      [ids[0], ids[1]] = [ids[1], ids[0]];
      return { ...found, ids };
    };
    return Object.assign(Object.create(index), { search });
  };
  return { ...original, openIndex };
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinlight-exact-'));
});
afterEach(() => {
  wrongEngine = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const engines = loadFaissNode() === undefined ? ['own'] : ['own', 'faiss'];

it.each(engines)('%s, with two items swapped: nothing is left', async (engine) => {
  wrongEngine = engine;
  await expect(exportRun(fakeRun({ folder }))).rejects.toMatchObject({
    code: 'EXPORT_NOT_VERIFIED',
    message: expect.stringContaining(`items.faiss does not return the exact ranking (${engine})`),
  });
  expect(readdirSync(folder)).toEqual([]);
});

it('nor does it take the place of a bundle', async () => {
  const { bundle } = await exportRun(fakeRun({ folder }));
  const before = readdirSync(bundle);
  wrongEngine = 'own';
  await expect(exportRun(fakeRun({ folder, numItems: 60 }), { overwrite: true })).rejects.toThrow(/exact ranking/);
  expect(readdirSync(bundle)).toEqual(before);
  expect(readdirSync(folder)).toEqual(['export']);
});
