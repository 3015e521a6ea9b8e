/** What a lock does when processes come between, which `runs/run-lock.test.ts` does not try. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withPatchedDisk } from '../../../tests/patched-disk.js';
import { type ProcessLock, refuseWhileLocked, takeLock } from './process-lock.js';
import { temporaryName } from './temporary-names.js';

let folder = '';
let lock: ProcessLock;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinlight-lock-'));
  lock = { file: join(folder, 'the.lock'), busy: ({ pid }) => new Error(`busy: ${pid}`) };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const dead = spawnSync(process.execPath, ['-e', '']).pid;
const textFor = (pid: number): string => JSON.stringify({ pid, host: hostname(), since: 'now' });
const LIVING = textFor(process.ppid);
const names = () => readdirSync(folder).sort();

it('makes its folder, and takes it away with itself', () => {
  const deep = { ...lock, file: join(folder, 'a', 'b', 'the.lock') };
  const giveBack = takeLock(deep);
  expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['the.lock']);
  giveBack();
  expect(names()).toEqual([]);
  const again = takeLock(deep);
  writeFileSync(join(folder, 'a', 'kept'), '');
  again();
  expect(readdirSync(join(folder, 'a'))).toEqual(['kept']);
});

it('never takes away a folder that was there', () => {
  takeLock(lock)();
  expect(existsSync(folder)).toBe(true);
});

describe('a stale lock that another process takes over at the same moment', () => {
  it('is put back, when it is found to be that process’s', async () => {
    writeFileSync(lock.file, textFor(dead));
    const taking = withPatchedDisk(
      (real) => ({
        renameSync(from: string, to: string) {
          // between the look at the stale lock and the rename, another process has taken it
          if (from === lock.file) real.writeFileSync(lock.file, LIVING);
          real.renameSync(from, to);
        },
      }),
      () => takeLock(lock),
    );
    await expect(taking).rejects.toThrow(`busy: ${process.ppid}`);
    expect(readFileSync(lock.file, 'utf8')).toBe(LIVING);
    expect(names()).toEqual(['the.lock']);
  });

  it('counts while it lies aside, also where who moved it was killed', () => {
    const aside = temporaryName(lock.file, 'aside');
    writeFileSync(aside, LIVING);
    expect(() => refuseWhileLocked(lock)).toThrow(`busy: ${process.ppid}`);
    expect(() => takeLock(lock)).toThrow(`busy: ${process.ppid}`);
    expect(names()).toEqual([basename(aside)]);
    writeFileSync(aside, textFor(dead));
    takeLock(lock)();
    expect(names()).toEqual([]);
  });

  it('is found by who took its place meanwhile', async () => {
    const aside = temporaryName(lock.file, 'aside');
    const taking = withPatchedDisk(
      (real) => ({
        linkSync(from: string, to: string) {
          // the living process's lock was moved aside just before
          real.writeFileSync(aside, LIVING);
          real.linkSync(from, to);
        },
      }),
      () => takeLock(lock),
    );
    await expect(taking).rejects.toThrow(`busy: ${process.ppid}`);
    expect(names()).toEqual([basename(aside)]);
  });

  it('is given back from where it lies', () => {
    const giveBack = takeLock(lock);
    const aside = temporaryName(lock.file, 'aside');
    writeFileSync(aside, readFileSync(lock.file));
    giveBack();
    expect(names()).toEqual([]);
  });
});

it('is taken on a file system without links', async () => {
  const noLinks = () => {
    throw Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM' });
  };
  const giveBack = await withPatchedDisk(
    () => ({ linkSync: noLinks }),
    () => takeLock(lock),
  );
  expect(names()).toEqual(['the.lock']);
  expect(() => takeLock(lock)).toThrow('busy');
  giveBack();
  expect(names()).toEqual([]);
});

describe('what is no file, and has the lock’s name', () => {
  const refused = (what: RegExp) => {
    expect(() => takeLock(lock)).toThrow(expect.objectContaining({ code: 'LOCK_BLOCKED', exitCode: 2 }));
    expect(() => refuseWhileLocked(lock)).toThrow(what);
    expect(names()).toEqual(['the.lock']);
  };

  it('is named, and left alone: a folder', () => {
    mkdirSync(lock.file);
    writeFileSync(join(lock.file, 'inside'), '');
    refused(/the\.lock is a folder, where a lock file goes: move it away/);
    expect(readdirSync(lock.file)).toEqual(['inside']);
  });

  it('is named, and left alone: a link', () => {
    symlinkSync('nowhere', lock.file);
    refused(/is a link/);
  });

  it.skipIf(process.platform === 'win32')('is named, and not waited for: a pipe', () => {
    spawnSync('mkfifo', [lock.file]);
    refused(/is a pipe/);
  });
});
