/** The other end of `batch-worker.ts`: batches in, answers out, one batch at a time. */
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { TwinlightError } from '../core/errors.js';
import type { BatchOutcome, BatchWork } from './batch-worker.js';
import type { BatchRequest } from './request-schemas.js';

type BatchAnswer = Extract<BatchOutcome, { kind: 'answered' }>['answer'];
interface Waiting {
  readonly resolve: (answer: BatchAnswer) => void;
  readonly reject: (error: Error) => void;
}

export class BatchThread {
  private readonly waiting = new Map<number, Waiting>();
  private asked = 0;
  private isRetired = false;

  private constructor(private readonly worker: Worker) {
    worker.on('message', (outcome: BatchOutcome) => this.hear(outcome));
    worker.on('error', (cause) => this.fail(cause));
    worker.on('exit', () => this.fail(new Error('it ended')));
  }

  /** @throws TwinlightError `BATCH_THREAD` where it does not come up */
  static async start(work: BatchWork): Promise<BatchThread> {
    // flags of the process (--eval, loaders) are about its own entry, not about this file
    const worker = new Worker(workerFile(), { workerData: work, execArgv: [] });
    await new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve());
      worker.once('error', (cause) => reject(threadError(cause)));
      worker.once('exit', () => reject(threadError(new Error('it ended'))));
    });
    return new BatchThread(worker);
  }

  /** Batches that are not answered yet. */
  get pending(): number {
    return this.waiting.size;
  }

  /** @throws TwinlightError `BATCH_THREAD` */
  answer(request: Omit<BatchRequest, 'bundle'>): Promise<BatchAnswer> {
    const number = this.asked++;
    const answered = new Promise<BatchAnswer>((resolve, reject) => this.waiting.set(number, { resolve, reject }));
    this.worker.postMessage({ number, request });
    return answered;
  }

  /** Ends the thread once it has answered what it was asked. */
  retire(): void {
    this.isRetired = true;
    if (this.waiting.size === 0) void this.worker.terminate();
  }

  private hear(outcome: BatchOutcome): void {
    if (outcome.kind === 'ready') return;
    const waiting = this.waiting.get(outcome.number);
    this.waiting.delete(outcome.number);
    if (outcome.kind === 'answered') waiting?.resolve(outcome.answer);
    else waiting?.reject(threadError(new Error(outcome.message)));
    if (this.isRetired) this.retire();
  }

  private fail(cause: Error): void {
    for (const { reject } of this.waiting.values()) reject(threadError(cause));
    this.waiting.clear();
  }
}

const threadError = (cause: Error): TwinlightError =>
  new TwinlightError('BATCH_THREAD', `the thread that answers batches failed: ${cause.message}`, { cause });

/** Compiled; where the sources run as they are (tests), the compiled one beside them. */
function workerFile(): URL {
  const beside = new URL('./batch-worker.js', import.meta.url);
  return existsSync(beside) ? beside : new URL('../../dist/serve/batch-worker.js', import.meta.url);
}
