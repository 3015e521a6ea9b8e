/**
 * Every format, every complaint: small files written here, read by `loadDataset`.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { Reporter } from '../core/reporter.js';
import type { DataConfigInput } from './data-config.js';
import type { Interactions, SplitInteractions } from './interaction-set.js';
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

/** All pairs of all parts with external ids, sorted. */
function pairs(data: SplitInteractions): string[] {
  const of = ({ userIndex, itemIndex }: Interactions): string[] =>
    Array.from(userIndex, (user, row) => `${data.users.idOf(user)} ${data.items.idOf(itemIndex[row])}`);
  return [data.train, data.valid, data.test].flatMap(of).sort();
}

const PAIRS = ['1 10', '1 11', '2 10', '2 12', '3 11'];

describe('formats are recognised by content', () => {
  const csv = (separator: string, header = true) =>
    [...(header ? ['user_id item_id'] : []), ...PAIRS].join('\n').replaceAll(' ', separator);
  test.each([
    ['LightGCN text', 'a.txt', '1 10 11\n2 10 12\n3 11\n', 'lightgcn'],
    ['LightGCN text, CRLF and blanks at the end', 'a.txt', '1 10 11 \r\n2 10 12\r\n\r\n3 11', 'lightgcn'],
    ['LightGCN text with a byte-order mark', 'a.txt', '\ufeff1 10 11\n2 10 12\n3 11\n', 'lightgcn'],
    ['LightGCN text with a user without items', 'a.txt', '1 10 11\n2 10 12\n3 11\n4\n', 'lightgcn'],
    ['RecBole', 'a.inter', `user_id:token\titem_id:token\n${PAIRS.join('\n').replaceAll(' ', '\t')}\n`, 'recbole'],
    ['CSV with comma', 'a.csv', csv(','), 'csv'],
    ['CSV with semicolon', 'a.csv', csv(';'), 'csv'],
    ['CSV with bar', 'a.csv', csv('|'), 'csv'],
    ['TSV', 'a.tsv', csv('\t'), 'csv'],
    ['pairs with spaces', 'a.txt', csv(' '), 'csv'],
    ['pairs with spaces, no header', 'a.txt', csv(' ', false), 'csv'],
    ['CSV without a header', 'a.csv', csv(',', false), 'csv'],
    [
      'CSV with a byte-order mark, CRLF and an empty line',
      'a.csv',
      `\ufeff${csv(',')}\n\n`.replaceAll('\n', '\r\n'),
      'csv',
    ],
    ['CSV with quotes', 'a.csv', csv(',').replaceAll('10', '"10"'), 'csv'],
    [
      'JSON lines',
      'a.jsonl',
      PAIRS.map((pair) => `{"user":"${pair.split(' ')[0]}","item":${pair.split(' ')[1]}}`).join('\n'),
      'jsonl',
    ],
  ])('%s', async (_title, name, content, format) => {
    const data = await load(name, content);
    expect(data.source.format).toBe(format);
    expect(pairs(data)).toEqual(PAIRS);
    const zipped = await load(`${name}.gz`, gzipSync(content));
    expect(pairs(zipped)).toEqual(PAIRS);
  });
});

test('gzip members in a row are read as one file', async () => {
  const zipped = Buffer.concat([gzipSync('user,item\n1,10\n1,11\n'), gzipSync('2,10\n2,12\n3,11\n')]);
  expect(pairs(await load('a.csv.gz', zipped))).toEqual(PAIRS);
});

test('columns, times, ratings and events are found by name', async () => {
  const text =
    'When,Rating,itemId,USER_ID,event_type\n' +
    '2020-01-01,5,a,u,view\n2020-01-02T00:00:00Z,3,b,u,cart\n2020-01-03,4,c,u,view\n2020-01-04,1,d,u,drop\n';
  const config: DataConfigInput = {
    columns: { timestamp: 'When' },
    useWeights: true,
    events: { view: 'positive', cart: 'exposed', drop: 'ignore' },
    split: { name: 'per-user-time', testRatio: 0.5 },
  };
  const data = await load('log.csv', text, config);
  expect(data.items.ids).toEqual(['a', 'b', 'c']);
  expect([...data.train.timestamp!]).toEqual([1_577_836_800, 1_577_923_200]);
  expect([...data.train.weight!]).toEqual([5, 3]);
  expect([...data.train.event!]).toEqual([0, 1]);
  expect([...data.test.timestamp!]).toEqual([1_578_009_600]);
});

