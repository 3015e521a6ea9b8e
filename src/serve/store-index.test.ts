/** A vector store as the index of a service: LanceDB, which needs no server. Skipped where `npm run setup:targets` has not put it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientLibrary, missingStore } from '../../scripts/target-servers.mjs';
import {
  answered,
  fetched,
  idsOf,
  offline,
  smallBundle,
  smallService,
  storeThatFinds,
} from '../../tests/small-service.js';
import { useBackend } from '../backend/index.js';
import { openBundle } from '../export/read-bundle.js';
import { publishBundle } from '../export/targets/publish-bundle.js';
import { indexInStore } from '../export/targets/target-index.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-store-index-'));
let folder: string;
beforeAll(async () => {
  await useBackend('wasm');
  folder = await smallBundle(work, 'one', 300);
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const missing = missingStore('lancedb');
if (missing) console.warn(`lancedb: skipped; ${missing}`);

describe.skipIf(missing !== undefined)('a service over LanceDB', () => {
  const at = `lancedb:${join(work, 'lance')}`;
  const store = () => ({ at, library: clientLibrary('lancedb'), efSearch: 300 });

  it('finds there what the bundle finds by itself, filters and all', async () => {
    await publishBundle(folder, { to: at, library: clientLibrary('lancedb'), efSearch: 300 });
    const service = await smallService({ bundles: [folder], store: store() });
    try {
      const bundle = await openBundle(folder);
      let [found, wanted] = [0, 0];
      for (let user = 0; user < 20; user++) {
        const body = { user: `u${user}`, k: 10, filter: { deny: ['i1', 'i2', 'i3'] } };
        const { body: answer } = await answered(service.url, '/v1/recommend', body);
        const exact = idsOf(await offline(bundle, body));
        const scores = answer.items.map(({ score }: { score: number }) => score);
        expect(scores).toEqual([...scores].sort((a, b) => b - a));
        found += idsOf(answer).filter((id) => exact.includes(id)).length;
        wanted += exact.length;
      }
      expect(found / wanted).toBeGreaterThan(0.95);
      const [facts] = (await fetched(service.url, '/readyz')).bundles;
      expect(facts.index).toBe(at);
      expect(facts.recall).toBeGreaterThan(0.95);
    } finally {
      await service.close();
    }
  });

  it('is refused where another bundle is live, or none, and for several bundles', async () => {
    const other = await smallBundle(work, 'other', 310);
    const over = (bundles: string[], name?: string) => smallService({ bundles, store: { ...store(), name } });
    await expect(over([other])).rejects.toThrow(/has 300 × 8 numbers, the bundle 310 × 8/);
    await expect(over([folder], 'nobody')).rejects.toMatchObject({ code: 'TARGET_INDEX' });
    await expect(over([folder, other])).rejects.toMatchObject({ code: 'SERVE_BUNDLES' });
  });
});

it('scores what the store finds by the vectors of the bundle, best first, and passes over what it does not have', async () => {
  const bundle = await openBundle(folder);
  const store = storeThatFinds(300, () => ['i7', 'gone', 'i3', 'i7', 'i9']);
  const index = await indexInStore(store, bundle);
  const user = bundle.serving.space!.rowOf('user', 0);
  const scoreOf = (row: number) =>
    bundle.serving.space!.rowOf('item', row).reduce((sum, value, d) => sum + value * user[d], 0);
  const { ids, scores } = await index.search(user, 5);
  const expected = ['i7', 'i3', 'i9'].map((id) => bundle.items.indexOf(id)!).sort((a, b) => scoreOf(b) - scoreOf(a));
  expect(Array.from(ids)).toEqual([...expected, -1, -1]);
  expect(scores[0]).toBeCloseTo(scoreOf(expected[0]), 5);
});

it('asks a store for no more than stores give, and what it did not find is not there', async () => {
  const bundle = await openBundle(await smallBundle(work, 'large', 10_100));
  const asked: number[] = [];
  const store = storeThatFinds(10_100, (topK) => {
    asked.push(topK);
    return ['i1', 'i2'];
  });
  const index = await indexInStore(store, bundle);
  const { k, ids } = await index.search(bundle.serving.space!.rowOf('user', 0), 10_100);
  expect([k, asked]).toEqual([10_100, [10_000]]);
  expect(ids.filter((id) => id >= 0)).toHaveLength(2);
});
