/** Who may train in a run folder: nobody beside a living process of this machine. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { lockRun, refuseWhileTraining } from './run-lock.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-lock-'));
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(work, 'run-'));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const file = () => join(folder, 'train.lock');
/** This process's lock with some of it changed, as another process would have left it. */
function leave(changes: object): void {
  const unlock = lockRun(folder);
  const holder = JSON.parse(readFileSync(file(), 'utf8'));
  unlock();
  mkdirSync(folder, { recursive: true }); // an empty one goes with the lock
  writeFileSync(file(), JSON.stringify({ ...holder, ...changes }));
}

describe('lockRun', () => {
  it('holds until it is given back', () => {
    const unlock = lockRun(folder);
    expect(() => lockRun(folder)).toThrow(
      expect.objectContaining({ code: 'RUN_BUSY', message: expect.stringContaining(`process ${process.pid}`) }),
    );
    unlock();
    expect(existsSync(file())).toBe(false);
    lockRun(folder)();
  });

  it('is not given to a second process while the first lives', () => {
    leave({ pid: process.ppid, startTicks: undefined });
    expect(() => refuseWhileTraining(folder)).toThrow(/RUN_BUSY|has been training/);
    expect(() => lockRun(folder)).toThrow(/SIGTERM/);
  });

  it.each([
    ['a process that is gone', () => ({ pid: spawnSync(process.execPath, ['-e', '']).pid })],
    ['another machine', () => ({ host: 'elsewhere' })],
  ])('is taken over from %s', (_, changes) => {
    leave(changes());
    lockRun(folder)();
    expect(existsSync(file())).toBe(false);
  });

  it.skipIf(!existsSync('/proc/self/stat'))('is taken over from an earlier process of the same number', () => {
    leave({ startTicks: '1' });
    lockRun(folder)();
  });

  it('gives back its own lock only', () => {
    writeFileSync(join(folder, 'keep'), '');
    const unlock = lockRun(folder);
    const another = JSON.stringify({ pid: process.ppid, host: 'elsewhere' });
    writeFileSync(file(), another);
    unlock();
    expect(readFileSync(file(), 'utf8')).toBe(another);
  });

  it('leaves nothing beside it, and no empty folder', () => {
    leave({ pid: spawnSync(process.execPath, ['-e', '']).pid });
    const unlock = lockRun(folder);
    expect(readdirSync(folder)).toEqual(['train.lock']);
    unlock();
    expect(existsSync(folder)).toBe(false);
  });

  it.each(['', '{', '{}', 'null', '{"pid":"1"}'])('is taken over when it says %j', (text) => {
    writeFileSync(file(), text);
    lockRun(folder)();
  });
});
