/**
 * The thread that ranks beside training: takes snapshots, answers with rank lists. On Linux it runs at the
 * lowest priority, so that it lives on what training leaves of the cores.
 */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { Snapshot } from '../negative-source.js';
import { type ApproximateOptions, approximateRankLists, type KnownItems, type RankWindow } from './rank-lists.js';

/** What the thread is started with. */
export interface RankWork {
  readonly known: KnownItems;
  readonly window: RankWindow;
  readonly options: ApproximateOptions;
}

try {
  // of this thread only; elsewhere it would be the whole process, training and all
  if (process.platform === 'linux') setPriority(19);
} catch {
  // not allowed here: it then competes with training
}
const { known, window, options } = workerData as RankWork;
parentPort?.on('message', (snapshot: Snapshot) => {
  const lists = approximateRankLists(snapshot, known, window, options);
  parentPort?.postMessage(lists, [lists.buffer as ArrayBuffer]);
});
