import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { isRunning, machineCode, thisProcess } from './process-identity.js';

const hasProc = existsSync('/proc/self/stat');
const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid;

describe('whether a process runs', () => {
  it('is so of this one and of its parent', () => {
    expect(isRunning(thisProcess())).toBe(true);
    expect(isRunning({ pid: process.ppid, host: hostname() })).toBe(true);
  });

  it('is not so of one that ended, nor of another machine’s', () => {
    expect(isRunning({ pid: deadPid(), host: hostname() })).toBe(false);
    expect(isRunning({ ...thisProcess(), host: 'elsewhere' })).toBe(false);
  });

  it.skipIf(!hasProc)('is not so of an earlier one of the same number', () => {
    expect(thisProcess().startTicks).toMatch(/^\d+$/);
    expect(isRunning({ ...thisProcess(), startTicks: '1' })).toBe(false);
  });

  it.skipIf(!hasProc)('is not so of one that was killed and that its parent has not asked after', async () => {
    // the shell becomes a program that never asks after the child it started before
    const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 30']);
    try {
      const pid = Number(await new Promise((told) => parent.stdout.once('data', (text) => told(String(text)))));
      const state = () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1][0];
      while (state() !== 'Z') await new Promise((next) => setTimeout(next, 5));
      expect(() => process.kill(pid, 0)).not.toThrow();
      expect(isRunning({ pid, host: hostname() })).toBe(false);
    } finally {
      parent.kill('SIGKILL');
    }
  });
});

it('a machine has one code', () => {
  expect(machineCode()).toMatch(/^[0-9a-f]{8}$/);
  expect(machineCode()).toBe(machineCode());
});
