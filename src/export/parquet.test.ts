import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Rng } from '../core/rng.js';
import { writeEmbeddingsParquet } from './parquet.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinlight-parquet-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const vectors = (rows: number, width: number, label: string) => {
  const rng = Rng.of(1, label);
  return Float32Array.from({ length: rows * width }, () => rng.normal());
};

async function roundTrip(itemIds: string[], userIds: string[], width: number) {
  const path = join(folder, `${itemIds.length}.parquet`);
  const [items, users] = [vectors(itemIds.length, width, 'items'), vectors(userIds.length, width, 'users')];
  const sides = [
    { side: 'item' as const, ids: itemIds, vectors: items },
    { side: 'user' as const, ids: userIds, vectors: users },
  ];
  await writeEmbeddingsParquet(path, sides, width, 'a test');
  const bytes = readFileSync(path);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  return { file, items, users, rows: await parquetReadObjects({ file }) };
}

it('holds every row of both sides, bit for bit', async () => {
  const itemIds = ['a', '', 'two\nlines', 'ünï 😀'];
  const { rows, items, users } = await roundTrip(itemIds, ['u1', 'u2'], 3);
  const expected = [
    ...itemIds.map((id, row) => ({ side: 'item', row, id, vector: [...items.subarray(row * 3, row * 3 + 3)] })),
    ...['u1', 'u2'].map((id, row) => ({ side: 'user', row, id, vector: [...users.subarray(row * 3, row * 3 + 3)] })),
  ];
  expect(rows).toEqual(expected);
});

it('cuts large tables into row groups of one side each', async () => {
  const ids = (count: number, letter: string) => Array.from({ length: count }, (_, i) => `${letter}${i}`);
  const { file, rows, items } = await roundTrip(ids(20_000, 'i'), ids(5, 'u'), 2);
  const groups = parquetMetadata(file).row_groups.map((group) => Number(group.num_rows));
  expect(groups).toEqual([16_384, 3616, 5]);
  expect(rows.length).toBe(20_005);
  expect(rows[17_000]).toEqual({
    side: 'item',
    row: 17_000,
    id: 'i17000',
    vector: [...items.subarray(34_000, 34_002)],
  });
  expect(rows[20_004]).toMatchObject({ side: 'user', row: 4, id: 'u4' });
});
