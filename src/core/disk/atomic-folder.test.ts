import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemError, withPatchedDisk } from '../../../tests/patched-disk.js';
import { placeOf, settledFolder, writeFolderAtomic } from './atomic-folder.js';
import { temporaryName } from './temporary-names.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinlight-atomic-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

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

/** Writes a folder that says `text`. */
const write = (path: string, text: string) =>
  writeFolderAtomic(path, (temporary) => writeFileSync(join(temporary, 'a'), text));
const textIn = (path: string): string => readFileSync(join(path, 'a'), 'utf8');

describe('writeFolderAtomic, where something is in the way', () => {
  it('returns what was filled in', async () => {
    expect(await writeFolderAtomic(join(folder, 'x'), () => 7)).toBe(7);
  });

  it('replaces an empty folder', async () => {
    mkdirSync(join(folder, 'x'));
    await write(join(folder, 'x'), 'new');
    expect(textIn(join(folder, 'x'))).toBe('new');
    expect(readdirSync(folder)).toEqual(['x']);
  });

  it('leaves a file, and what a link leads to stays where it is', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(write(join(folder, 'file'), 'new')).rejects.toThrow('ENOTDIR');
    symlinkSync(join('elsewhere', 'x'), join(folder, 'link'));
    for (const text of ['one', 'two']) {
      await write(join(folder, 'link'), text);
      expect(textIn(join(folder, 'elsewhere', 'x'))).toBe(text);
    }
    expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
    expect(readdirSync(join(folder, 'elsewhere'))).toEqual(['x']);
    expect(readdirSync(folder).sort()).toEqual(['elsewhere', 'file', 'link']);
  });

  it.each([1, 2, 3])('puts the old folder back where rename %i fails', async (failing) => {
    const path = join(folder, 'x');
    await write(path, 'old');
    let renames = 0;
    const writing = withPatchedDisk(
      (real) => ({
        renameSync(from: string, to: string) {
          // the first try, onto the old folder, is not counted
          if (to === path && existsSync(path)) return real.renameSync(from, to);
          if (++renames === failing) throw systemError('EIO', 'i/o error, rename');
          return real.renameSync(from, to);
        },
      }),
      () => write(path, 'new'),
    );
    await expect(writing).rejects.toThrow('EIO');
    expect(textIn(path)).toBe('old');
    expect(readdirSync(folder)).toEqual(['x']);
  });

  it('lets the later of two processes win', async () => {
    const path = join(folder, 'x');
    await write(path, 'old');
    let isFirst = true;
    await withPatchedDisk(
      (real) => ({
        renameSync(from: string, to: string) {
          real.renameSync(from, to);
          // once the old one is aside, another process puts its own there
          if (from !== path || !isFirst) return;
          isFirst = false;
          real.mkdirSync(path);
          real.writeFileSync(join(path, 'a'), 'other');
        },
      }),
      () => write(path, 'new'),
    );
    expect(textIn(path)).toBe('new');
    expect(readdirSync(folder)).toEqual(['x']);
  });

  it('is content where a reader put the new one in place', async () => {
    const path = join(folder, 'x');
    await write(path, 'old');
    await withPatchedDisk(
      (real) => ({
        renameSync(from: string, to: string) {
          real.renameSync(from, to);
          if (from === path) settledFolder(path);
        },
      }),
      () => write(path, 'new'),
    );
    expect(textIn(path)).toBe('new');
    expect(readdirSync(folder)).toEqual(['x']);
  });
});

describe('settledFolder', () => {
  /** As a process leaves it that dies between the second and the third rename. */
  async function leaveBetween(path: string): Promise<void> {
    const place = placeOf(path);
    await write(path, 'old');
    await write(join(folder, 'made'), 'new');
    renameSync(join(folder, 'made'), temporaryName(place, 'next'));
    renameSync(place, temporaryName(place));
  }

  it('is the path where there is a folder, or nothing to be put there', async () => {
    const path = join(folder, 'x');
    expect(settledFolder(path)).toBe(path);
    expect(settledFolder(join(folder, 'no', 'x'))).toBe(join(folder, 'no', 'x'));
    await write(path, 'old');
    mkdirSync(temporaryName(path, 'next'));
    expect(settledFolder(path)).toBe(path);
    expect(textIn(path)).toBe('old');
  });

  it('puts the new one in the place of one that is missing', async () => {
    const path = join(folder, 'x');
    await leaveBetween(path);
    expect(settledFolder(path)).toBe(path);
    expect(textIn(path)).toBe('new');
  });

  it('finds it behind a link', async () => {
    symlinkSync('x', join(folder, 'link'));
    await leaveBetween(join(folder, 'link'));
    expect(textIn(settledFolder(join(folder, 'link')))).toBe('new');
    expect(existsSync(join(folder, 'x'))).toBe(true);
  });

  it('reads it where it lies, if it may not move it', async () => {
    const path = join(folder, 'x');
    await leaveBetween(path);
    const refuse = () => {
      throw systemError('EROFS', 'read-only file system, rename');
    };
    const found = await withPatchedDisk(
      () => ({ renameSync: refuse }),
      () => settledFolder(path),
    );
    expect(textIn(found)).toBe('new');
    expect(existsSync(path)).toBe(false);
  });
});

describe('placeOf', () => {
  it('is absolute and behind links, of what is not there too', () => {
    const real = realpathSync(folder);
    expect(placeOf(folder)).toBe(real);
    expect(placeOf(join(folder, 'no', 'x'))).toBe(join(real, 'no', 'x'));
    symlinkSync('none', join(folder, 'link'));
    expect(placeOf(join(folder, 'link'))).toBe(join(real, 'none'));
    expect(placeOf(join(folder, 'link', 'x'))).toBe(join(real, 'none', 'x'));
    expect(placeOf('.')).toBe(realpathSync(process.cwd()));
  });

  it('says of links that lead in a circle that they do', () => {
    symlinkSync('b', join(folder, 'a'));
    symlinkSync('a', join(folder, 'b'));
    expect(() => placeOf(join(folder, 'a'))).toThrow(/ELOOP/);
    expect(settledFolder(join(folder, 'a'))).toBe(join(folder, 'a'));
  });
});
