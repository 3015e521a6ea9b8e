import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readWhole } from './whole-file.js';

const folder = mkdtempSync(join(tmpdir(), 'twinlight-whole-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('reads what readFileSync reads', () => {
  const path = join(folder, 'bytes');
  for (const length of [0, 1, 70_000]) {
    writeFileSync(
      path,
      Uint8Array.from({ length }, (_, i) => i % 251),
    );
    expect(Buffer.from(readWhole(path)).equals(readFileSync(path))).toBe(true);
  }
});

it('owns its bytes, from their first one on, so that arrays of any width can stand on them', () => {
  const path = join(folder, 'numbers');
  writeFileSync(path, new Uint8Array(Float64Array.of(1.5, -2).buffer));
  const bytes = readWhole(path);
  expect(bytes.byteOffset).toBe(0);
  expect([...new Float64Array(bytes.buffer)]).toEqual([1.5, -2]);
});

it('passes on what the file system says', () => {
  expect(() => readWhole(join(folder, 'nothing'))).toThrow(/ENOENT/);
});
