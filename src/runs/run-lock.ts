/**
 * One process a run folder: `train.lock` names the one that writes it. Two that wrote the same checkpoints would each overwrite
 * the other's.
 */
import { rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ProcessLock, refuseWhileLocked, takeLock } from '../core/disk/process-lock.js';
import { ConfigError } from '../core/errors.js';

export const LOCK_FILE = 'train.lock';

function lockOf(folder: string): ProcessLock {
  return {
    file: join(folder, LOCK_FILE),
    busy: ({ pid, since }) =>
      new ConfigError(
        'RUN_BUSY',
        `process ${pid} has been training ${folder} since ${since}: wait for it, stop it (it saves on SIGTERM), or ` +
          'train in another folder with --run',
      ),
  };
}

/** @throws ConfigError `RUN_BUSY` when a living process of this machine trains in `folder` */
export function refuseWhileTraining(folder: string): void {
  refuseWhileLocked(lockOf(folder));
}

/** Whether a living process of this machine trains in `folder`. */
export function isTraining(folder: string): boolean {
  try {
    refuseWhileTraining(folder);
    return false;
  } catch (error) {
    if (error instanceof ConfigError && error.code === 'RUN_BUSY') return true;
    throw error;
  }
}

/**
 * Takes the lock of a run folder, which is made where there is none.
 * @returns what gives it back; a folder that is empty then goes with it
 * @throws ConfigError `RUN_BUSY` when a living process of this machine has it
 */
export function lockRun(folder: string): () => void {
  const giveBack = takeLock(lockOf(folder));
  return () => {
    giveBack();
    removeIfEmpty(folder);
  };
}

/** Where nothing else came of the run. */
function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // it holds a run
  }
}
