/** A bundle's manifest is the one that was written: no file's sha256 covers what stands in it alone. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeRun } from '../../tests/fake-run.js';
import { exportRun } from './export-run.js';
import { openBundle } from './read-bundle.js';

const folder = mkdtempSync(join(tmpdir(), 'twinlight-manifest-seal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let bundle: string;
let whole: Record<string, unknown>;
const file = () => join(bundle, 'manifest.json');
beforeAll(async () => {
  bundle = (await exportRun(fakeRun({ folder, history: 'tanh' }))).bundle;
  whole = JSON.parse(readFileSync(file(), 'utf8'));
});

/** Ways into a record to all that is no object, e.g. `['history', 'weights', '0']`. */
function leaves(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[...path]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

/** Another value of the same kind. */
function other(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  return `${value} `;
}

/** The manifest with one value changed in place. */
function changedAt(path: readonly string[]): unknown {
  const changed = structuredClone(whole);
  let inner = changed as Record<string, never>;
  for (const key of path.slice(0, -1)) inner = inner[key];
  const last = path[path.length - 1];
  inner[last] = other(inner[last]) as never;
  return changed;
}

describe('a manifest', () => {
  it('of which anything at all was changed is refused, by name and with what to do', async () => {
    const paths = leaves(whole);
    expect(paths).toContainEqual(['history', 'weights', '0']);
    for (const path of paths) {
      writeFileSync(file(), JSON.stringify(changedAt(path)));
      for (const verify of [true, false]) {
        await expect(openBundle(bundle, { verify }), path.join('.')).rejects.toMatchObject({
          exitCode: 3,
          message: expect.stringMatching(/manifest\.json|items\.faiss|\.npy|\.txt/),
        });
      }
    }
    writeFileSync(file(), JSON.stringify(changedAt(['history', 'weights', '0'])));
    await expect(openBundle(bundle)).rejects.toMatchObject({
      code: 'BUNDLE_MANIFEST',
      message: expect.stringMatching(
        /manifest\.json: changed or damaged .* sha256 [0-9a-f]{64}, .*; restore it, or export/,
      ),
    });
  });

  it('to which a key was added, or of which one was taken away, is refused', async () => {
    const { countsRepeats: _, ...history } = whole.history as Record<string, unknown>;
    for (const changed of [
      { ...whole, more: 1 },
      { ...whole, history },
    ]) {
      writeFileSync(file(), JSON.stringify(changed));
      await expect(openBundle(bundle)).rejects.toMatchObject({ code: 'BUNDLE_MANIFEST' });
    }
  });

  it('may be laid out anew, and lack the seal as those of version 0.1 do', async () => {
    const { manifestHash: _, ...unsealed } = whole;
    for (const text of [JSON.stringify(whole), JSON.stringify(whole, null, '\t'), JSON.stringify(unsealed)]) {
      writeFileSync(file(), text);
      expect((await openBundle(bundle)).manifest.counts.items).toBe(120);
    }
  });
});
