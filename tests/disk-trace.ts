/**
 * What a piece of work does to the disk, in order, and whether it would outlast a loss of power: a rename must not come
 * before the bytes that it shows are synced, and a folder whose names have changed is synced before the work is said to be
 * done.
 */
import type fs from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { withPatchedDisk } from './patched-disk.js';

type DiskCall =
  | { readonly kind: 'write' | 'sync' | 'make folder' | 'remove'; readonly path: string }
  | { readonly kind: 'rename'; readonly path: string; readonly to: string };

/** Runs the work in this process and records the calls by which it changes the disk. */
export async function traceDisk(work: () => Promise<unknown> | unknown): Promise<DiskCall[]> {
  const calls: DiskCall[] = [];
  const paths = new Map<number, string>();
  const note = (kind: 'write' | 'sync' | 'make folder' | 'remove', path: fs.PathLike): void => {
    calls.push({ kind, path: resolve(String(path)) });
  };
  const opened = (file: number, path: fs.PathLike, flags: unknown): void => {
    paths.set(file, resolve(String(path)));
    if (/[wa]/.test(String(flags))) note('write', path);
  };
  await withPatchedDisk((real) => {
    const open = real.open as unknown as (...args: unknown[]) => void;
    const write = real.write as unknown as (...args: unknown[]) => void;
    return {
      openSync(path: string, flags: string, mode?: number) {
        const file = real.openSync(path, flags, mode);
        opened(file, path, flags);
        return file;
      },
      // streams
      open(path: string, flags: string, ...rest: unknown[]) {
        const done = rest.pop() as (error: Error | null, file: number) => void;
        open(path, flags, ...rest, (error: Error | null, file: number) => {
          if (!error) opened(file, path, flags);
          done(error, file);
        });
      },
      write(file: number, ...rest: unknown[]) {
        note('write', paths.get(file)!);
        write(file, ...rest);
      },
      writeSync(file: number, data: Uint8Array, offset: number, length: number) {
        note('write', paths.get(file)!);
        return real.writeSync(file, data, offset, length);
      },
      writeFileSync(path: string, data: string, options?: fs.WriteFileOptions) {
        note('write', path);
        real.writeFileSync(path, data, options);
      },
      fsyncSync(file: number) {
        note('sync', paths.get(file)!);
        real.fsyncSync(file);
      },
      mkdirSync(path: string, options?: fs.MakeDirectoryOptions) {
        note('make folder', path);
        return real.mkdirSync(path, options);
      },
      rmSync(path: string, options?: fs.RmOptions) {
        note('remove', path);
        real.rmSync(path, options);
      },
      renameSync(from: string, to: string) {
        calls.push({ kind: 'rename', path: resolve(from), to: resolve(to) });
        real.renameSync(from, to);
      },
    };
  }, work);
  return calls;
}

/** What a loss of power could take away, a sentence each; empty when all is well. What is renamed to be deleted may be lost. */
export function lostWithoutPower(calls: readonly DiskCall[]): string[] {
  const lost: string[] = [];
  /** Files with bytes, and folders with names, that only memory knows. */
  const unsynced = new Set<string>();
  /** Folders that hold something renamed into its place. */
  const shown = new Set<string>();
  const within = (folder: string) => [...unsynced].filter((path) => path === folder || path.startsWith(folder + sep));
  for (const call of calls) {
    if (call.kind === 'sync') unsynced.delete(call.path);
    if (call.kind === 'write') unsynced.add(call.path);
    if (call.kind === 'write' || call.kind === 'make folder') unsynced.add(dirname(call.path));
    if (call.kind === 'remove') for (const path of within(call.path)) unsynced.delete(path);
    if (call.kind !== 'rename') continue;
    const moved = within(call.path);
    if (!isDiscarded(call.to)) {
      lost.push(...moved.map((path) => `${path} is not synced when ${call.path} is renamed to ${call.to}`));
      shown.add(dirname(call.to));
    }
    for (const path of moved) {
      unsynced.delete(path);
      unsynced.add(join(call.to, path.slice(call.path.length)));
    }
    unsynced.add(dirname(call.path)).add(dirname(call.to));
  }
  const left = [...shown].filter((folder) => unsynced.has(folder));
  return [...lost, ...left.map((folder) => `${folder} is not synced at the end`)];
}

const isDiscarded = (path: string): boolean => /\.(tmp|aside)-[^/]*$/.test(path);
