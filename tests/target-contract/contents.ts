/** What readers find of what was published: every row under its id, as exact search ranks, and changed by deltas. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CLIENT_MODULES } from '../../scripts/target-servers.mjs';
import { applyDelta } from '../../src/export/targets/apply-delta.js';
import { AWKWARD_IDS, exactTop, testBundle, titleOf, userOf } from '../published-bundles.js';
import { runCli } from '../run-cli.js';
import { PAUSES, type TargetContext, TOP } from './target-context.js';

export function contentsContract(at: TargetContext): void {
  it.runIf(at.isThere)('readers find every row under its id, and what exact search finds', async () => {
    const result = await at.publish(at.bundles.first, { name: 'whole' });
    expect(result).toMatchObject({ serial: 1, wasLive: false, pruned: [], users: 60, topK: 20 });
    expect(result.recall).toBeGreaterThan(0.99);
    expect(result.tables).toEqual([
      { side: 'user', rows: 60, from: 0 },
      { side: 'item', rows: 400, from: 0 },
    ]);
    const reader = await at.reading('whole');
    for (const user of [0, 7, 30]) {
      expect(await reader.search(userOf(at.bundles.first, user), TOP)).toEqual(
        exactTop(at.bundles.first, userOf(at.bundles.first, user), TOP),
      );
    }
    const last = at.bundles.first.itemIds.length - 1;
    for (const position of [...AWKWARD_IDS.keys(), last]) {
      const id = at.bundles.first.itemIds[position];
      const found = await reader.row('item', id);
      expect(found, JSON.stringify(id)).toBeDefined();
      const own = at.bundles.first.items.subarray(position * 8, position * 8 + 8);
      for (const [d, value] of found!.vector.entries()) expect(value).toBeCloseTo(own[d], 5);
    }
    const user = await reader.row('user', at.bundles.first.userIds[3]);
    for (const [d, value] of user!.vector.entries()) expect(value).toBeCloseTo(userOf(at.bundles.first, 3)[d], 5);
    expect(await reader.row('item', 'nobody')).toBeUndefined();
    await reader.close();
  });

  it.runIf(at.isThere)('inner products rank as they do in the run', async () => {
    const products = await testBundle(at.work, `products ${at.row.kind}`, { normalized: false });
    await at.publish(products, { name: 'products' });
    const reader = await at.reading('products', 'inner-product');
    for (const user of [1, 2, 3]) {
      const vector = userOf(products, user);
      expect(await reader.search(vector, TOP)).toEqual(exactTop(products, vector, TOP));
    }
    await reader.close();
  });

  it.runIf(at.isThere)(
    'what the bundle knows of its items stands beside the vectors where it is asked for',
    async () => {
      const { first } = at.bundles;
      await at.publish(first, { name: 'known', columns: ['title'] });
      const reader = await at.reading('known');
      for (const row of [0, 399]) {
        expect((await reader.row('item', first.itemIds[row]))?.payload).toEqual({ title: titleOf(row) });
      }
      await reader.close();
      await expect(at.publish(first, { name: 'known', columns: ['titel'] })).rejects.toThrow(/did you mean "title"/);
    },
  );

  it.runIf(at.isThere)('columns of a table stand beside the vectors', async () => {
    const catalogue = join(at.work, 'catalogue.csv');
    writeFileSync(
      catalogue,
      'item,title,Year,genres\ni100,"It\'s ""that""\nfilm",1994,a b|c\ni101,,,\ni102,x,-2.5,"o\'k"\n',
    );
    await at.publish(at.bundles.first, {
      name: 'columns',
      payload: {
        file: catalogue,
        columns: [
          { name: 'title', kind: 'text' },
          { name: 'Year', kind: 'number' },
          { name: 'genres', kind: 'list' },
        ],
      },
    });
    const reader = await at.reading('columns');
    expect((await reader.row('item', 'i100'))?.payload).toEqual({
      title: 'It\'s "that"\nfilm',
      Year: 1994,
      genres: ['a b', 'c'],
    });
    const empty = await reader.row('item', 'i101');
    expect(Object.values(empty!.payload).filter((value) => value !== null)).toEqual([]);
    expect((await reader.row('item', 'i102'))?.payload).toEqual({ title: 'x', Year: -2.5, genres: ["o'k"] });
    await reader.close();
  });

  it.runIf(at.isThere)(
    'the longest id that is possible survives, a longer one is refused before anything is written',
    async () => {
      const { longestId } = await at.withStore('long', async (target) => target);
      const most = Math.min(longestId, 60_000);
      // no two characters alike in a row: nothing to compress
      const letters = Array.from({ length: most }, (_, at) =>
        String.fromCharCode(33 + ((at * at * 7 + at * 13) % 89)),
      ).join('');
      const fits = await testBundle(at.work, `fits ${at.row.kind}`, { ids: [letters] });
      await at.publish(fits, { name: 'long' });
      const reader = await at.reading('long');
      expect(await reader.row('item', letters)).toBeDefined();
      await reader.close();
      if (most < longestId) return;
      const tooLong = await testBundle(at.work, `too long ${at.row.kind}`, { ids: [`${letters}é`] });
      await expect(at.publish(tooLong, { name: 'longer' })).rejects.toMatchObject({ code: 'PUBLISH_ID' });
      expect(await at.versions('longer')).toEqual([]);
    },
  );

  it.runIf(at.isThere)('the character U+0000 survives or is refused', async () => {
    const bundle = await testBundle(at.work, `nul ${at.row.kind}`, { ids: ['a\0b'] });
    const { takesNul } = await at.withStore('nul', async (target) => target);
    if (!takesNul) return expect(at.publish(bundle, { name: 'nul' })).rejects.toMatchObject({ code: 'PUBLISH_ID' });
    await at.publish(bundle, { name: 'nul' });
    const reader = await at.reading('nul');
    expect(await reader.row('item', 'a\0b')).toBeDefined();
    expect(await reader.row('item', 'a')).toBeUndefined();
    await reader.close();
  });

  it.runIf(at.isThere).each([true, false])(
    'a delta changes rows of the live version (vectors of length 1: %s)',
    async (normalized) => {
      const name = `delta_${normalized}`;
      const bundle = await testBundle(at.work, `${name} ${at.row.kind}`, { normalized });
      await at.publish(bundle, { name });
      const [changed, gone, had] = [bundle.itemIds[0], bundle.itemIds[2], bundle.itemIds[40]];
      // the longest there are, so that it is its own nearest by inner product too
      const twin = 55;
      const vector = bundle.items.slice(twin * 8, (twin + 1) * 8);
      const delta = {
        side: 'item',
        upserts: [
          { id: 'new', vector },
          { id: changed, vector },
        ],
        deletes: [gone, 'nobody'],
      } as const;
      const options = { to: at.server.url(), name, library: at.library, pauses: PAUSES, batchSize: 1 };
      for (const _ of [1, 2]) expect(await applyDelta(delta, options)).toEqual({ serial: 1, rows: 400 });
      const reader = await at.reading(name, normalized ? 'cosine' : 'inner-product');
      expect(await reader.row('item', gone)).toBeUndefined();
      expect(await reader.row('item', had)).toBeDefined();
      for (const id of ['new', changed]) {
        const found = await reader.row('item', id);
        for (const d of vector.keys()) expect(found!.vector[d]).toBeCloseTo(vector[d], 5);
      }
      // three of the same vector now
      const nearest = await reader.search(vector, 20);
      const places = ['new', changed, bundle.itemIds[twin]].map((id) => nearest.indexOf(id)).sort((a, b) => a - b);
      expect(places[0]).toBeGreaterThanOrEqual(0);
      expect(places[2] - places[0]).toBe(2);
      expect(nearest).not.toContain(gone);
      await applyDelta({ side: 'user', upserts: [], deletes: [bundle.userIds[1]] }, options);
      expect(await reader.row('user', bundle.userIds[1])).toBeUndefined();
      await reader.close();
      expect(await at.versions(name)).toMatchObject([{ serial: 1, isLive: true, deltas: 3 }]);
      expect(await at.publish(bundle, { name })).toMatchObject({ serial: 2, wasLive: false });
    },
  );

  it.runIf(at.isThere)('the command says what it did and no secret', async () => {
    const env = { NODE_PATH: CLIENT_MODULES, STORE: at.server.url() };
    const { code, stdout, stderr } = await runCli(
      ['publish', at.bundles.first.folder, '--to', 'env:STORE', '--name', 'command', '--users'],
      { cwd: at.work, env },
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/version 1 .*live/);
    expect(stdout).toMatch(/recall@20 +1\.0000/);
    expect(stdout + stderr).not.toMatch(/s3cret/);
  });
}
