/**
 * One trainer a run folder: `train.lock` names the process that writes it. Two that wrote the same checkpoints would each
 * overwrite the other's (a scheduler's second attempt while the first still runs, or `--overwrite` in another terminal).
 *
 * A lock whose process is gone is taken over, so a killed run resumes at once. A process is told from a later one with the
 * same number by its start time where the system gives it (Linux). Of another machine's processes nothing can be known: a
 * lock from there is taken over as well.
 */
import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../core/errors.js';

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Clock ticks from the machine's start to the process's; absent where the system doesn't tell. */
  readonly startTicks?: string;
  /** ISO 8601. */
  readonly since: string;
}

/** What else stands beside it while it changes hands begins with its name. */
export const LOCK_FILE = 'train.lock';
const lockOf = (folder: string): string => join(folder, LOCK_FILE);
/** Each lets one stale lock go; more of them are other processes that keep coming between. */
const MAX_TRIES = 10;

/** @throws ConfigError `RUN_BUSY` when a living process of this machine trains in `folder` */
export function refuseWhileTraining(folder: string): void {
  const holder = holderIn(textOf(lockOf(folder)));
  if (!holder || !isAlive(holder)) return;
  throw new ConfigError(
    'RUN_BUSY',
    `process ${holder.pid} has been training ${folder} since ${holder.since}: wait for it, stop it (it saves on SIGTERM), or ` +
      'train in another folder with --run',
  );
}

/**
 * Takes the lock of a run folder.
 * @returns what gives it back
 * @throws ConfigError `RUN_BUSY` when a living process of this machine has it
 */
export function lockRun(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const { pid } = process;
  const holder: Holder = { pid, host: hostname(), startTicks: startTicks(pid), since: new Date().toISOString() };
  const text = `${JSON.stringify({ ...holder, key: randomUUID() })}\n`;
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    refuseWhileTraining(folder);
    if (place(lockOf(folder), text)) {
      return () => {
        if (textOf(lockOf(folder)) === text) rmSync(lockOf(folder), { force: true });
        removeIfEmpty(folder);
      };
    }
    releaseStale(folder);
  }
  throw new ConfigError(
    'RUN_BUSY',
    `other processes keep taking the lock of ${folder}; train in another folder with --run`,
  );
}

/** Where nothing else came of the run. */
function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // it holds a run
  }
}

/** Writes the lock, whole at once; @returns false where there is one. */
function place(file: string, text: string): boolean {
  const own = `${file}.${randomUUID()}`;
  writeFileSync(own, text);
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // a file system without links: created alone, though not whole at once
    return writeAlone(file, text);
  } finally {
    rmSync(own, { force: true });
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

/**
 * Takes away a lock that nobody living has. It is moved aside and looked at again, for another process may have done the same
 * and put its own there meanwhile; that one goes back.
 */
function releaseStale(folder: string): void {
  const file = lockOf(folder);
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const holder = holderIn(textOf(aside));
  if (holder && isAlive(holder)) place(file, textOf(aside)!);
  rmSync(aside, { force: true });
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Undefined where there is no lock, or what is there is none (cut off by a full disk, say). */
function holderIn(text: string | undefined): Holder | undefined {
  try {
    const holder = JSON.parse(text ?? '') as Holder;
    return Number.isInteger(holder.pid) && holder.pid > 0 ? holder : undefined;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, host, startTicks: ticks }: Holder): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false; // EPERM: alive, and somebody else's
  }
  return ticks === undefined || ticks === startTicks(pid);
}

/** Field 22 of /proc/PID/stat, counted from behind the command's name, which may have spaces. */
function startTicks(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
