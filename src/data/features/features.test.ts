import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { DataConfigInput } from '../data-config.js';
import type { FeatureTable } from '../feature-table.js';
import { loadDataset } from '../load-dataset.js';

const scratch = mkdtempSync(join(tmpdir(), 'twinlight-features-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let made = 0;

function load(files: Record<string, string | Buffer>, config?: DataConfigInput) {
  const folder = join(scratch, `set${made++}`);
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return loadDataset(folder, config);
}

/** Values of a column in the order of the vocabulary, missing ones undefined. */
function valuesOf(table: FeatureTable | undefined, name: string): unknown[] {
  const column = table?.columns[name];
  switch (column?.kind) {
    case undefined:
      throw new Error(`no column ${name}`);
    case 'text':
      return [...column.texts];
    case 'time':
      return Array.from(column.seconds, (seconds) => (Number.isNaN(seconds) ? undefined : seconds));
    case 'vector':
      return Array.from({ length: table!.numRows }, (_, row) => {
        const numbers = column.numbers.subarray(row * column.dim, (row + 1) * column.dim);
        return Number.isNaN(numbers[0]) ? undefined : [...numbers];
      });
    case 'numeric':
      return Array.from(column.numbers, (number) => (Number.isNaN(number) ? undefined : number));
    case 'categorical':
      return Array.from(column.codes, (code) => column.values[code]);
    case 'multi-valued':
      return Array.from({ length: table!.numRows }, (_, row) =>
        Array.from(column.codes.subarray(column.offsets[row], column.offsets[row + 1]), (code) => column.values[code]),
      );
  }
}

const interactions = 'user,item\nann,i1\nann,i2\nbob,i2\nbob,i3\ncid,i4\n';

describe('CSV', () => {
  const items =
    'title,item_id,genre,tags,price\n' +
    '"Three, Four",i3,drama,a|b|a,3.5\nOne,i1,comedy,b,1\nNever seen,i9,drama,a,9\nTwo,i2,drama,,\n';

  test('columns are typed by content, rows follow the vocabulary, unknown ids are counted', async () => {
    const { items: ids, itemFeatures, notes } = await load({ 'interactions.csv': interactions, 'items.csv': items });
    expect(ids.ids).toEqual(['i1', 'i2', 'i3', 'i4']);
    const kinds = Object.entries(itemFeatures!.columns).map(([name, { kind }]) => `${name} ${kind}`);
    expect(kinds).toEqual(['title text', 'genre categorical', 'tags multi-valued', 'price numeric']);
    expect(valuesOf(itemFeatures, 'title')).toEqual(['One', 'Two', 'Three, Four', '']);
    expect(valuesOf(itemFeatures, 'genre')).toEqual(['comedy', 'drama', 'drama', undefined]);
    expect(valuesOf(itemFeatures, 'tags')).toEqual([['b'], [], ['a', 'b'], []]);
    expect(valuesOf(itemFeatures, 'price')).toEqual([1, undefined, 3.5, undefined]);
    expect(notes).toContain(
      'items.csv: 1 items without any interaction were left out; data.coldItems=keep (--cold-items keep) makes cold items of them',
    );
    expect(notes).toContain('items.csv: 1 of 4 items have no row');
  });

  test('what is not UTF-8 is told where it matters: ids and coded values, not titles', async () => {
    const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
    const told = async (items: Buffer): Promise<string[]> => {
      const { notes } = await load({ 'interactions.csv': interactions, 'items.csv': items });
      return notes.filter((note) => note.includes('is not UTF-8'));
    };
    expect(await told(latin('item,genre\ni1,caf\u00e9\ni2,caf\u00e8\ni3,bar\ni4,bar\n'))).toEqual([
      expect.stringMatching(
        /^items\.csv is not UTF-8: values of "genre" .* become one \(such as "caf\ufffd"\); save it/,
      ),
    ]);
    expect(await told(latin('item,genre\ni1,bar\ni2,bar\ncaf\u00e9,bar\n'))).toEqual([
      expect.stringMatching(/^items\.csv is not UTF-8: some ids match no item \(such as "caf\ufffd"\)/),
    ]);
    expect(await told(latin('item,title\ni1,Am\u00e9lie\ni2,Two\ni3,Three\ni4,Four\n'))).toEqual([]);
    // a replacement character that the text itself has is no fault of its encoding
    expect(await told(Buffer.from('item,genre\ni1,\ufffd\ni2,bar\ni3,bar\ni4,\ufffd\n'))).toEqual([]);
  });

  test('kinds, id column, path and separator can be told', async () => {
    const config: DataConfigInput = {
      featureSeparator: ';',
      userFeatures: 'none',
      itemFeatures: {
        path: 'about.tsv',
        id: 'key',
        columns: { year: 'categorical', tags: 'multi-valued', url: 'ignore' },
      },
    };
    const about = 'key\tyear\ttags\turl\ni1\t1999\ta;b\tx\ni2\t2000\tb\ty\n';
    const files = { 'interactions.csv': interactions, 'about.tsv': about, 'users.csv': 'user,age\nann,3\n' };
    const { itemFeatures, userFeatures } = await load(files, config);
    expect(valuesOf(itemFeatures, 'year')).toEqual(['1999', '2000', undefined, undefined]);
    expect(valuesOf(itemFeatures, 'tags')).toEqual([['a', 'b'], ['b'], [], []]);
    expect(Object.keys(itemFeatures!.columns)).toEqual(['year', 'tags']);
    expect(userFeatures).toBeUndefined();
  });

  test('a number that is none counts as missing and is told', async () => {
    const config: DataConfigInput = { itemFeatures: { path: 'items.csv', columns: { price: 'numeric' } } };
    const files = { 'interactions.csv': interactions, 'items.csv': 'item,price\ni1,cheap\ni2,3\n' };
    const { itemFeatures, notes } = await load(files, config);
    expect(valuesOf(itemFeatures, 'price')).toEqual([undefined, 3, undefined, undefined]);
    expect(notes.join()).toContain('1 cells of "price" are no numbers (such as "cheap")');
  });

  test('values that hardly repeat are text', async () => {
    const many = Array.from({ length: 40 }, (_, i) => `i${i}`);
    const log = `user,item\n${many.map((id, i) => `u${i % 4},${id}`).join('\n')}\n`;
    const rows = many.map((id, i) => `${id},code${i},${i % 3 ? 'red' : 'blue'}`);
    const data = await load({ 'interactions.csv': log, 'items.csv': `item,code,color\n${rows.join('\n')}\n` });
    expect(data.itemFeatures!.columns).toMatchObject({ code: { kind: 'text' }, color: { kind: 'categorical' } });
  });
});

test('RecBole files declare their kinds; words that hardly repeat are text', async () => {
  const titles = Array.from({ length: 30 }, (_, i) => `word${i} other${i}`);
  const log = titles.map((_, i) => `${i % 5}\t${i}`).join('\n');
  const rows = titles.map((words, i) => `${i}\t${words}\t${i % 2 ? 'x y' : 'y'}\t1999\t0.5\t1 2\t${i ? '1' : '1 2'}`);
  const header =
    'item_id:token\tabout:token_seq\tclass:token_seq\tyear:token\tscore:float\tvector:float_seq\tpadded:float_seq';
  const data = await load({
    'x.inter': `user_id:token\titem_id:token\n${log}\n`,
    'x.item': `${header}\n${rows.join('\n')}\n`,
    'x.user': 'user_id:token\tage:float\n0\t24\n1\t53\n',
  });
  expect(data.itemFeatures!.columns).toMatchObject({
    about: { kind: 'text' },
    class: { kind: 'multi-valued', values: ['y', 'x'] },
    year: { kind: 'categorical', values: ['1999'] },
    score: { kind: 'numeric' },
  });
  expect(valuesOf(data.itemFeatures, 'vector')[0]).toEqual([1, 2]);
  expect(data.itemFeatures!.columns.padded).toBeUndefined();
  expect(data.notes).toContain('x.item: "padded" is not read, since its lists of numbers differ in length');
  expect(valuesOf(data.userFeatures, 'age')).toEqual([24, 53, undefined, undefined, undefined]);
  expect(data.source.files.map(({ role }) => role)).toEqual(['interactions', 'userFeatures', 'itemFeatures']);
});

test('JSON lines: lists are multi-valued', async () => {
  const data = await load({
    'interactions.jsonl': '{"user":"a","item":"i"}\n{"user":"a","item":"j"}\n',
    'items.jsonl': '{"item":"i","tags":["x","y"],"price":2}\n\n{"item":"j","tags":["y"]}\n',
  });
  expect(valuesOf(data.itemFeatures, 'tags')).toEqual([['x', 'y'], ['y']]);
  expect(valuesOf(data.itemFeatures, 'price')).toEqual([2, undefined]);
});

describe('complaints', () => {
  test.each<[string, Record<string, string>, DataConfigInput, RegExp]>([
    ['missing file', {}, { itemFeatures: { path: 'a.csv' } }, /a\.csv: no such file \(data\.itemFeatures\.path\)/],
    [
      'repeated id',
      { 'items.csv': 'item,a\ni1,1\ni1,2\n' },
      {},
      /items\.csv:3:1: expected one row for each id, got "i1" again/,
    ],
    ['empty id', { 'items.csv': 'item,a\n,1\n' }, {}, /items\.csv:2:1: expected an id/],
    ['too many cells', { 'items.csv': 'item,a\ni1,1,2\n' }, {}, /items\.csv:2: expected 2 columns \(item, a\), got 3/],
    ['no id column', { 'items.csv': 'a,b\n1,2\n' }, {}, /expected a column with the item ids, got a, b/],
    [
      'unknown id column',
      { 'items.csv': 'a,b\n1,2\n' },
      { itemFeatures: { path: 'items.csv', id: 'c' } },
      /column "c"/,
    ],
    [
      'unknown column',
      { 'items.csv': 'item,color\ni1,2\n' },
      { itemFeatures: { path: 'items.csv', columns: { colour: 'text' } } },
      /names "colour" \(did you mean "color"\?\)/,
    ],
    [
      'RecBole header',
      { 'interactions.item': 'item_id,x\n1,2\n' },
      { itemFeatures: { path: 'interactions.item' } },
      /name:type/,
    ],
  ])('%s', async (_title, files, config, message) => {
    await expect(load({ 'interactions.csv': interactions, ...files }, config)).rejects.toThrow(message);
  });
});
