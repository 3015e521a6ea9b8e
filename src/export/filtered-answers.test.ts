/** Filters on runs and bundles: both answer alike, by every route, and as a full sort does; damaged files are told. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FILTERS, filteredRun, itemFeatures, NUM_ITEMS } from '../../tests/filtered-run.js';
import {
  compileFilter,
  faissBackend,
  itemsOfUser,
  type ProfileAnswer,
  recommendForProfile,
  type SeenPart,
} from '../retrieval/index.js';
import { exportRun } from './export-run.js';
import { sealManifest } from './manifest-seal.js';
import { type Bundle, openBundle } from './read-bundle.js';

const folder = mkdtempSync(join(tmpdir(), 'twinlight-filters-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = filteredRun(folder);
let bundle: Bundle;
beforeAll(async () => {
  bundle = await openBundle((await exportRun(run)).bundle);
});

const PROFILES = [{ user: 'u4' }, { user: 'u29' }, { history: ['i1', 'i8'] }, {}];

describe.each(Object.entries(FILTERS))('%s', (_, filter) => {
  it.each(PROFILES)('%j: a bundle answers as its run, labels and reports too', async (profile) => {
    const options = { k: 8, filter };
    const [ofRun, ofBundle] = [run, bundle].map((model) => recommendForProfile(model, profile, options));
    expect(await ofBundle).toEqual(await ofRun);
    const shared = compileFilter(bundle, filter);
    expect(await recommendForProfile(bundle, profile, { k: 8, filter: shared })).toEqual(await ofRun);
  });
});

const idsOf = ({ items }: ProfileAnswer): string[] => items.map(({ id }) => id);

it.each([[[]], [['train']], [['train', 'validation', 'test']], [['test']], [undefined]] as [SeenPart[] | undefined][])(
  'is the head of a full sort of what passes and was not seen in %j',
  async (seen) => {
    const { users, items, embeddingDim } = run.embeddings;
    for (const user of [0, 4, 11]) {
      const had = itemsOfUser(run.graph, user, seen);
      const score = (item: number) => {
        const row = items.subarray(item * embeddingDim, (item + 1) * embeddingDim);
        return row.reduce((sum, value, d) => sum + value * users[user * embeddingDim + d], 0);
      };
      const passing = Array.from({ length: NUM_ITEMS }, (_, item) => item).filter(
        (item) => item % 4 === 1 && !had.includes(item),
      );
      const expected = passing.sort((a, b) => score(b) - score(a)).map((item) => run.graph.items.idOf(item));
      for (const model of [run, bundle]) {
        const answer = await recommendForProfile(
          model,
          { user: `u${user}` },
          { k: 50, seen, filter: { where: 'genre = drama' } },
        );
        expect(idsOf(answer)).toEqual(expected);
        const { passing: count, leftOut } = answer.filtered;
        expect(count + leftOut.where + leftOut.seen).toBe(NUM_ITEMS);
      }
    }
  },
);

it('names items by their titles, from the bundle too', async () => {
  const { items } = await recommendForProfile(bundle, { user: 'u4' }, { filter: { allow: ['i3', 'i4'] } });
  expect(Object.fromEntries(items.map(({ id, label }) => [id, label]))).toEqual({ i3: 'i3', i4: 'Item no. 4' });
});

it.skipIf(faissBackend().kind === 'own')(
  'over-fetches from an approximate index until k came, or says so',
  async () => {
    const { bundle: place } = await exportRun(run, { out: join(folder, 'hnsw'), index: 'HNSW16' });
    const approximate = await openBundle(place);
    const filter = { where: 'genre = war and tags contains y' };
    const [exact, found] = [
      await recommendForProfile(run, { user: 'u4' }, { k: 10, filter }),
      await recommendForProfile(approximate, { user: 'u4' }, { k: 10, filter }),
    ];
    expect(found.items.length).toBe(10);
    expect(idsOf(found).filter((id) => idsOf(exact).includes(id)).length).toBeGreaterThanOrEqual(9);
  },
);

describe('a bundle', () => {
  it('says what it holds, without vectors', () => {
    expect(bundle.manifest.catalogue).toEqual({
      file: 'item_features.json',
      arrays: 'item_features.bin',
      columns: ['title', 'genre', 'tags', 'price', 'since'],
    });
    const { picture, ...columns } = itemFeatures.columns;
    const read = bundle.serving.catalogue()!;
    expect({ ...read.columns }).toEqual(columns);
    const readme = readFileSync(join(bundle.folder, 'README.md'), 'utf8');
    expect(readme).toContain('| what is known of the items: title, genre, tags, price, since |');
  });

  it('without what users had leaves nothing out', async () => {
    const { bundle: place, manifest } = await exportRun(run, { out: join(folder, 'unseen'), seen: false });
    expect([manifest.seen, manifest.files['seen_items.npy']]).toEqual([undefined, undefined]);
    const { filtered } = await recommendForProfile(await openBundle(place), { user: 'u4' });
    expect(filtered.leftOut.seen).toBe(0);
  });

  it('refuses files that do not fit it, though their hashes are right', async () => {
    const { bundle: place } = await exportRun(run, { out: join(folder, 'spoilt') });
    const manifestFile = join(place, 'manifest.json');
    const before = readFileSync(manifestFile, 'utf8');
    const spoil = async (name: string, change: (bytes: Buffer) => Buffer | string): Promise<void> => {
      const whole = readFileSync(join(place, name));
      const bytes = change(Buffer.from(whole));
      const manifest = JSON.parse(before);
      manifest.files[name].sha256 = createHash('sha256').update(bytes).digest('hex');
      writeFileSync(manifestFile, JSON.stringify(sealManifest(manifest)));
      writeFileSync(join(place, name), bytes);
      const opened = await openBundle(place);
      await expect(recommendForProfile(opened, { user: 'u4' })).rejects.toMatchObject({ code: 'BUNDLE_DAMAGED' });
      writeFileSync(join(place, name), whole);
    };
    const header = (text: string, by: string) => (bytes: Buffer) => bytes.toString().replace(text, by);
    await spoil('item_features.json', header('"numRows":120', '"numRows":119'));
    await spoil('item_features.json', header('"strings":["drama",', '"strings":['));
    // a value of two codes, and two columns of one name
    await spoil('item_features.json', header('"strings":["drama",', '"strings":["war",'));
    await spoil('item_features.json', header('"strings":["x","y"]', '"strings":["x","x"]'));
    await spoil('item_features.json', header('"name":"price"', '"name":"genre"'));
    await spoil('item_features.json', header('"bytes":480', '"bytes":484'));
    await spoil('item_features.json', header('"arrays":[', '"arrays":{}, "other":['));
    await spoil('item_features.bin', (bytes) => bytes.subarray(4));
    await spoil('seen_items.npy', (bytes) => Buffer.from(bytes.fill(0x7f, bytes.length - 1)));
    await spoil('seen_items.npy', (bytes) => Buffer.from(bytes.fill(0x7f, 128, 132)));
    await spoil('seen_items.npy', (bytes) => Buffer.from(bytes.toString('latin1').replace('<i4', '<f4'), 'latin1'));
  });
});
