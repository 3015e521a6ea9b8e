/** The thread that answers batches: what ends it, and who leaves before the answer. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { idsOf, offline, smallBundle } from '../../tests/small-service.js';
import { useBackend } from '../backend/index.js';
import { openBundle } from '../export/read-bundle.js';
import { BatchThread } from './batch-thread.js';
import { versionOf } from './edition.js';
import { batchSchema } from './request-schemas.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-batch-thread-'));
let path: string;
let expected: string[];
const batchOf = (length: number) => batchSchema.parse({ requests: Array(length).fill({ user: 'u1', k: 5 }) });

beforeAll(async () => {
  await useBackend('wasm');
  path = await smallBundle(work, 'one', 120);
  expected = idsOf(await offline(await openBundle(path), { user: 'u1', k: 5 }));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const started = async () => BatchThread.start({ path, version: await versionOf(path), backend: 'wasm' });
const workerOf = (thread: BatchThread): Worker => (thread as unknown as { worker: Worker }).worker;

it('one that ended is started again for the next batch', async () => {
  const thread = await started();
  await workerOf(thread).terminate();
  const { answers } = await thread.answer(batchOf(1));
  expect(answers).toMatchObject([{ items: expected.map((id) => ({ id })) }]);
  await thread.retire();
});

it('the batch that it ended in is an error, and those that wait are answered', async () => {
  const thread = await started();
  const ending = expect(thread.answer(batchOf(1000))).rejects.toMatchObject({ code: 'BATCH_THREAD' });
  const waiting = thread.answer(batchOf(1));
  expect(thread.pending).toBe(2);
  // asked by now
  await Promise.resolve();
  await workerOf(thread).terminate();
  await ending;
  expect((await waiting).answers).toHaveLength(1);
  expect(thread.pending).toBe(0);
  await thread.retire();
});

it('a batch whose asker has gone takes no time of it', async () => {
  const thread = await started();
  const gone = new AbortController();
  const first = thread.answer(batchOf(1000));
  const left = [1, 2, 3].map(() =>
    expect(thread.answer(batchOf(1000), gone.signal)).rejects.toMatchObject({ code: 'BATCH_GONE' }),
  );
  const last = thread.answer(batchOf(1));
  gone.abort();
  expect((await first).answers).toHaveLength(1000);
  await Promise.all(left);
  expect((await last).answers).toHaveLength(1);
  await thread.retire();
});

it('one that can’t be started says so, and so does every batch until it can', async () => {
  await expect(BatchThread.start({ path, version: 'of another', backend: 'wasm' })).rejects.toThrow(
    /BATCH_THREAD|the thread that answers batches failed: .* was replaced while it was opened/,
  );
});
