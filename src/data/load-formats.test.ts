/**
 * Every format, with and without its oddities, gives the same pairs.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
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
