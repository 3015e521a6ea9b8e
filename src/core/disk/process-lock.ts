/**
 * A file that names the process that may write something, so that two don't: a scheduler's second attempt while the first
 * still runs, or the same command in another terminal.
 *
 * A lock whose process is gone is taken over, so a killed process's work goes on at once. Of another machine's processes
 * nothing can be known: a lock from there is taken over as well.
 *
 * A stale lock is moved aside before it is looked at a last time, since another process may have done the same and put its own
 * there meanwhile. While a living process's lock lies aside it counts as if it were in its place: whoever took the place finds
 * it and gives way, and it goes back; also where the process that moved it is killed.
 */
import { randomUUID } from 'node:crypto';
import { linkSync, lstatSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { ConfigError } from '../errors.js';
import { makeFolder } from './durable-write.js';
import { otherThanFile } from './file-kind.js';
import { isRunning, type ProcessIdentity, thisProcess } from './process-identity.js';
import { discard, sweepTemporaries, temporariesOf, temporaryName } from './temporary-names.js';

interface LockHolder extends ProcessIdentity {
  /** ISO 8601. */
  readonly since: string;
}

export interface ProcessLock {
  readonly file: string;
  /** What is thrown while a living process of this machine has it. */
  readonly busy: (holder: LockHolder) => Error;
}

/** Each lets one stale lock go; more of them are other processes that keep coming between. */
const MAX_TRIES = 10;

/** @throws what `busy` makes, and ConfigError `LOCK_BLOCKED` where something that is no file has the lock's name */
export function refuseWhileLocked(lock: ProcessLock): void {
  const holder = livingHolder([lock.file, ...temporariesOf(lock.file, 'aside')]);
  if (holder) throw lock.busy(holder);
}

/**
 * Takes the lock, and sweeps away what killed processes left in its folder, which is made where there is none.
 * @returns what gives the lock back; folders that were made for it and are empty go with it
 * @throws as `refuseWhileLocked`, and ConfigError `LOCK_CONTESTED`
 */
export function takeLock(lock: ProcessLock): () => void {
  const made = makeFolder(dirname(lock.file));
  const holder: LockHolder = { ...thisProcess(), since: new Date().toISOString() };
  const text = `${JSON.stringify({ ...holder, key: randomUUID() })}\n`;
  try {
    claim(lock, text);
  } catch (error) {
    removeEmpty(made);
    throw error;
  }
  return () => {
    release(lock.file, text);
    removeEmpty(made);
  };
}

function claim(lock: ProcessLock, text: string): void {
  const { file } = lock;
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    refuseWhileLocked(lock);
    if (place(file, text)) {
      const aside = temporariesOf(file, 'aside');
      const other = livingHolder(aside);
      if (other !== undefined) {
        release(file, text);
        throw lock.busy(other);
      }
      for (const path of aside) discard(path);
      sweepTemporaries(dirname(file), (target) => target === basename(file));
      return;
    }
    releaseStale(file);
  }
  throw new ConfigError('LOCK_CONTESTED', `other processes keep taking the lock ${file}; try again later`);
}

function release(file: string, text: string): void {
  if (textOf(file) === text) rmSync(file, { force: true });
  for (const path of temporariesOf(file, 'aside')) if (textOf(path) === text) discard(path);
}

/** Innermost first, up to one that holds something. */
function removeEmpty(folders: readonly string[]): void {
  try {
    for (const folder of [...folders].reverse()) rmdirSync(folder);
  } catch {
    // it is in use
  }
}

/** Writes the lock, whole at once; @returns false where there is one. */
function place(file: string, text: string): boolean {
  const own = temporaryName(file);
  try {
    writeFileSync(own, text);
    linkSync(own, file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // a file system without links: created alone, though not whole at once
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'ENOSYS') return writeAlone(file, text);
    throw error;
  } finally {
    discard(own);
  }
}

function writeAlone(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes away a lock that nobody living has. One that somebody living has goes back, or stays aside while it can't. */
function releaseStale(file: string): void {
  const aside = temporaryName(file, 'aside');
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const text = textOf(aside);
  const holder = holderIn(text);
  const isStale = text === undefined || holder === undefined || !isRunning(holder);
  if (isStale || place(file, text)) discard(aside);
}

/** Of the first of these locks that a living process of this machine has. */
function livingHolder(files: readonly string[]): LockHolder | undefined {
  return files.map((file) => holderIn(textOf(file))).find((holder) => holder && isRunning(holder));
}

/** Undefined where there is nothing. @throws ConfigError `LOCK_BLOCKED` */
function textOf(file: string): string | undefined {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  const other = stats && otherThanFile(stats);
  if (other) {
    throw new ConfigError('LOCK_BLOCKED', `${file} is ${other}, where a lock file goes: move it away`);
  }
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Undefined where there is no lock, or what is there is none (cut off by a full disk, say). */
function holderIn(text: string | undefined): LockHolder | undefined {
  try {
    const holder = JSON.parse(text ?? '') as LockHolder;
    return Number.isInteger(holder.pid) && holder.pid > 0 ? holder : undefined;
  } catch {
    return undefined;
  }
}
