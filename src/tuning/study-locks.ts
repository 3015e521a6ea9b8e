/**
 * Locks of a study: a short one while a process reads and changes what it holds, and one for each trial as long as a process trains it. A
 * trial that is under way and whose lock nobody living has is a killed process's.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ProcessLock, refuseWhileLocked, takeLock } from '../core/disk/process-lock.js';
import { ConfigError, TwinlightError } from '../core/errors.js';

/** The lock is held for milliseconds: who has it for so long is stopped in a debugger, or on a disk that hangs. */
const PATIENCE_MS = 60_000;
const TRY_AGAIN_MS = 25;

/** Where the runs of trials lie. */
export const trialsFolderOf = (study: string): string => join(study, 'trials');
const trialName = (trial: number): string => String(trial).padStart(4, '0');
export const runOfTrial = (study: string, trial: number): string => join(trialsFolderOf(study), trialName(trial));

/**
 * Works while no other process does; waits for whoever does.
 * @param work must not wait for anything
 * @throws what work throws; ConfigError `STUDY_BUSY`
 */
export async function withStudyLock<T>(study: string, work: () => T): Promise<T> {
  const lock: ProcessLock = {
    file: join(study, 'study.lock'),
    busy: ({ pid, since }) =>
      new ConfigError(
        'STUDY_BUSY',
        `process ${pid} has had the study ${study} since ${since}: stop it, or wait for it`,
      ),
  };
  const release = await takenWithin(lock, PATIENCE_MS);
  try {
    return work();
  } finally {
    release();
  }
}

async function takenWithin(lock: ProcessLock, patienceMs: number): Promise<() => void> {
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    try {
      return takeLock(lock);
    } catch (error) {
      if (!isBusy(error) || Date.now() > giveUpAt) throw error;
    }
    await sleep(TRY_AGAIN_MS * (0.5 + Math.random()));
  }
}

/** @returns what gives the trial back, or undefined where a living process has it */
export function claimTrial(study: string, trial: number): (() => void) | undefined {
  try {
    return takeLock(claimOf(study, trial));
  } catch (error) {
    if (isBusy(error)) return undefined;
    throw error;
  }
}

/** Whether a living process of this machine has the trial. */
export function isClaimed(study: string, trial: number): boolean {
  try {
    refuseWhileLocked(claimOf(study, trial));
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw error;
  }
}

/** Takes away what a process left that was killed between the last word about a trial and giving it back. */
export function sweepClaim(study: string, trial: number): void {
  if (existsSync(claimFile(study, trial))) claimTrial(study, trial)?.();
}

function claimOf(study: string, trial: number): ProcessLock {
  return {
    file: claimFile(study, trial),
    busy: () => new ConfigError('STUDY_BUSY', `trial ${trial} of ${study} is another process's`),
  };
}

const claimFile = (study: string, trial: number): string => `${runOfTrial(study, trial)}.lock`;

const isBusy = (error: unknown): boolean =>
  error instanceof TwinlightError && ['STUDY_BUSY', 'LOCK_CONTESTED'].includes(error.code);
