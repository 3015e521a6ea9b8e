/** Streamed files: whole or not there; the kills of real processes are in tests/attack. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withPatchedDisk } from '../../../tests/patched-disk.js';
import { writeStreamAtomic } from './atomic-stream.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinlight-stream-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function* parts(...all: (string | Uint8Array)[]) {
  yield* all;
}

it('shows the file only when its last part is written, and replaces an old one', async () => {
  const path = join(folder, 'deep', 'file');
  const watched = async function* () {
    yield 'é';
    expect(existsSync(path)).toBe(false);
    yield Uint8Array.of(65, 66);
  };
  expect(await writeStreamAtomic(path, watched())).toBe(4);
  expect(readFileSync(path, 'utf8')).toBe('éAB');
  await writeStreamAtomic(path, parts('new'));
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(readdirSync(join(folder, 'deep'))).toEqual(['file']);
});

it('keeps the old file, and nothing of the new one, where a part fails', async () => {
  const path = join(folder, 'file');
  writeFileSync(path, 'old');
  const failing = async function* () {
    yield 'half';
    throw new Error('no more');
  };
  await expect(writeStreamAtomic(path, failing())).rejects.toThrow('no more');
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['file']);
});

it.each(['writeSync', 'fsyncSync'])('says which file it was where %s fails', async (name) => {
  const path = join(folder, 'full');
  const full = () => {
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  };
  const writing = withPatchedDisk(
    () => ({ [name]: full }),
    () => writeStreamAtomic(path, parts('text')),
  );
  await expect(writing).rejects.toThrow(`ENOSPC: no space left on device, write '${path}'`);
  expect(readdirSync(folder)).toEqual([]);
});

it('writes where a link leads', async () => {
  symlinkSync('elsewhere', join(folder, 'link'));
  await writeStreamAtomic(join(folder, 'link'), parts('x'));
  expect(readFileSync(join(folder, 'elsewhere'), 'utf8')).toBe('x');
});
