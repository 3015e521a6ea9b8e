import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bytesOf, sha256Of, sha256OfFile, writeFileAtomic, writeFolderAtomic } from './atomic-file.js';

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
});

describe('writeFolderAtomic', () => {
  it('shows the folder only when it is whole, and replaces an old one', async () => {
    const path = join(folder, 'deep', 'run');
    await writeFolderAtomic(path, (temporary) => {
      expect(existsSync(path)).toBe(false);
      writeFileSync(join(temporary, 'a'), '1');
    });
    await writeFolderAtomic(path, async (temporary) => writeFileSync(join(temporary, 'b'), '2'));
    expect(readdirSync(path)).toEqual(['b']);
    expect(readdirSync(join(folder, 'deep'))).toEqual(['run']);
  });

  it('keeps the old folder when filling the new one fails', async () => {
    const path = join(folder, 'run');
    await writeFolderAtomic(path, (temporary) => writeFileSync(join(temporary, 'a'), '1'));
    const failing = writeFolderAtomic(path, (temporary) => {
      writeFileSync(join(temporary, 'a'), '2');
      throw new Error('disk full');
    });
    await expect(failing).rejects.toThrow('disk full');
    expect(readFileSync(join(path, 'a'), 'utf8')).toBe('1');
    expect(readdirSync(folder)).toEqual(['run']);
  });
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
