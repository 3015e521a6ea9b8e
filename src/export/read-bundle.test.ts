import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fakeRun } from '../../tests/fake-run.js';
import { encodeFlatIndex, rowIds, wrapInIdMap } from '../retrieval/faiss/faiss-format.js';
import { exportRun } from './export-run.js';
import { sealManifest } from './manifest-seal.js';
import { type Bundle, openBundle } from './read-bundle.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinlight-read-bundle-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A bundle of 120 items with another index in it, and the hash of that in its manifest, which is sealed again. */
async function bundleWith(index: Uint8Array): Promise<string> {
  const { bundle } = await exportRun(fakeRun({ folder }), { overwrite: true });
  const file = join(bundle, 'manifest.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  manifest.files['items.faiss'].sha256 = createHash('sha256').update(index).digest('hex');
  writeFileSync(file, JSON.stringify(sealManifest(manifest)));
  writeFileSync(join(bundle, 'items.faiss'), index);
  return bundle;
}

const flatOf = (size: number) => encodeFlatIndex(new Float32Array(size * 8).fill(1), 8);

it('an index whose ids are no rows of the bundle is refused, though its hash is right', async () => {
  const ids = rowIds(120);
  ids[5] = 120n;
  const bundle = await bundleWith(wrapInIdMap(flatOf(120), ids, { embeddingDim: 8 }));
  await expect(openBundle(bundle)).rejects.toMatchObject({
    code: 'BUNDLE_DAMAGED',
    message: expect.stringMatching(/items\.faiss: its vectors stand for items up to 120, .* has 120 item ids/),
  });
});

it('an index of another number of vectors is refused, though its hash is right', async () => {
  for (const size of [119, 121]) {
    const bundle = await bundleWith(wrapInIdMap(flatOf(size), rowIds(size), { embeddingDim: 8 }));
    await expect(openBundle(bundle)).rejects.toThrow(`120 item ids for ${size} vectors; export it again`);
  }
});

it('ids in another order than the vectors are followed', async () => {
  const ids = rowIds(120).reverse();
  const vectors = Float32Array.from({ length: 120 * 8 }, (_, at) => Math.floor(at / 8));
  const index = wrapInIdMap(encodeFlatIndex(vectors, 8), ids, { embeddingDim: 8 });
  const bundle = await openBundle(await bundleWith(index));
  const [best] = await bundle.search(new Float32Array(8).fill(1), { k: 1 });
  expect(best).toMatchObject({ id: bundle.items.idOf(0), score: 119 * 8 });
});

it('one that was read whole answers on when its folder is gone; one that was not says so', async () => {
  const run = fakeRun({ folder, history: 'none' });
  const { bundle: path } = await exportRun(run, { out: join(folder, 'bundle') });
  const [whole, lazy] = [await openBundle(path, { whole: true }), await openBundle(path)];
  const before = await lazyAnswers(await openBundle(path));
  rmSync(path, { recursive: true });
  expect(await lazyAnswers(whole)).toEqual(before);
  await expect(lazy.similar('i1')).rejects.toThrow();
  // a board that it does not have is still no damage
  expect(() => whole.serving.popular(3)).toThrow(expect.objectContaining({ code: 'NO_POPULARITY' }));
});

/** All that is read when it is asked for. */
async function lazyAnswers(bundle: Bundle) {
  const { serving } = bundle;
  return {
    similar: await bundle.similar('i1'),
    history: await bundle.recommendForHistory(['i1', 'i2']),
    popular: serving.popular(),
    known: Array.from(bundle.users.ids.keys()).filter((user) => serving.knows(user)),
    catalogue: serving.catalogue(),
    seen: Array.from(serving.itemsOf(0, ['train', 'validation', 'test'])),
  };
}
