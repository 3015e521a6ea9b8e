/** What publishing does whatever the store is, on one in memory. Real stores: targets.contract.test.ts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryTarget } from '../../../tests/memory-target.js';
import { testBundle } from '../../../tests/published-bundles.js';
import { SILENT } from '../../core/reporter.js';
import { type BundleRows, rowsOfBundle } from './bundle-rows.js';
import { type PublishSettings, publishVersion } from './publish-version.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-publish-'));
let bundles: BundleRows[];
beforeAll(async () => {
  const made = [];
  for (const label of ['a', 'b', 'c']) made.push(await testBundle(work, label, { numItems: 90, numUsers: 20 }));
  bundles = made.map(({ folder }) => rowsOfBundle(folder));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const SETTINGS: PublishSettings = {
  m: 16,
  efConstruction: 200,
  efSearch: 100,
  floor: 0.9,
  keep: 1,
  batchSize: 10,
  pauses: [0, 0],
  reporter: SILENT,
};
const publish = (target: MemoryTarget, bundle: BundleRows, settings: Partial<PublishSettings> = {}) =>
  publishVersion(target, { bundle, payload: undefined, sides: ['user', 'item'] }, { ...SETTINGS, ...settings });

it('goes live once everything is there, counted and found again', async () => {
  const target = new MemoryTarget();
  expect(await publish(target, bundles[0])).toMatchObject({
    serial: 1,
    wasLive: false,
    recall: 1,
    users: 20,
    topK: 20,
  });
  expect([...target.tables.keys()].sort()).toEqual(['items_v1', 'users_v1']);
  expect([...target.tables.get('items_v1')!.keys()]).toEqual(bundles[0].item.ids);
  const order = ['search', 'goLive', 'buildIndex', 'count'].map((call) => target.calls.lastIndexOf(call));
  expect(order).toEqual([order[0], Math.max(...order), Math.min(...order), order[3]]);
  expect(order[3]).toBeLessThan(order[0]);
});

describe('killed at any call', () => {
  it('leaves what was live, and the next publish comes to the same end', async () => {
    const whole = new MemoryTarget();
    await publish(whole, bundles[0]);
    whole.calls.length = 0;
    await publish(whole, bundles[1]);
    const steps = whole.calls.length;
    expect(steps).toBeGreaterThan(15);
    for (let step = 1; step <= steps; step++) {
      const target = new MemoryTarget();
      await publish(target, bundles[0]);
      let calls = 0;
      target.before = () => {
        if (++calls === step) throw new Error('killed');
      };
      // a version that can't be removed is told, and no failure
      const isOver = await publish(target, bundles[1]).then(
        () => true,
        () => false,
      );
      expect(target.live, `call ${step}`).toBe(isOver || target.records.get(2)?.state === 'published' ? 2 : 1);
      target.before = () => {};
      await publish(target, bundles[1]);
      expect(target.live).toBe(2);
      expect([...target.records.keys()].sort()).toEqual([1, 2]);
      expect([...target.tables.get('items_v2')!.keys()].sort()).toEqual([...bundles[1].item.ids].sort());
    }
  });

  it('goes on at the batch before the last that may be there', async () => {
    const target = new MemoryTarget();
    let upserts = 0;
    target.before = (call) => {
      if (call === 'upsert' && ++upserts === 6) throw new Error('killed');
    };
    await expect(publish(target, bundles[0])).rejects.toThrow('killed');
    target.before = () => {};
    const { tables } = await publish(target, bundles[0]);
    // users: two batches of ten, both there; items: three of them
    expect(tables).toEqual([
      { side: 'user', rows: 20, from: 10 },
      { side: 'item', rows: 90, from: 20 },
    ]);
  });
});

it('what fails in passing is tried again, and said', async () => {
  const target = new MemoryTarget();
  const warnings: string[] = [];
  let upserts = 0;
  target.before = (call) => {
    if (call === 'upsert' && ++upserts % 3 !== 0) throw new Error('in passing');
  };
  await publish(target, bundles[0], { reporter: { ...SILENT, warn: (message) => warnings.push(message) } });
  expect(target.live).toBe(1);
  expect(warnings[0]).toBe('writing users 0 to 9 failed in passing: try 2 of 3');
  target.before = () => {
    throw new Error('in passing');
  };
  await expect(publish(target, bundles[1])).rejects.toThrow('in passing');
});

it('stays hidden below the floor, until it is asked for with a lower one', async () => {
  const target = new MemoryTarget();
  await publish(target, bundles[0]);
  target.isBlind = true;
  const failed = publish(target, bundles[1]);
  await expect(failed).rejects.toMatchObject({ code: 'PUBLISH_RECALL' });
  await expect(failed).rejects.toThrow(/version 2 .* finds 0\.\d+ of the exact top 20 .*below the floor of 0.9/);
  expect(target.live).toBe(1);
  target.calls.length = 0;
  await publish(target, bundles[1], { floor: 0 });
  expect(target.live).toBe(2);
  expect(target.calls).not.toContain('upsert');
});

it('refuses rows that another process put in', async () => {
  const target = new MemoryTarget();
  target.before = (call) => {
    if (call === 'buildIndex')
      target.tables.get('users_v1')!.set('x', { id: 'x', vector: new Float32Array(8), payload: [] });
  };
  await expect(publish(target, bundles[0])).rejects.toMatchObject({ code: 'PUBLISH_LOST_ROWS' });
  expect(target.live).toBeUndefined();
});

it('keeps what was published, removes what never was, and says what it could not remove', async () => {
  const target = new MemoryTarget();
  for (const bundle of bundles) await publish(target, bundle, { keep: 5 });
  const unfinished = { ...target.records.get(3)!, serial: 4, content: 'other', state: 'loaded' as const };
  target.records.set(4, unfinished);
  expect(await publish(target, bundles[0], { keep: 1 })).toMatchObject({ serial: 1, pruned: [2, 4] });
  expect(target.live).toBe(1);
  target.before = (call) => {
    if (call === 'drop') throw new Error('a view hangs on it');
  };
  const warnings: string[] = [];
  const reporter = { ...SILENT, warn: (message: string) => warnings.push(message) };
  expect(await publish(target, bundles[0], { keep: 0, reporter })).toMatchObject({ wasLive: true, pruned: [] });
  expect(warnings).toEqual(['version 3 could not be removed: a view hangs on it']);
});

it('what a delta has changed is loaded anew', async () => {
  const target = new MemoryTarget();
  await publish(target, bundles[0]);
  target.records.set(1, { ...target.records.get(1)!, deltas: 1 });
  expect(await publish(target, bundles[0])).toMatchObject({ serial: 2, wasLive: false });
});

it('another index or other sides are another version', async () => {
  const target = new MemoryTarget();
  await publish(target, bundles[0]);
  expect(await publish(target, bundles[0], { m: 32 })).toMatchObject({ serial: 2 });
  const warnings: string[] = [];
  const reporter = { ...SILENT, warn: (message: string) => warnings.push(message) };
  const itemsAlone = { bundle: bundles[0], payload: undefined, sides: ['item'] } as const;
  expect(await publishVersion(target, itemsAlone, { ...SETTINGS, reporter })).toMatchObject({ serial: 3 });
  expect(warnings[0]).toMatch(/the live version has users, this one has none/);
});
