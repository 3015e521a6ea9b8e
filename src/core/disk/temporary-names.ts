/**
 * Names of what is not whole yet: `.NAME.tmp-MACHINE-PID-START-RANDOM` beside NAME. The name says whose it is, so that what
 * a killed process left can be swept away and what a living one is at never is.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isRunning, machineCode, thisProcess } from './process-identity.js';

/**
 * `tmp`: half written, or to be deleted. `next`: whole, and about to take the target's place (`atomic-folder.ts`). `aside`:
 * moved away, and of use to those who know the target: a lock (`process-lock.ts`), a run's manifest (`runs/run-folder.ts`).
 */
type TemporaryKind = 'tmp' | 'next' | 'aside';

interface Temporary {
  /** Name of what it is to become. */
  readonly target: string;
  readonly kind: TemporaryKind;
  /** Whether its process lives; `unknown` of another machine's, and of those that version 0.1 named. */
  readonly owner: 'living' | 'dead' | 'unknown';
}

const FORM = /^\.(.+)\.(tmp|next|aside)-([0-9a-f]{8})-(\d+)-(\d*)-[0-9a-f]{8}$/s;
const FIRST_FORM = /^\.(.+)\.tmp-(\d+)-\d+$/s;
/** Of 255 that a name may have, what the rest of ours leaves. */
const LONGEST_TARGET_BYTES = 180;
/** Another machine's temporary that nobody has touched for so long is taken for a dead process's. */
const ABANDONED_AFTER_MS = 24 * 3600 * 1000;

/** A new name beside `target`, this process's own. */
export function temporaryName(target: string, kind: TemporaryKind = 'tmp'): string {
  const { pid, startTicks = '' } = thisProcess();
  const unique = randomUUID().slice(0, 8);
  const name = `.${shortened(basename(target))}.${kind}-${machineCode()}-${pid}-${startTicks}-${unique}`;
  return join(dirname(target), name);
}

/** What a file name says, or undefined where it is no temporary's. */
function readTemporary(name: string): Temporary | undefined {
  const found = FORM.exec(name);
  if (found) {
    const [, target, kind, machine, pid, startTicks] = found;
    const identity = { pid: Number(pid), host: hostname(), startTicks: startTicks || undefined };
    const owner = machine !== machineCode() ? 'unknown' : isRunning(identity) ? 'living' : 'dead';
    return { target, kind: kind as TemporaryKind, owner };
  }
  const first = FIRST_FORM.exec(name);
  if (!first) return undefined;
  const lives = isRunning({ pid: Number(first[2]), host: hostname() });
  return { target: first[1], kind: 'tmp', owner: lives ? 'living' : 'unknown' };
}

/** Whether a file of this name is what a process left, or is at, that writes `target`. */
export function isTemporaryOf(name: string, target: string): boolean {
  return readTemporary(name)?.target === shortened(target);
}

/** Paths of the temporaries of one kind beside `target`. */
export function temporariesOf(target: string, kind: TemporaryKind): string[] {
  const wanted = shortened(basename(target));
  return namesIn(dirname(target))
    .filter((name) => {
      const found = readTemporary(name);
      return found?.target === wanted && found.kind === kind;
    })
    .map((name) => join(dirname(target), name));
}

/**
 * Removes from `folder` what processes left there that died over their work. A living process's stays, and so does another
 * machine's, unless it is of a target whose lock the caller has, or has lain there for a day.
 */
export function sweepTemporaries(folder: string, hasLockOf: (target: string) => boolean = () => false): void {
  const names = namesIn(folder);
  for (const name of names) {
    const found = readTemporary(name);
    if (found === undefined || found.kind === 'aside' || found.owner === 'living') continue;
    // whole, and nothing in its place: what is left of the target
    if (found.kind === 'next' && !names.includes(found.target)) continue;
    const path = join(folder, name);
    if (found.owner === 'dead' || hasLockOf(found.target) || isAbandoned(path)) discard(path);
  }
}

/** Removes a file or a folder, if it can: who tidies up on the way does not fail for it. */
export function discard(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // somebody else's, or the disk can't be written any more
  }
}

function isAbandoned(path: string): boolean {
  try {
    return Date.now() - statSync(path).mtimeMs > ABANDONED_AFTER_MS;
  } catch {
    return false;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function shortened(name: string): string {
  if (Buffer.byteLength(name) <= LONGEST_TARGET_BYTES) return name;
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}
