/** A small log, written as tests like it, and what loading it gives. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type DataConfigInput, loadDataset } from '../src/data/index.js';

/** 24 rows, users u0 … u5, items i0 … i5, all pairs distinct, in the order of time. */
export const ROWS = Array.from({ length: 24 }, (_, row) => {
  const user = row % 6;
  return { user: `u${user}`, item: `i${(user + Math.floor(row / 6)) % 6}`, time: 1_700_000_000 + 3600 * row };
});

/** The rows under a header. */
export function csv(
  header: string,
  cells: (row: (typeof ROWS)[number], number: number) => readonly (string | number)[],
  separator = ',',
): string {
  return `${[header, ...ROWS.map((row, i) => cells(row, i).join(separator))].join('\n')}\n`;
}

/** The rows with their times. */
export const PLAIN = csv('user,item,timestamp', ({ user, item, time }) => [user, item, time]);

/** Writes a file into a folder of the test file's own, which goes when its tests are done. */
export function scratchFiles(name: string) {
  const folder = mkdtempSync(join(tmpdir(), `twinlight-${name}-`));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (file: string, content: string | Uint8Array): string => {
    const path = join(folder, file);
    writeFileSync(path, content);
    return path;
  };
  const load = (file: string, content: string | Uint8Array, config: DataConfigInput = {}) =>
    loadDataset(write(file, content), { userFeatures: 'none', itemFeatures: 'none', ...config });
  const notesOf = async (file: string, content: string | Uint8Array, config?: DataConfigInput): Promise<string> =>
    (await load(file, content, config)).notes.join('\n');
  return { write, load, notesOf };
}
