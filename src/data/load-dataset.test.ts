/**
 * Given files, the description of a source, progress.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import type { Reporter } from '../core/reporter.js';
import type { TextColumn } from './feature-table.js';
import { loadDataset } from './load-dataset.js';

const scratch = mkdtempSync(join(tmpdir(), 'twinlight-data-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let made = 0;

/** A new folder with these files; returns its path. */
function folderOf(files: Record<string, string | Uint8Array>): string {
  const folder = join(scratch, `set${made++}`);
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

describe('given files', () => {
  const files = { 'train.txt': '1 10 11 12\n2 10 12 13\n3 11 14\n', 'test.txt': '1 13\n2 99\n4 10\n' };

  test('cold users and items of test are kept, counted and told', async () => {
    const data = await loadDataset(folderOf({ ...files, 'valid.txt': '3 10\n' }));
    expect(data.split.resolved.name).toBe('given');
    expect(data.split.counts).toEqual({ train: 8, valid: 1, test: 3, otherEvents: 0 });
    expect(data.split.cold.test).toEqual({ users: 1, items: 1, pairsOfColdUsers: 1, pairsOfColdItems: 1 });
    expect(data.users.indexOf('4')).toBe(3);
    expect(data.items.indexOf('99')).toBe(data.items.size - 1);
    expect(data.notes.join()).toContain('1 of 3 test interactions are with 1 cold items, which train never saw');
    expect(data.notes.join()).toContain('1 of 3 test interactions are by 1 cold users');
  });

  test('held-out parts in two files each are read as one part each, with the catalogue’s text', async () => {
    const pairs = (...rows: string[]): string => `user_id,item_id\n${rows.join('\n')}\n`;
    const data = await loadDataset(
      folderOf({
        'train.csv': pairs('u1,a', 'u1,b', 'u2,a'),
        'warm_valid.csv': pairs('u2,b'),
        'cold_valid.csv': pairs('u1,c', 'u2,c'),
        'warm_test.csv': pairs(),
        'cold_test.csv': pairs('u1,d'),
        'items.csv': 'item_id,text\na,one word\nb,two words\nc,cold words here\nd,colder words still\n',
      }),
      { itemFeatures: { path: 'items.csv', columns: { text: 'text' } } },
    );
    expect(data.split.resolved.name).toBe('given');
    expect(data.split.counts).toEqual({ train: 3, valid: 3, test: 1, otherEvents: 0 });
    expect(data.split.cold.valid).toEqual({ users: 0, items: 1, pairsOfColdUsers: 0, pairsOfColdItems: 2 });
    expect(data.split.cold.test.items).toBe(1);
    expect(data.source.files.map(({ name, role }) => `${name} ${role}`)).toEqual([
      'train.csv train',
      'cold_valid.csv valid',
      'warm_valid.csv valid',
      'cold_test.csv test',
      'warm_test.csv test',
      'items.csv itemFeatures',
    ]);
    const { text } = data.itemFeatures!.columns;
    expect(text).toMatchObject({ kind: 'text' });
    expect((text as TextColumn).texts[data.items.indexOf('d')!]).toBe('colder words still');
  });

  test('validation inside train is taken out of it', async () => {
    const data = await loadDataset(folderOf({ ...files, 'valid.txt': '1 11\n2 13\n' }));
    expect(data.split.counts).toMatchObject({ train: 6, valid: 2, test: 3 });
    expect(data.notes.join()).toContain('validation is a subset of train: 2 of 2');
  });

  test('without validation one is cut from train, and said so', async () => {
    const lines = Array.from(
      { length: 5 },
      (_, user) => `${user} ${Array.from({ length: 20 }, (_, i) => user + i).join(' ')}`,
    );
    const data = await loadDataset(folderOf({ 'train.txt': lines.join('\n'), 'test.txt': '0 30 23\n' }));
    expect(data.split.counts).toMatchObject({ train: 90, valid: 10, test: 2 });
    expect(data.notes.join()).toContain('no validation file: 10 % of train was cut off as validation (at random');
  });

  test('a test file of unknown items (users) has validation cut by items (users)', async () => {
    const train = Array.from({ length: 200 }, (_, i) => `${i % 20},${i % 13}`).join('\n');
    const cut = async (test: string) =>
      loadDataset(folderOf({ 'train.csv': `user,item\n${train}\n`, 'test.csv': `user,item\n${test}\n` }));
    const byItem = await cut('0,100\n1,100');
    expect(byItem.split.cold.valid).toMatchObject({ items: 1, users: 0 });
    const byUser = await cut('100,0\n100,1');
    expect(byUser.split.cold.valid).toMatchObject({ items: 0, users: 2 });
  });

  test('test pairs that train holds are dropped', async () => {
    const data = await loadDataset(folderOf({ ...files, 'test.txt': '1 10 13 13\n' }));
    expect(data.split.counts.test).toBe(1);
    expect(data.notes.join()).toContain('1 test interactions repeat a pair of train or validation');
  });

  test('test that shares neither users nor items with train is refused', async () => {
    const folder = folderOf({ ...files, 'test.txt': '100 200 201\n' });
    await expect(loadDataset(folder)).rejects.toThrow(/share neither a user nor an item/);
  });

  test('another split can be asked for: the files are taken together', async () => {
    const data = await loadDataset(folderOf(files), { split: { name: 'random' } });
    const { train, valid, test } = data.split.counts;
    expect(train + valid + test).toBe(11);
  });

  test('times in only some of the files are not used', async () => {
    const folder = folderOf({ 'train.csv': 'user,item,time\n1,2,3\n1,3,4\n', 'test.csv': 'user,item\n1,4\n' });
    const data = await loadDataset(folder);
    expect(data.train.timestamp).toBeUndefined();
    expect(data.notes.join()).toContain('only some of the files have timestamps');
  });
});

test('the source is described without its place, with hashes of the files on disk', async () => {
  const content = gzipSync('user,item\n1,2\n2,2\n');
  const folder = folderOf({ 'ratings.csv.gz': content });
  const { source } = await loadDataset(folder);
  const sha256 = createHash('sha256').update(content).digest('hex');
  expect(source.files).toEqual([{ name: 'ratings.csv.gz', role: 'interactions', bytes: content.length, sha256 }]);
  expect(JSON.stringify(source)).not.toContain(scratch);
});

test('progress runs to the size of the file', async () => {
  const seen: number[] = [];
  let total = 0;
  const reporter: Reporter = {
    info() {},
    warn() {},
    progress: (_title, size) => {
      total = size;
      return { update: (done) => seen.push(done), finish() {} };
    },
  };
  const content = `user,item\n${Array.from({ length: 60_000 }, (_, i) => `${i % 300},${i}`).join('\n')}`;
  await loadDataset(join(folderOf({ 'log.csv': content }), 'log.csv'), {}, { reporter });
  expect(total).toBe(content.length);
  expect(seen.at(-1)).toBe(content.length);
  expect(seen.length).toBeGreaterThan(1);
});

test('a split that had to be random for want of times says so', async () => {
  const log = (header: string, cell: (row: number) => string): string =>
    [header, ...Array.from({ length: 60 }, (_, i) => `${i % 6},${Math.floor(i / 6)}${cell(i)}`)].join('\n');
  const told = async (content: string): Promise<string> =>
    (await loadDataset(join(folderOf({ 'log.csv': content }), 'log.csv'))).notes.join();
  const want = 'split: random, as no time column is known; data.columns.timestamp (--columns timestamp=NAME) names one';
  expect(await told(log('user,item', () => ''))).toContain(want);
  expect(await told(log('user,item,when', (row) => `,${row}`))).toContain(want);
  expect(await told(log('user,item,timestamp', (row) => `,${row}`))).not.toContain('random');
});
