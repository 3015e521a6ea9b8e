/**
 * The other end of `batch-worker.ts`: batches in, answers out, one batch at a time. A batch whose asker has gone before its turn is passed over. A
 * thread that ended is started again for the next batch.
 */
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { ConfigError, TwinlightError } from '../core/errors.js';
import type { BatchOutcome, BatchWork } from './batch-worker.js';
import type { BatchRequest } from './request-schemas.js';

type BatchAnswer = Extract<BatchOutcome, { kind: 'answered' }>['answer'];

export class BatchThread {
  /** Absent once it ended. */
  private worker: Worker | undefined;
  /** Of the batch that was asked last; never rejects. */
  private last: Promise<unknown> = Promise.resolve();
  private unanswered = 0;

  private constructor(private readonly work: BatchWork) {}

  /** @throws TwinlightError `BATCH_THREAD` where it does not come up */
  static async start(work: BatchWork): Promise<BatchThread> {
    const thread = new BatchThread(work);
    await thread.comeUp();
    return thread;
  }

  /** Batches that are not answered yet. */
  get pending(): number {
    return this.unanswered;
  }

  /**
   * @param gone aborted once nobody waits for the answer
   * @throws TwinlightError `BATCH_THREAD`; ConfigError `BATCH_GONE`
   */
  answer(request: Omit<BatchRequest, 'bundle'>, gone?: AbortSignal): Promise<BatchAnswer> {
    this.unanswered++;
    const answered = this.last
      .then(() => this.ask(request, gone))
      .finally(() => {
        this.unanswered--;
      });
    this.last = answered.catch(() => undefined);
    return answered;
  }

  /** Ends the thread once it has answered what it was asked. */
  async retire(): Promise<void> {
    await this.last;
    await this.end();
  }

  /** Ends it at once: where nobody waits any more. */
  async end(): Promise<void> {
    await this.worker?.terminate();
  }

  private async ask(request: Omit<BatchRequest, 'bundle'>, gone: AbortSignal | undefined): Promise<BatchAnswer> {
    refuseGone(gone);
    const worker = this.worker ?? (await this.comeUp());
    const next = nextOutcome(worker);
    worker.postMessage(request);
    const outcome = await next.catch((error) => {
      refuseGone(gone);
      throw error;
    });
    if (outcome.kind === 'answered') return outcome.answer;
    throw threadError(new Error(outcome.kind === 'failed' ? outcome.message : 'it began anew'));
  }

  private async comeUp(): Promise<Worker> {
    // flags of the process (--eval, loaders) are about its own entry, not about this file
    const worker = new Worker(workerFile(), { workerData: this.work, execArgv: [] });
    // told to whoever waits; with nobody there it must not end the process
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      if (this.worker === worker) this.worker = undefined;
    });
    await nextOutcome(worker);
    this.worker = worker;
    return worker;
  }
}

/** @throws TwinlightError `BATCH_THREAD` where it ends before it says anything */
function nextOutcome(worker: Worker): Promise<BatchOutcome> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      worker.off('message', hear).off('error', fail).off('exit', end);
    };
    const hear = (outcome: BatchOutcome): void => {
      leave();
      resolve(outcome);
    };
    const fail = (cause: Error): void => {
      leave();
      reject(threadError(cause));
    };
    const end = (): void => fail(new Error('it ended'));
    worker.on('message', hear).on('error', fail).on('exit', end);
  });
}

function refuseGone(gone: AbortSignal | undefined): void {
  if (gone?.aborted) throw new ConfigError('BATCH_GONE', 'whoever asked for this batch has gone');
}

const threadError = (cause: Error): TwinlightError =>
  new TwinlightError('BATCH_THREAD', `the thread that answers batches failed: ${cause.message}`, { cause });

/** Compiled; where the sources run as they are (tests), the compiled one beside them. */
function workerFile(): URL {
  const beside = new URL('./batch-worker.js', import.meta.url);
  return existsSync(beside) ? beside : new URL('../../dist/serve/batch-worker.js', import.meta.url);
}
