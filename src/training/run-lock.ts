/**
 * One trainer a run folder: `train.lock` names the process that writes it. Two that wrote the same checkpoints would each
 * overwrite the other's (a scheduler's second attempt while the first still runs, or `--overwrite` in another terminal).
 *
 * A lock whose process is gone is taken over, so a killed run resumes at once. A process is told from a later one with the
 * same number by its start time where the system gives it (Linux). Of another machine's processes nothing can be known: a
 * lock from there is taken over as well.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

const lockOf = (folder: string): string => join(folder, 'train.lock');

/** @throws ConfigError `RUN_BUSY` when a living process of this machine trains in `folder` */
export function refuseWhileTraining(folder: string): void {
  const holder = readHolder(folder);
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
  refuseWhileTraining(folder);
  const file = lockOf(folder);
  rmSync(file, { force: true });
  mkdirSync(folder, { recursive: true });
  const { pid } = process;
  const holder: Holder = { pid, host: hostname(), startTicks: startTicks(pid), since: new Date().toISOString() };
  try {
    writeFileSync(file, `${JSON.stringify(holder)}\n`, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    refuseWhileTraining(folder); // another process came between
    throw error;
  }
  return () => rmSync(file, { force: true });
}

/** Undefined where there is no lock, or what is there is none (cut off by a full disk, say). */
function readHolder(folder: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(lockOf(folder), 'utf8')) as Holder;
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
