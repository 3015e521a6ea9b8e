import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemError, withPatchedDisk } from '../../../tests/patched-disk.js';
import { makeFolder, syncFile, syncFolder, syncTree, writeNewFile, writeSynced } from './durable-write.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinlight-durable-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const failing = (code: string, message: string) => () => {
  throw systemError(code, message);
};

describe('new files', () => {
  it('hold their parts, and are never in another one’s place', () => {
    writeNewFile(join(folder, 'a'), 'one', Uint8Array.of(0x32), '');
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('one2');
    expect(() => writeSynced(join(folder, 'a'), 'other')).toThrow(/EEXIST/);
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('one2');
  });

  it('are written on where the system takes a part only', async () => {
    const text = 'a text that goes in in small pieces';
    await withPatchedDisk(
      (real) => ({
        writeSync: (file: number, data: Uint8Array, at: number, length: number) =>
          real.writeSync(file, data, at, Math.min(length, 3)),
      }),
      () => writeSynced(join(folder, 'a'), text),
    );
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe(text);
  });

  it.each(['writeSync', 'fsyncSync'])('say which file it was where %s fails', async (name) => {
    const path = join(folder, 'full');
    const writing = withPatchedDisk(
      () => ({ [name]: failing('ENOSPC', 'no space left on device, write') }),
      () => writeSynced(path, 'text'),
    );
    await expect(writing).rejects.toThrow(`ENOSPC: no space left on device, write '${path}'`);
    await expect(writing).rejects.toMatchObject({ code: 'ENOSPC', path });
  });
});

describe('folders', () => {
  it('are made with those above them, which are told', () => {
    const deep = join(folder, 'a', 'b');
    expect(makeFolder(deep)).toEqual([join(folder, 'a'), deep]);
    expect(makeFolder(deep)).toEqual([]);
    expect(makeFolder(join(folder, 'a', 'c'))).toEqual([join(folder, 'a', 'c')]);
  });

  it('fail with the system’s own reason', async () => {
    const making = withPatchedDisk(
      () => ({ mkdirSync: failing('EROFS', "read-only file system, mkdir 'x'") }),
      () => makeFolder(join(folder, 'a', 'b')),
    );
    await expect(making).rejects.toThrow('EROFS');
    writeFileSync(join(folder, 'file'), '');
    expect(() => makeFolder(join(folder, 'file'))).toThrow(/EEXIST/);
    expect(() => makeFolder(join(folder, 'file', 'below'))).toThrow(/ENOTDIR/);
  });

  it('are made by whoever is quicker', async () => {
    const path = join(folder, 'both');
    const made = await withPatchedDisk(
      (real) => ({
        mkdirSync(at: string) {
          real.mkdirSync(at);
          return real.mkdirSync(at);
        },
      }),
      () => makeFolder(path),
    );
    expect(made).toEqual([path]);
    expect(existsSync(path)).toBe(true);
  });
});

describe('syncing', () => {
  it('asks for every file and folder of a tree', async () => {
    makeFolder(join(folder, 'a', 'b'));
    writeFileSync(join(folder, 'a', 'x'), '');
    writeFileSync(join(folder, 'a', 'b', 'y'), '');
    const opened: string[] = [];
    let synced = 0;
    await withPatchedDisk(
      (real) => ({
        openSync(path: string, flags: string) {
          opened.push(path);
          return real.openSync(path, flags);
        },
        fsyncSync(file: number) {
          synced++;
          real.fsyncSync(file);
        },
      }),
      () => syncTree(folder),
    );
    expect(opened.sort()).toEqual(['', 'a', 'a/b', 'a/b/y', 'a/x'].map((path) => join(folder, path)));
    expect(synced).toBe(5);
  });

  it('takes it that a folder can’t be synced, but not that the disk fails', async () => {
    const syncing = (code: string) =>
      withPatchedDisk(
        () => ({ fsyncSync: failing(code, 'fsync') }),
        () => syncFolder(folder),
      );
    await expect(syncing('EINVAL')).resolves.toBeUndefined();
    await expect(syncing('EIO')).rejects.toThrow('EIO');
    expect(() => syncFolder(join(folder, 'none'))).not.toThrow();
    expect(() => syncFile(join(folder, 'none'))).toThrow(/ENOENT/);
  });
});
