/**
 * Rank lists of a model that is still training (ANCE: Xiong et al. 2021, arXiv 2007.00808): every `refreshEvery` steps a
 * snapshot of the embeddings goes to a worker thread, which indexes the items and ranks them for every user while training
 * goes on.
 *
 * When new lists take effect is fixed in steps, not in time: a snapshot taken after step s serves from step
 * s + refreshEvery + 1 on, and training waits should the worker not be done by then. So a run gives the same result on a
 * slow machine, and the two snapshots alive (the one in use, the one being worked on) are all that a checkpoint keeps.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { TwinlightError } from '../../core/errors.js';
import type { Snapshot, SourceState } from '../negative-source.js';
import type { RankWork } from './rank-worker.js';

/** Compiled code runs the file beside this one; from TypeScript sources, its compiled twin. */
function workerFile(): string {
  const beside = fileURLToPath(new URL('./rank-worker.js', import.meta.url));
  return existsSync(beside)
    ? beside
    : fileURLToPath(new URL('../../../dist/negatives/sources/rank-worker.js', import.meta.url));
}

interface Ranking {
  readonly snapshot: Snapshot;
  readonly lists: Promise<Int32Array>;
}

export class RefreshedLists {
  private worker?: Worker;
  private inUse?: Ranking;
  private pending?: Ranking;
  private last = -1;
  /** Jobs that the worker has not answered, oldest first. */
  private readonly waiting: { resolve: (lists: Int32Array) => void; reject: (error: Error) => void }[] = [];

  constructor(
    private readonly work: RankWork,
    private readonly refreshEvery: number,
  ) {}

  /**
   * To be called before every step.
   * @param done steps made so far
   * @param snapshot the embeddings as they are now; called when one is due
   * @returns the lists that the next step draws from, or undefined before the first
   */
  async prepare(done: number, snapshot: () => Snapshot | Promise<Snapshot>): Promise<Int32Array | undefined> {
    if (done > 0 && done % this.refreshEvery === 0 && done !== this.last) {
      this.last = done;
      this.inUse = this.pending;
      this.pending = this.rank(await snapshot());
    }
    return this.inUse && this.awaited(this.inUse.lists);
  }

  /** An idle worker keeps no process alive, but one that training waits for must: there may be nothing else to do. */
  private async awaited(lists: Promise<Int32Array>): Promise<Int32Array> {
    this.worker?.ref();
    try {
      return await lists;
    } finally {
      this.worker?.unref();
    }
  }

  private rank(snapshot: Snapshot): Ranking {
    const lists = new Promise<Int32Array>((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.start().postMessage(snapshot);
    });
    // told where it is awaited
    lists.catch(() => {});
    return { snapshot, lists };
  }

  private start(): Worker {
    if (this.worker) return this.worker;
    // flags of the process (--eval, loaders) are about its own entry, not about this file
    const worker = new Worker(workerFile(), { workerData: this.work, execArgv: [] });
    worker.on('message', (lists: Int32Array) => this.waiting.shift()?.resolve(lists));
    worker.on('error', (cause) => {
      const error = new TwinlightError('RANK_WORKER', `the thread that ranks negatives failed: ${cause}`, { cause });
      for (const { reject } of this.waiting.splice(0)) reject(error);
    });
    worker.unref();
    this.worker = worker;
    return worker;
  }

  state(): SourceState {
    return { ...stateOf('inUse', this.inUse), ...stateOf('pending', this.pending) };
  }

  /** @param done steps made by the checkpoint */
  restore(state: SourceState, done: number): void {
    const saved = (name: string): Ranking | undefined => {
      const [users, items] = [state[`${name}/users`], state[`${name}/items`]];
      return users && this.rank({ dim: users.shape[1], users: users.values, items: items.values });
    };
    this.inUse = saved('inUse');
    this.pending = saved('pending');
    // a checkpoint is written before `prepare` of the next step, so a snapshot due at `done` is still due
    this.last = done - 1;
  }

  dispose(): void {
    void this.worker?.terminate();
  }
}

function stateOf(name: string, ranking: Ranking | undefined): SourceState {
  if (!ranking) return {};
  const { dim, users, items } = ranking.snapshot;
  return {
    [`${name}/users`]: { shape: [users.length / dim, dim], values: users },
    [`${name}/items`]: { shape: [items.length / dim, dim], values: items },
  };
}
