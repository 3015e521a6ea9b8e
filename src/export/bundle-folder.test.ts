/** A bundle's place: one process writes it, and whoever opens it finds a whole bundle. */
import { cpSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeRun } from '../../tests/fake-run.js';
import { withPatchedDisk } from '../../tests/patched-disk.js';
import { temporaryName } from '../core/disk/temporary-names.js';
import { exportRun } from './export-run.js';
import { openBundle } from './read-bundle.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-bundle-place-'));
const bundles = { old: join(work, 'old'), new: join(work, 'new') };
beforeAll(async () => {
  await exportRun(fakeRun({ folder: work, numItems: 40, history: 'none' }), { out: bundles.old });
  await exportRun(fakeRun({ folder: work, numItems: 50, history: 'none' }), { out: bundles.new });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** A new folder with the old bundle in `bundle`. */
function place(): { folder: string; path: string } {
  const folder = mkdtempSync(join(work, 'place-'));
  const path = join(folder, 'bundle');
  cpSync(bundles.old, path, { recursive: true });
  return { folder, path };
}

describe('two exports to one folder', () => {
  it('at once: one is done, the other says who is at it', async () => {
    const folder = mkdtempSync(join(work, 'twice-'));
    const out = join(folder, 'bundle');
    const results = await Promise.allSettled([
      exportRun(fakeRun({ folder, numItems: 40 }), { out }),
      exportRun(fakeRun({ folder, numItems: 50 }), { out, overwrite: true }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect((results[1] as PromiseRejectedResult).reason).toMatchObject({
      code: 'EXPORT_BUSY',
      exitCode: 2,
      message: expect.stringMatching(
        new RegExp(`process ${process.pid} has been exporting to ".*bundle" since .*--out`),
      ),
    });
    expect((await openBundle(out)).items.size).toBe(40);
    expect(readdirSync(folder)).toEqual(['bundle']);
  });

  it('one after the other are no conflict, nor is one whose process is gone', async () => {
    const { folder, path } = place();
    writeFileSync(join(folder, '.bundle.lock'), JSON.stringify({ pid: 4194303, host: hostname(), since: 'then' }));
    await exportRun(fakeRun({ folder, numItems: 50 }), { out: path, overwrite: true });
    await exportRun(fakeRun({ folder, numItems: 60 }), { out: path, overwrite: true });
    expect((await openBundle(path)).items.size).toBe(60);
    expect(readdirSync(folder)).toEqual(['bundle']);
  });
});

describe('a reader', () => {
  /** The bundle's answers come from one bundle, whichever it is. @returns its number of items */
  async function answers(path: string): Promise<number> {
    const bundle = await openBundle(path);
    const found = await bundle.recommend('u0', { k: 100 });
    expect(found).toHaveLength(bundle.items.size);
    expect(bundle.manifest.counts.items).toBe(bundle.items.size);
    return bundle.items.size;
  }

  it('finds what an export left that was killed between its renames', async () => {
    const { folder, path } = place();
    cpSync(bundles.new, temporaryName(path, 'next'), { recursive: true });
    expect(await answers(path)).toBe(40);
    renameSync(path, temporaryName(path));
    expect(await answers(path)).toBe(50);
    expect(existsSync(path)).toBe(true);
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it('so does the next export, which replaces it only where it may', async () => {
    const { folder, path } = place();
    cpSync(bundles.new, temporaryName(path, 'next'), { recursive: true });
    renameSync(path, temporaryName(path));
    await expect(exportRun(fakeRun({ folder }), { out: path })).rejects.toThrow(/holds a bundle already/);
    expect(await answers(path)).toBe(50);
  });

  it('finds one whole bundle, at whichever of its looks at the disk the bundle is replaced', async () => {
    const looks = [
      'openSync',
      'open',
      'statSync',
      'existsSync',
      'readFileSync',
      'lstatSync',
      'createReadStream',
    ] as const;
    /** Opens the bundle; at look `at` another process makes the renames up to `renames`. */
    const openWhile = async (at: number, renames: number) => {
      const { folder, path } = place();
      const next = temporaryName(path, 'next');
      cpSync(bundles.new, next, { recursive: true });
      let count = 0;
      const size = await withPatchedDisk(
        (real) => {
          const look = (name: (typeof looks)[number]) => {
            const original = real[name] as (...args: unknown[]) => unknown;
            return (...args: unknown[]) => {
              if (++count === at) {
                real.renameSync(path, temporaryName(path));
                if (renames === 2) real.renameSync(next, path);
              }
              return original(...args);
            };
          };
          return Object.fromEntries(looks.map((name) => [name, look(name)]));
        },
        () => answers(path),
      );
      rmSync(folder, { recursive: true });
      return { size, count };
    };
    const { count } = await openWhile(Number.POSITIVE_INFINITY, 0);
    expect(count).toBeGreaterThan(10);
    const sizes = new Set<number>();
    for (let at = 1; at <= count; at++) sizes.add((await openWhile(at, 1 + (at % 2))).size);
    // it looks once more at the end
    expect([...sizes]).toEqual([50]);
  });

  it('is told, when what it has not read yet is another bundle’s by now', async () => {
    const { folder, path } = place();
    const opened = await openBundle(path);
    await exportRun(fakeRun({ folder, numItems: 40, numUsers: 31, history: 'none', vector: (row) => 1 / (1 + row) }), {
      out: path,
      overwrite: true,
    });
    expect(await opened.recommend('u0')).toHaveLength(20);
    await expect(opened.similar('i0')).rejects.toMatchObject({ code: 'BUNDLE_REPLACED' });
    expect(await (await openBundle(path)).similar('i0')).toHaveLength(20);
  });
});
