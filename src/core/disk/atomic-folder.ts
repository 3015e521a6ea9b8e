/**
 * Folders that are either whole or absent: filled under a temporary name, flushed to disk, then renamed.
 *
 * No system call that Node has puts one folder in another's place. So a folder that holds something is replaced in three
 * renames, and every state between them is one that a reader can tell and mend:
 *
 *     .NAME.tmp-…  → .NAME.next-…   the new one is whole, and says so
 *     NAME         → .NAME.tmp-…    from here on NAME is missing …
 *     .NAME.next-… → NAME           … until here
 *
 * `settledFolder` does the last step in the place of a process that died before it. Whoever opens a folder that is written
 * here opens what that returns, and so finds the old one or the new one at every moment. It needs no lock: of several
 * processes that do the same rename, one succeeds.
 */
import { existsSync, lstatSync, mkdirSync, readlinkSync, realpathSync, renameSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { TwinlightError } from '../errors.js';
import { makeFolder, syncFolder, syncTree } from './durable-write.js';
import { discard, sweepTemporaries, temporariesOf, temporaryName } from './temporary-names.js';

interface FolderWrite {
  /** Whether the caller has a lock that keeps others from writing the same folder. Absent: no. */
  readonly isLocked?: boolean;
}

/** Each lets one other process put its folder in place; more of them are processes that keep coming between. */
const MAX_TRIES = 10;

/**
 * Builds a folder under a temporary name with `fill`, then puts it at `path`; a folder that is there goes. What killed
 * processes left beside it is swept away first.
 * @returns what `fill` returned
 * @throws what `fill` or the system throws; the old folder stays then, and nothing of the new one
 */
export async function writeFolderAtomic<T>(
  path: string,
  fill: (temporary: string) => Promise<T> | T,
  { isLocked = false }: FolderWrite = {},
): Promise<T> {
  settledFolder(path);
  const target = placeOf(path);
  makeFolder(dirname(target));
  sweepTemporaries(dirname(target), (name) => isLocked && name === basename(target));
  const temporary = temporaryName(target);
  try {
    mkdirSync(temporary);
    const filled = await fill(temporary);
    syncTree(temporary);
    putInPlace(temporary, target);
    return filled;
  } catch (error) {
    discard(temporary);
    throw error;
  }
}

/**
 * Where to read a folder that `writeFolderAtomic` writes: `path`. Where a process died while it replaced the folder, the new
 * one is put in place first, or, where this process may not, read where it lies.
 */
export function settledFolder(path: string): string {
  if (existsSync(path)) return path;
  let next: string | undefined;
  try {
    const target = placeOf(path);
    next = newest(temporariesOf(target, 'next'));
    if (next === undefined) return path;
    renameSync(next, target);
    syncFolder(dirname(target));
  } catch {
    // another process has done it, this one has no right to, or the path leads nowhere
  }
  return existsSync(path) || next === undefined || !existsSync(next) ? path : next;
}

/** Absolute, and behind symbolic links, so that these stay what they are; what they lead to need not be there. */
export function placeOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    const absolute = resolve(path);
    if (isLink(absolute)) return placeOf(resolve(dirname(absolute), readlinkSync(absolute)));
    const parent = dirname(absolute);
    return parent === absolute ? absolute : join(placeOf(parent), basename(absolute));
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function putInPlace(whole: string, target: string): void {
  if (takePlace(whole, target)) syncFolder(dirname(target));
  else replace(target, whole);
}

/** The three renames; the old folder goes back where the third fails. */
function replace(target: string, whole: string): void {
  const parent = dirname(target);
  const next = temporaryName(target, 'next');
  renameSync(whole, next);
  syncFolder(parent);
  const aside: string[] = [];
  try {
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      const old = moveAside(target);
      if (old !== undefined) aside.push(old);
      if (takePlace(next, target)) return;
    }
    throw new TwinlightError('FOLDER_CONTESTED', `other processes keep writing ${target}; try again later`);
  } catch (error) {
    const old = aside.pop();
    if (old !== undefined) takePlace(old, target);
    discard(next);
    throw error;
  } finally {
    syncFolder(parent);
    for (const old of aside) discard(old);
  }
}

/** Renames a folder to `target`; @returns false where there is one that holds something */
function takePlace(folder: string, target: string): boolean {
  try {
    renameSync(folder, target);
    return true;
  } catch (error) {
    // a reader may have done it already
    if (!existsSync(folder) && existsSync(target)) return true;
    const { code = '' } = error as NodeJS.ErrnoException;
    // Windows says EPERM, of an empty folder too
    const isTaken = ['ENOTEMPTY', 'EEXIST'].includes(code) || (code === 'EPERM' && existsSync(target));
    if (isTaken) return false;
    throw error;
  }
}

/** @returns where the folder is now; undefined where there was none */
function moveAside(target: string): string | undefined {
  const aside = temporaryName(target);
  try {
    renameSync(target, aside);
    return aside;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function newest(paths: readonly string[]): string | undefined {
  const time = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return [...paths].sort((a, b) => time(b) - time(a))[0];
}
