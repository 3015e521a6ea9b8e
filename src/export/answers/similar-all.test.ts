/** Files of neighbours hold what is found for each row. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, expect, it } from 'vitest';
import { filteredRun } from '../../../tests/filtered-run.js';
import { similarTo } from '../../retrieval/index.js';
import { similarAll } from './similar-all.js';

const folder = mkdtempSync(join(tmpdir(), 'twinlight-similar-all-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const run = filteredRun(folder);

it('of items, filtered', async () => {
  const out = join(folder, 'items.parquet');
  const filter = { where: 'genre = drama' };
  const result = await similarAll(run, { out, k: 3, filter, blockSize: 50 });
  const rows = await parquetReadObjects({ file: await asyncBufferFromFile(out) });
  const expected: unknown[] = [];
  for (const item of run.graph.items.ids) {
    const { items } = await similarTo(run, item, { k: 3, filter });
    expected.push(...items.map(({ id, score }, at) => ({ item, neighbour: id, rank: at + 1, score })));
  }
  expect(rows).toEqual(expected);
  expect(result).toMatchObject({ asked: 120, rows: 360, short: 0, format: 'parquet', notes: [] });
});

it('of users', async () => {
  const out = join(folder, 'users.csv');
  expect(await similarAll(run, { out, of: 'user', k: 40 })).toMatchObject({ asked: 30, rows: 30 * 29, short: 30 });
  const [header, first] = readFileSync(out, 'utf8').split('\n');
  expect(header).toBe('user,neighbour,rank,score');
  expect(first).toMatch(/^u0,u\d+,1,[\d.-]+$/);
  await expect(similarAll(run, { out, of: 'user' })).rejects.toMatchObject({ code: 'OUT_TAKEN' });
});
