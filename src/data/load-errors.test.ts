/**
 * Complaints about data: where, what was expected, what came.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import type { DataConfigInput } from './data-config.js';
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

const load = (name: string, content: string | Uint8Array, config?: DataConfigInput) =>
  loadDataset(join(folderOf({ [name]: content }), name), config);

describe('complaints say where, what was expected and what came', () => {
  const recbole = 'user_id:token\titem_id:token\trating:float\n';
  test.each<[string, string, string | Uint8Array, DataConfigInput, RegExp]>([
    ['empty file', 'a.csv', '', {}, /a\.csv: the file is empty/],
    ['only blanks', 'a.csv', '\n \n', {}, /a\.csv: the file is empty/],
    ['only a header', 'a.csv', 'user,item\n', {}, /a\.csv: there is no interaction/],
    ['binary data', 'a.csv', Uint8Array.of(1, 0, 2), {}, /a\.csv: expected a text file.*binary/],
    ['UTF-16', 'a.csv', Buffer.from('\ufeffuser,item', 'utf16le'), {}, /UTF-8 text, got UTF-16/],
    [
      'ids in Latin-1',
      'a.csv',
      Buffer.from('user,item\nu1,tea\nu2,caf\u00e9\nu3,caf\u00e8\n', 'latin1'),
      {},
      /a\.csv:3: expected UTF-8 text, got other bytes, and an id reads "caf\ufffd"/,
    ],
    [
      'ids in Latin-1, with quotes, packed',
      'a.csv.gz',
      gzipSync(Buffer.from('user,item\n"u1","tea"\n"u2","caf\u00e9"\n', 'latin1')),
      {},
      /a\.csv\.gz:3: expected UTF-8 text/,
    ],
    ['damaged gzip', 'a.csv.gz', gzipSync('user,item\n1,2\n').subarray(0, 25), {}, /a\.csv\.gz: .*damaged gzip/],
    ['duplicate header', 'a.csv', 'user,item,user\n1,2,3\n', {}, /a\.csv:1:3: .*"user" twice \(columns 1 and 3\)/],
    [
      'no item column',
      'a.csv',
      'user,what\n1,2\n',
      {},
      /a\.csv:1: expected a column with the item ids, got user, what/,
    ],
    ['misspelt column', 'a.csv', 'user,item,stars\n1,2,3\n', { columns: { weight: 'star' } }, /did you mean "stars"/],
    ['column beyond', 'a.csv', '1,2\n', { columns: { item: 3 } }, /data\.columns\.item is 3, but there are only 2/],
    ['name without header', 'a.csv', '1,2\n', { columns: { user: 'uid' }, header: false }, /no header.*got "uid"/],
    ['shared column', 'a.csv', 'user,item\n1,2\n', { columns: { item: 'user' } }, /both user and item/],
    [
      'wrong separator',
      'a.csv',
      'user\titem\n1\t2\n',
      { delimiter: ',' },
      /a\.csv:1: one column found .*separator a tab\?/,
    ],
    ['no separator', 'a.csv', 'user\n1\n', {}, /one column found in "user"; expected at least two/],
    ['two characters', 'a.dat', '1::2::3\n', { format: 'csv' }, /"::"/],
    [
      'one column as LightGCN',
      'a.txt',
      '1,2\n3,4\n',
      { format: 'lightgcn' },
      /one column in every line \(such as "1,2"\)/,
    ],
    ['too many cells', 'a.csv', 'user,item\n1,2\n1,2,3\n', {}, /a\.csv:3: expected 2 columns \(user, item\), got 3/],
    ['too few cells', 'a.csv', 'user,item\n"1",2\n\n1\n', {}, /a\.csv:4: expected 2 columns \(user, item\), got 1/],
    ['empty id', 'a.csv', 'user,item\n1,\n', {}, /a\.csv:2:2: expected an item id, got an empty cell/],
    [
      'NaN time',
      'a.csv',
      'user,item,ts\n1,2,5\n1,3,NaN\n',
      {},
      /a\.csv:3:3: expected a number or an ISO date, got "NaN"/,
    ],
    ['empty time', 'a.csv', 'user,item,ts\n1,2,\n', {}, /a\.csv:2:3: .*got an empty cell/],
    [
      'bad rating',
      'a.csv',
      'user,item,rating\n1,2,good\n',
      {},
      /a\.csv:2:3: expected a number, got "good" in column "rating"/,
    ],
    ['weight of 0', 'a.csv', 'user,item,count\n1,2,0\n', { useWeights: true }, /a\.csv:2:3: expected a weight above 0/],
    [
      'unknown event',
      'a.csv',
      'user,item,event\n1,2,by\n',
      { events: { buy: 'positive' } },
      /a\.csv:2:3: expected buy .*got "by"/,
    ],
    ['line after a break in quotes', 'a.csv', 'user,item\n"a\nb",1\n2,\n', {}, /a\.csv:4:2: /],
    ['open quote', 'a.csv', 'user,item\n1,"2\n3,4\n', {}, /a\.csv:\d: quotes do not match up.*data\.quote=false/],
    ['too many values', 'a.inter', `${recbole}1\t2\t3\t4\n`, {}, /a\.inter:2: expected 3 columns .*got 4/],
    ['too few values', 'a.inter', `${recbole}1\t2\t3\n1\t2\n`, {}, /a\.inter:3: expected 3 columns .*got 2/],
    ['RecBole number', 'a.inter', `${recbole}1\t2\tx\n`, {}, /a\.inter:2:3: expected a number, got "x"/],
    [
      'RecBole header with commas',
      'a.inter',
      'user_id:token,item_id:token\n1,2\n',
      {},
      /a\.inter:1: .*tab-separated name:type/,
    ],
    ['RecBole header without types', 'a.inter', 'user_id\titem_id\n1\t2\n', {}, /a\.inter:1: .*name:type/],
    [
      'RecBole user as number',
      'a.inter',
      'user_id:float\titem_id:token\n1\t2\n',
      {},
      /a\.inter:1:1: .*type token in the user/,
    ],
    ['broken JSON', 'a.jsonl', '{"user":1,"item":2}\n{"user":1,\n', {}, /a\.jsonl:2: expected a JSON object/],
    ['JSON number', 'a.jsonl', '{"user":1,"item":2}\n3\n', {}, /a\.jsonl:2: expected a JSON object, got 3/],
    ['JSON array', 'a.jsonl', '[{"user":1,"item":2}]\n', {}, /one JSON object a line, got a JSON array/],
    ['missing key', 'a.jsonl', '{"user":1,"item":2}\n{"user":1}\n', {}, /a\.jsonl:2:2: expected an item id/],
    ['number as key', 'a.jsonl', '{"user":1,"item":2}\n', { columns: { user: 1 } }, /keys, not column numbers/],
    ['only exposures', 'a.csv', 'user,item,event\n1,2,exposed\n', {}, /no positive interaction/],
    [
      'no rating for minRating',
      'a.csv',
      'user,item\n1,2\n',
      { minRating: 3 },
      /a\.csv: data\.minRating needs a rating column/,
    ],
    ['no time for a split', 'a.csv', 'user,item\n1,2\n', { split: { name: 'global-time' } }, /needs timestamps/],
    ['no parts', 'a.csv', 'user,item\n1,2\n', { split: { name: 'given' } }, /no train and test/],
  ])('%s', async (_title, name, content, config, message) => {
    await expect(load(name, content, config)).rejects.toThrow(message);
    await expect(load(name, content, config)).rejects.toMatchObject({
      exitCode: expect.toSatisfy((code) => code === 2 || code === 3),
    });
  });
});

test('bad rows can be skipped: counted, and the first ten told', async () => {
  const bad = Array.from({ length: 12 }, (_, i) => `1,${i},never`);
  const text = ['user,item,time', '1,2,3', ...bad, '1,4', '2,2,4', ''].join('\n');
  const data = await load('log.csv', text, { onBadRow: 'skip', split: { name: 'random' } });
  expect([data.users.ids, data.items.ids, data.split.counts.train]).toEqual([['1', '2'], ['2'], 2]);
  const told = data.notes.slice(data.notes.findIndex((note) => note.startsWith('13 bad rows')));
  expect(told[1]).toBe('log.csv:3:3: expected a number or an ISO date, got "never" in column "time"');
  expect(told.filter((note) => note.startsWith('log.csv:'))).toHaveLength(10);
});

test('one user is loaded and pointed out', async () => {
  const data = await load('log.csv', 'user,item\n1,2\n1,3\n');
  expect(data.notes.join()).toContain('only one user; is data.columns.user the right column?');
});
