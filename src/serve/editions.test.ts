/** Editions of a bundle take each other's place while requests go on; what does not pass is refused. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import {
  answered,
  fetched,
  idsOf,
  offline,
  post,
  smallBundle,
  smallService,
  storeThatFinds,
} from '../../tests/small-service.js';
import { SILENT } from '../core/reporter.js';
import { openBundle } from '../export/read-bundle.js';
import { BundleSlot } from './bundle-slot.js';
import { openEdition, versionOf } from './edition.js';
import type { ServeOptions, Service } from './service.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-editions-'));
const editions: Record<string, string> = {};
let running: Service[] = [];

beforeAll(async () => {
  for (const [name, numItems] of Object.entries({ first: 120, second: 130, small: 40 })) {
    editions[name] = await smallBundle(work, name, numItems);
  }
});
afterEach(async () => {
  for (const service of running) await service.close();
  running = [];
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

async function started(options: Partial<ServeOptions> = {}): Promise<Service> {
  const service = await smallService({ bundles: [editions.first], ...options });
  running.push(service);
  return service;
}

/** A folder in which one bundle takes the place of another. */
function place(edition: string): string {
  const folder = join(work, 'served');
  rmSync(folder, { recursive: true, force: true });
  cpSync(editions[edition], folder, { recursive: true });
  return folder;
}
const readyz = async (url: string) => (await fetched(url, '/readyz')).bundles[0];

it('a new one is taken once it has passed; a damaged, shrunk or absent one is refused and the one before stays', async () => {
  const service = await started({ bundles: [place('first')] });
  const { url } = service;
  const before = await readyz(url);
  expect(await service.refresh()).toEqual({ served: 'same' });
  place('second');
  expect(await service.refresh()).toEqual({ served: 'taken' });
  const second = await openBundle(editions.second);
  const expected = idsOf(await offline(second, { user: 'u2', k: 10 }));
  const asked = async () => idsOf((await answered(url, '/v1/recommend', { user: 'u2', k: 10 })).body);
  expect(await asked()).toEqual(expected);
  const taken = await readyz(url);
  expect(taken).toMatchObject({ items: 130, recall: 1 });
  expect(taken.version).not.toBe(before.version);

  const spoiled = join(place('first'), 'items.npy');
  const bytes = readFileSync(spoiled);
  bytes[bytes.length - 1] ^= 1;
  writeFileSync(spoiled, bytes);
  expect(await service.refresh()).toEqual({ served: 'refused' });
  expect(await asked()).toEqual(expected);
  expect((await readyz(url)).refused).toMatch(/sha256/);
  place('small');
  expect(await service.refresh()).toEqual({ served: 'refused' });
  expect((await readyz(url)).refused).toMatch(/has 40 items, and what is served has 130/);
  rmSync(join(work, 'served'), { recursive: true });
  expect(await service.refresh()).toEqual({ served: 'refused' });
  expect(await asked()).toEqual(expected);
  place('first');
  expect(await service.refresh()).toEqual({ served: 'taken' });
  expect((await readyz(url)).refused).toBeUndefined();
  const metrics = await (await fetch(new URL('/metrics', url))).text();
  expect(metrics).toMatch(/twinlight_bundle_reloads\{bundle="served"\} 2/);
  expect(metrics).toMatch(/twinlight_bundle_refusals\{bundle="served"\} 3/);
  expect(metrics).toMatch(/twinlight_answers_total\{bundle="served",route="hot"\} 3/);
});

it('why one was refused is for who has the token; options that are undefined are not given', async () => {
  const token = 'sixteen characters';
  const service = await started({ bundles: [place('first')], token, host: undefined, watchSeconds: undefined });
  place('small');
  expect(await service.refresh()).toEqual({ served: 'refused' });
  expect(await fetched(service.url, '/readyz')).not.toHaveProperty('bundles.0.refused');
  const told = await fetch(new URL('/version', service.url), { headers: { authorization: `Bearer ${token}` } });
  expect(await told.json()).toHaveProperty('bundles.0.refused', expect.stringContaining(work));
});

it('no request fails while they change, and each is answered by one of them', async () => {
  const service = await started({ bundles: [place('first')], batchThread: true });
  const { url } = service;
  const expected = new Map<string, string[]>();
  let isOver = false;
  const ask = async (): Promise<number> => {
    let count = 0;
    while (!isOver) {
      const { status, body } = await answered(url, '/v1/recommend', { user: 'u7', k: 12 });
      expect(status).toBe(200);
      const ids = expected.get(body.version) ?? idsOf(body);
      expected.set(body.version, ids);
      expect(idsOf(body)).toEqual(ids);
      const batch = await answered(url, '/v1/batch', { requests: [{ user: 'u7', k: 12 }] });
      expect(batch.status).toBe(200);
      expect(idsOf(batch.body.answers[0])).toEqual(expected.get(batch.body.version) ?? idsOf(batch.body.answers[0]));
      count++;
    }
    return count;
  };
  const asking = [ask(), ask(), ask()];
  for (let turn = 0; turn < 6; turn++) {
    place(turn % 2 === 0 ? 'second' : 'first');
    expect(await service.refresh()).toEqual({ served: 'taken' });
  }
  isOver = true;
  for (const count of await Promise.all(asking)) expect(count).toBeGreaterThan(0);
  expect(expected.size).toBe(2);
});

it('a bundle that is replaced while it is tried is not served as the version of the next', async () => {
  const path = place('first');
  const version = await versionOf(path);
  const store = storeThatFinds(120, () => {
    place('second');
    return ['i1'];
  });
  const edition = await openEdition(path, { minRecall: 0, maxShrink: 0.5, store });
  expect(await versionOf(path)).not.toBe(version);
  expect([edition.version, edition.bundle.items.size]).toEqual([version, 120]);
});

it('an index that finds too little of what comparing all vectors finds is refused', async () => {
  const blind = storeThatFinds(120, () => ['i1', 'i2']);
  const trying = (minRecall: number) => openEdition(place('first'), { minRecall, maxShrink: 0.5, store: blind });
  await expect(trying(0.5)).rejects.toMatchObject({ code: 'EDITION_RECALL' });
  const { recall } = await trying(0);
  expect(recall).toBeGreaterThanOrEqual(0);
  expect(recall).toBeLessThanOrEqual(2 / 20);
});

it('an end while another edition is opened ends that too', async () => {
  const options = { minRecall: 0.5, maxShrink: 0.5, backend: 'wasm', hasThread: true, reporter: SILENT };
  const slot = await BundleSlot.open('served', place('first'), options);
  place('second');
  const looking = slot.refresh();
  await slot.close();
  expect(await looking).toBe('taken');
  expect(slot.current.bundle.items.size).toBe(130);
  expect((slot.current.thread as unknown as { worker?: Worker }).worker).toBeUndefined();
});

it('a request that has come is answered before the end', async () => {
  const service = await started();
  const coming = post(service.url, '/v1/batch', { requests: Array(500).fill({ user: 'u1' }) });
  await new Promise((resume) => setTimeout(resume, 30));
  await service.close();
  expect((await coming).status).toBe(200);
  await expect(fetch(new URL('/healthz', service.url))).rejects.toThrow();
});
