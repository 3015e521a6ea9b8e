import { spawnSync } from 'node:child_process';
import { lstatSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { otherThanFile } from './file-kind.js';

const folder = mkdtempSync(join(tmpdir(), 'twinlight-kind-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('names what is no file', () => {
  expect(otherThanFile(statSync(import.meta.filename))).toBeUndefined();
  expect(otherThanFile(statSync(folder))).toBe('a folder');
  symlinkSync('nowhere', join(folder, 'link'));
  expect(otherThanFile(lstatSync(join(folder, 'link')))).toBe('a link');
});

it.skipIf(process.platform === 'win32')('names pipes and devices', () => {
  spawnSync('mkfifo', [join(folder, 'pipe')]);
  expect(otherThanFile(statSync(join(folder, 'pipe')))).toBe('a pipe');
  expect(otherThanFile(statSync('/dev/null'))).toBe('a device');
});
