import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemError, withPatchedDisk } from '../../tests/patched-disk.js';
import { bytesOf, sha256Of, sha256OfFile, writeFileAtomic } from './atomic-file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinlight-atomic-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('writeFileAtomic', () => {
  it('writes text and bytes, replaces, and leaves no temporary file', () => {
    const path = join(folder, 'a.txt');
    writeFileAtomic(path, 'one');
    writeFileAtomic(path, new Uint8Array([0x74, 0x77, 0x6f]));
    expect(readFileSync(path, 'utf8')).toBe('two');
    expect(readdirSync(folder)).toEqual(['a.txt']);
  });

  it('fails without touching anything when the folder is missing', () => {
    expect(() => writeFileAtomic(join(folder, 'no', 'a.txt'), 'x')).toThrow('ENOENT');
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(['writeSync', 'fsyncSync', 'renameSync'])(
    'keeps the old file and gives the space back where %s fails',
    async (name) => {
      const path = join(folder, 'a.txt');
      writeFileAtomic(path, 'old');
      const full = () => {
        throw systemError('ENOSPC', 'no space left on device');
      };
      const writing = withPatchedDisk(
        () => ({ [name]: full }),
        () => writeFileAtomic(path, 'new'),
      );
      await expect(writing).rejects.toThrow('ENOSPC');
      expect(readFileSync(path, 'utf8')).toBe('old');
      expect(readdirSync(folder)).toEqual(['a.txt']);
    },
  );
});

describe('hashes', () => {
  it('agree between file, text and parts', async () => {
    const path = join(folder, 'a');
    writeFileSync(path, 'hello');
    const expected = createHash('sha256').update('hello').digest('hex');
    expect(await sha256OfFile(path)).toBe(expected);
    expect(sha256Of('he', Buffer.from('llo'))).toBe(expected);
  });

  it('bytesOf is a view of exactly the array', () => {
    const whole = new Float32Array([1, 2, 3, 4]);
    const bytes = bytesOf(whole.subarray(1, 3));
    expect(bytes.byteLength).toBe(8);
    bytes[3] = 0; // 2 = 0x40000000
    expect(whole[1]).toBe(0);
  });
});
