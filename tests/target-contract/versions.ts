/** Which version is live, which stay, and what is refused. */
import { expect, it } from 'vitest';
import { openTarget } from '../../src/export/targets/registry.js';
import { parseTargetUrl } from '../../src/export/targets/target-url.js';
import { exactTop, testBundle, userOf } from '../published-bundles.js';
import { type TargetContext, TOP } from './target-context.js';

export function versionsContract(at: TargetContext): void {
  it.runIf(at.isThere)('the same once more loads nothing', async () => {
    await at.publish(at.bundles.first, { name: 'again' });
    expect(await at.publish(at.bundles.first, { name: 'again' })).toMatchObject({
      serial: 1,
      wasLive: true,
      pruned: [],
    });
    expect(await at.versions('again')).toMatchObject([{ serial: 1, isLive: true, state: 'published' }]);
  });

  it.runIf(at.isThere)('who reads during a swap gets the old version or the new one', async () => {
    await at.publish(at.bundles.first, { name: 'swap' });
    const reader = await at.reading('swap');
    const vector = userOf(at.bundles.first, 5);
    const before = exactTop(at.bundles.first, vector, TOP).join();
    const after = exactTop(at.bundles.second, vector, TOP).join();
    const seen: string[] = [];
    let isDone = false;
    const read = (async () => {
      while (!isDone) seen.push((await reader.search(vector, TOP)).join());
      seen.push((await reader.search(vector, TOP)).join());
    })();
    await at.publish(at.bundles.second, { name: 'swap' });
    isDone = true;
    await read;
    await reader.close();
    const kinds = seen.map((answer) => (answer === before ? 'before' : answer === after ? 'after' : answer));
    expect(new Set(kinds)).toEqual(new Set(['before', 'after']));
    expect(kinds.lastIndexOf('before')).toBeLessThan(kinds.indexOf('after'));
  });

  it.runIf(at.isThere)(
    'keeps as many earlier versions as asked, and goes back to one of them without loading',
    async () => {
      const third = await testBundle(at.work, 'third');
      for (const bundle of [at.bundles.first, at.bundles.second]) await at.publish(bundle, { name: 'keep', keep: 1 });
      expect(await at.publish(third, { name: 'keep', keep: 1 })).toMatchObject({ serial: 3, pruned: [1] });
      expect(await at.publish(at.bundles.second, { name: 'keep', keep: 1 })).toMatchObject({
        serial: 2,
        tables: [{ from: 60 }, { from: 400 }],
        pruned: [],
      });
      expect(await at.liveSerials('keep')).toEqual([2]);
      expect(await at.publish(third, { name: 'keep', keep: 0 })).toMatchObject({ serial: 3, pruned: [2] });
      expect((await at.versions('keep')).map(({ serial }) => serial)).toEqual([3]);
    },
  );

  it.runIf(at.isThere)('another content than the one that was killed begins anew, and removes its rows', async () => {
    const target = await openTarget(parseTargetUrl(at.server.url(), {}), 'anew', at.library);
    const table = {
      side: 'item',
      serial: 1,
      rows: 5,
      embeddingDim: 8,
      metric: 'cosine',
      longest: 1,
      columns: [],
      index: { m: 8, efConstruction: 50 },
    } as const;
    await target.record({ serial: 1, content: 'another', state: 'loading', deltas: 0, tables: [table] });
    await target.open(table);
    await target.upsert(table, [{ id: 'x', vector: new Float32Array(8).fill(1), payload: [] }]);
    await target.close();
    expect(await at.publish(at.bundles.first, { name: 'anew' })).toMatchObject({ serial: 2, pruned: [1] });
    expect((await at.versions('anew')).map(({ serial }) => serial)).toEqual([2]);
  });

  it.runIf(at.isThere)('a table of another form is refused', async () => {
    await at.withStore('form', async (target) => {
      const table = {
        side: 'item',
        serial: 1,
        rows: 5,
        embeddingDim: 8,
        metric: 'cosine',
        longest: 1,
        columns: [],
        index: { m: 8, efConstruction: 50 },
      } as const;
      await target.open(table);
      expect(await target.open(table)).toBe(0);
      for (const other of [{ embeddingDim: 9 }, { columns: [{ name: 'title', kind: 'text' as const }] }]) {
        await expect(target.open({ ...table, ...other })).rejects.toMatchObject({ code: 'PUBLISH_SCHEMA' });
      }
    });
  });

  it.runIf(at.isThere)('what is not ours is left alone', async () => {
    await at.row.occupy(at.server.url(), 'taken');
    await expect(at.publish(at.bundles.first, { name: 'taken' })).rejects.toMatchObject({ code: 'PUBLISH_TAKEN' });
  });
}