test('columns can be numbered from 1, and a found one switched off', async () => {
  const data = await load('log.csv', 'x,10,1,5\nx,11,1,6\nx,10,2,7\nx,12,2,8\nx,11,3,9\n', {
    header: false,
    columns: { user: 3, item: 2 },
  });
  expect(pairs(data)).toEqual(PAIRS);
  const off = await load('log.csv', 'user,item,timestamp\n1,2,never\n', { columns: { timestamp: false } });
  expect(off.train.timestamp).toBeUndefined();
});

test('a log without a header: what was taken for what is told', async () => {
  const text = '196\t242\t3\t881250949\n186\t302\t3\t891717742\n22\t377\t1\t878887116\n';
  const data = await load('u.data', text, { split: { name: 'random' } });
  expect([...data.train.timestamp!]).toEqual([881250949, 891717742, 878887116]);
  expect(data.notes.join()).toContain('user = column 1, item = column 2, timestamp = column 4, weight = column 3');
});

test('events without a table count as positive, which is told', async () => {
  const data = await load('log.csv', 'user,item,event\n1,2,view\n1,3,buy\n');
  expect(data.train.userIndex.length).toBe(2);
  expect(data.notes.join()).toContain('events view, buy were all taken as positive');
});

test('what was written comes back, whatever the quoting', async () => {
  const id = fc.string({
    minLength: 1,
    maxLength: 8,
    unit: fc.constantFrom('a', '1', ',', '"', '\n', ';', ' ', 'é', '|'),
  });
  const ids = id.filter((text) => text === text.trim());
  const rows = fc.uniqueArray(fc.tuple(ids, ids), { selector: ([u, i]) => `${u}\0${i}`, minLength: 1, maxLength: 15 });
  const cell = (text: string): string => (/[",\n;| ]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  await fc.assert(
    fc.asyncProperty(rows, fc.constantFrom(',', ';', '\t'), async (input, delimiter) => {
      const lines = [['user', 'item'], ...input].map((row) => row.map(cell).join(delimiter));
      const data = await load('log.csv', `${lines.join('\n')}\n`, {
        split: { name: 'random' },
        delimiter,
        header: true,
      });
      expect(pairs(data)).toEqual(input.map(([u, i]) => `${u} ${i}`).sort());
    }),
    { numRuns: 60 },
  );
});

test('quotes that come late change nothing for what stood before', async () => {
  const lines = Array.from({ length: 2000 }, (_, i) => `u${i % 50},i${i}`);
  const quoted = lines.map((line, i) => (i < 1500 ? line : `"${line.replace(',', '","')}"`));
  const plain = await load('log.csv', ['user,item', ...lines].join('\n'));
  const mixed = await load('log.csv', ['user,item', ...quoted].join('\n'));
  expect(mixed.items.ids).toEqual(plain.items.ids);
  expect(pairs(mixed)).toEqual(pairs(plain));
});

describe('complaints say where, what was expected and what came', () => {
  const recbole = 'user_id:token\titem_id:token\trating:float\n';
  test.each<[string, string, string | Uint8Array, DataConfigInput, RegExp]>([
    ['empty file', 'a.csv', '', {}, /a\.csv: the file is empty/],
    ['only blanks', 'a.csv', '\n \n', {}, /a\.csv: the file is empty/],
    ['only a header', 'a.csv', 'user,item\n', {}, /a\.csv: there is no interaction/],
    ['binary data', 'a.csv', Uint8Array.of(1, 0, 2), {}, /a\.csv: expected a text file.*binary/],
    ['UTF-16', 'a.csv', Buffer.from('\ufeffuser,item', 'utf16le'), {}, /UTF-8 text, got UTF-16/],
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
  expect(pairs(data)).toEqual(['1 2', '2 2']);
  const told = data.notes.slice(data.notes.findIndex((note) => note.startsWith('13 bad rows')));
  expect(told[1]).toBe('log.csv:3:3: expected a number or an ISO date, got "never" in column "time"');
  expect(told.filter((note) => note.startsWith('log.csv:'))).toHaveLength(10);
});

test('one user is loaded and pointed out', async () => {
  const data = await load('log.csv', 'user,item\n1,2\n1,3\n');
  expect(data.notes.join()).toContain('only one user; is data.columns.user the right column?');
});

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
    expect(pairs(data)).toHaveLength(11);
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
