/** What a bundle holds of a model that makes users of items, and what it serves to users that are not in it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeRun } from '../../tests/fake-run.js';
import { encodeHistory } from '../retrieval/history-vectors.js';
import { exportRun } from './export-run.js';
import { decodeNpy } from './npy.js';
import { openBundle } from './read-bundle.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinlight-history-file-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a bundle', () => {
  it.each(['none', 'tanh'] as const)(
    'holds what makes users of items (activation %s), and serves them',
    async (history) => {
      const run = fakeRun({ folder, history });
      const vectors = await run.historyVectors!();
      const { bundle: path, files, manifest } = await exportRun(run);
      expect(files).toContain('item_history.npy');
      expect(manifest.history).toMatchObject({
        activation: history,
        weights: vectors.terms.map(({ weight }) => weight),
      });
      const { shape } = decodeNpy(readFileSync(join(path, 'item_history.npy')), 'x');
      expect(shape).toEqual([vectors.terms.length, 120, 8]);
      const bundle = await openBundle(path);
      // i5 says nothing and does not count
      const found = await bundle.recommendForHistory(['i1', 'i5', 'i7', 'nothing'], { k: 4, exclude: ['i2'] });
      const user = encodeHistory(vectors, Int32Array.of(1, 7));
      expect(found).toEqual(await bundle.search(user, { k: 4, exclude: ['i1', 'i2', 'i5', 'i7'] }));
      expect(await bundle.recommendForHistory(['i5'])).toEqual([]);
      writeFileSync(join(path, 'item_history.npy'), 'x');
      await expect(openBundle(path)).rejects.toMatchObject({ code: 'BUNDLE_DAMAGED' });
    },
  );

  it('counts an item that a user had again only where the model does', async () => {
    const [once, again] = [
      ['i1', 'i7'],
      ['i1', 'i7', 'i7', 'i7'],
    ];
    const run = fakeRun({ folder, history: 'none' });
    const vectors = await run.historyVectors!();
    for (const countsRepeats of [false, true]) {
      const historyVectors = async () => ({ ...vectors, countsRepeats });
      const { bundle, manifest } = await exportRun(
        { ...run, historyVectors },
        { out: join(folder, `${countsRepeats}`) },
      );
      expect(manifest.history!.formula).toContain(countsRepeats ? 'again counts again' : 'counts once');
      const opened = await openBundle(bundle);
      const found = await opened.recommendForHistory(again, { k: 4 });
      const user = encodeHistory(vectors, Int32Array.of(1, 7), Float32Array.of(1, countsRepeats ? 3 : 1));
      expect(found).toEqual(await opened.search(user, { k: 4, exclude: once }));
    }
  });

  it('has no such file where the model can not, or not wholly, make users of items', async () => {
    const run = fakeRun({ folder, history: 'none' });
    const vectors = { ...(await run.historyVectors!()), isWholeModel: false };
    const { bundle, files } = await exportRun({ ...run, historyVectors: async () => vectors });
    expect(files).not.toContain('item_history.npy');
    const opened = await openBundle(bundle);
    await expect(opened.recommendForHistory(['i1'])).rejects.toMatchObject({ code: 'BUNDLE_NO_HISTORY' });
  });
});
