/**
 * The thread that answers batches beside single requests. It opens the bundle for itself: the thread that started it never waits for a
 * batch. On Linux it runs at a lower priority, so that single requests come first.
 */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { useBackend } from '../backend/index.js';
import { openStore, type StoreOptions } from '../export/targets/target-index.js';
import { answerBatch } from './answers.js';
import { openServed } from './edition.js';
import type { BatchRequest } from './request-schemas.js';

/** What the thread is started with. */
export interface BatchWork {
  readonly path: string;
  /** Of the edition that it answers for. */
  readonly version: string;
  readonly backend: string;
  readonly store?: StoreOptions;
}

/** `ready` once, then an outcome a batch. */
export type BatchOutcome =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answered'; readonly answer: Awaited<ReturnType<typeof answerBatch>> }
  | { readonly kind: 'failed'; readonly message: string };

const LOWER_PRIORITY = 10;
try {
  // of this thread only; elsewhere it would be the whole process
  if (process.platform === 'linux') setPriority(LOWER_PRIORITY);
} catch {
  // not allowed here: it then competes with single requests
}

const { path, version, backend, store } = workerData as BatchWork;
const tell = (outcome: BatchOutcome): void => parentPort!.postMessage(outcome);
await useBackend(backend);
const opened = await openServed(path, store && openStore(store), { verify: false });
if (opened.version !== version) throw new Error(`${path} was replaced while it was opened`);
const { bundle } = opened;
parentPort!.on('message', async (request: Omit<BatchRequest, 'bundle'>) => {
  try {
    tell({ kind: 'answered', answer: await answerBatch(bundle, request) });
  } catch (error) {
    tell({ kind: 'failed', message: (error as Error).message });
  }
});
tell({ kind: 'ready' });
