import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, describe, expect, test } from 'vitest';
import { encodeNpy } from '../../export/npy.js';
import type { DataConfigInput } from '../data-config.js';
import { loadDataset } from '../load-dataset.js';

const scratch = mkdtempSync(join(tmpdir(), 'twinlight-fields-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let made = 0;

const LOG = 'user,item\nann,i1\nann,i2\nbob,i2\nbob,i3\ncid,i4\n';

function load(files: Record<string, string | Uint8Array>, itemFeatures?: DataConfigInput['itemFeatures'], more = {}) {
  const folder = join(scratch, `set${made++}`);
  mkdirSync(folder);
  for (const [name, content] of Object.entries({ 'log.csv': LOG, ...files }))
    writeFileSync(join(folder, name), content);
  return loadDataset(folder, { ...(itemFeatures !== undefined && { itemFeatures }), ...more });
}

describe('kinds', () => {
  test('dates are times, lists of fractions vectors, whole numbers what they were', async () => {
    const items =
      'item,released_at,day,emb,ids,year\n' +
      'i1,1700000000,2024-01-31,"[0.5, 1]",[1|2],1999\ni2,1700000001,,"[1,-2e-1]",[3|4],2001\n';
    const { itemFeatures } = await load({ 'items.csv': items });
    const { columns } = itemFeatures!;
    expect(Object.fromEntries(Object.entries(columns).map(([name, { kind }]) => [name, kind]))).toEqual({
      released_at: 'time',
      day: 'time',
      emb: 'vector',
      ids: 'multi-valued',
      year: 'numeric',
    });
    const missing = Number.NaN;
    expect(columns.day).toEqual({ kind: 'time', seconds: Float64Array.of(1706659200, missing, missing, missing) });
    const numbers = Float32Array.of(0.5, 1, 1, -0.2, missing, missing, missing, missing);
    expect(columns.emb).toEqual({ kind: 'vector', dim: 2, numbers });
  });

  test('a title is text and a price numeric, and options stand beside the column', async () => {
    const columns = {
      price: { kind: 'numeric', buckets: 4 },
      title: { kind: 'text', characters: 3 },
      tags: { kind: 'multi-valued', separator: ';', weighted: true },
    } as const;
    const items = 'item,title,price,tags\ni1,Tea,2.5,a:2;b\ni2,Jam,,b:0.5\ni3,Rye,about 3,\n';
    const { itemFeatures, notes } = await load({ 'items.csv': items }, { path: 'items.csv', columns });
    expect(itemFeatures!.columns).toMatchObject({
      price: { numbers: Float64Array.of(2.5, Number.NaN, Number.NaN, Number.NaN), options: { buckets: 4 } },
      title: { kind: 'text', options: { characters: 3, words: 1 } },
      tags: { values: ['a', 'b'], weights: Float32Array.of(2, 1, 0.5), options: { separator: ';' } },
    });
    expect(notes).toContain('items.csv: 1 cells of "price" are no numbers (such as "about 3") and count as missing');
  });

  test('columns may be told of a table that is found by its name', async () => {
    const { itemFeatures } = await load({ 'items.csv': 'item,a\ni1,1\n' }, { columns: { a: 'categorical' } });
    expect(itemFeatures!.columns.a).toMatchObject({ kind: 'categorical', values: ['1'] });
    const nowhere = load({}, { columns: { a: 'text' } });
    await expect(nowhere).rejects.toThrow(/no items\.csv, items\.jsonl or the like .* column "a"; name the file with/);
  });

  test.each([
    [
      'i1,a:2|b:x',
      'multi-valued',
      /items\.csv:2: expected a positive weight after the colon, got "b:x" in column "tags"/,
    ],
    ['i1,a:0', 'multi-valued', /got "a:0"/],
    ['i1,1 2\ni2,1 2 3', 'vector', /items\.csv:3:2: expected 2 numbers, got 3 in column "tags"/],
    ['i1,red', 'vector', /items\.csv:2:2: expected a list of numbers, got "red"/],
  ])('%j as %s is refused with its line', async (rows, kind, message) => {
    const tags =
      kind === 'vector' ? ({ kind: 'vector' } as const) : ({ kind: 'multi-valued', weighted: true } as const);
    const files = { 'items.csv': `item,tags\n${rows}\n` };
    await expect(load(files, { path: 'items.csv', columns: { tags } })).rejects.toThrow(message);
    const skipped = await load(files, { path: 'items.csv', columns: { tags } }, { onBadRow: 'skip' });
    expect(skipped.notes.join('\n')).toMatch(/1 bad rows were left out/);
  });
});

describe('vectors in files of their own', () => {
  const vectors = Float32Array.of(1, 2, 3, 4, 5, 6);
  const missing = Number.NaN;
  const npy = encodeNpy(vectors, [3, 2]);
  const emb = { kind: 'vector', path: 'emb.npy' } as const;

  test('NumPy with ids beside it, with a table or without', async () => {
    const files = { 'emb.npy': npy, 'emb.ids.txt': 'i3\nelse\r\ni1\n' };
    const expected = {
      kind: 'vector',
      dim: 2,
      numbers: Float32Array.of(5, 6, missing, missing, 1, 2, missing, missing),
    };
    const alone = await load(files, { columns: { emb } }, { coldItems: 'drop' });
    expect(alone.itemFeatures!.columns).toMatchObject({ emb: expected });
    expect(alone.itemFeatures!.columns.emb.options).toEqual({ kind: 'vector', unitLength: false });
    expect(alone.notes).toEqual(
      expect.arrayContaining([
        'emb.npy: 1 vectors of ids that are no item were left out',
        'emb.npy: 2 of 4 items have no vector',
      ]),
    );
    expect(alone.source.files.map(({ name }) => name)).toEqual(['log.csv', 'emb.npy', 'emb.ids.txt']);
    const beside = await load({ ...files, 'items.csv': 'item,a\ni1,x\n' }, { columns: { emb } }, { coldItems: 'drop' });
    expect(Object.keys(beside.itemFeatures!.columns)).toEqual(['a', 'emb']);
  });

  test('a vector of an item that nobody took makes a cold item', async () => {
    const data = await load(
      { 'emb.npy': npy, 'emb.ids.txt': 'i3\nelse\ni1\n', 'items.csv': 'item,a\nother,x\n' },
      { columns: { emb, a: 'categorical' } },
    );
    expect(data.items.ids).toEqual(['i1', 'i2', 'i3', 'i4', 'other', 'else']);
    const { a, emb: column } = data.itemFeatures!.columns;
    expect(a).toMatchObject({ codes: Int32Array.of(-1, -1, -1, -1, 0, -1) });
    expect(column.kind === 'vector' && [...column.numbers.subarray(8)]).toEqual([missing, missing, 3, 4]);
  });

  test('half and double precision', async () => {
    const header = (descr: string) =>
      Buffer.from(encodeNpy(Float32Array.of(0, 0), [1, 2]))
        .toString('latin1')
        .slice(0, 128)
        .replace('<f4', descr);
    const half = Buffer.concat([
      Buffer.from(header('<f2'), 'latin1'),
      Buffer.from(Uint16Array.of(0x3555, 0xc000).buffer),
    ]);
    const double = Buffer.concat([Buffer.from(header('<f8'), 'latin1'), Buffer.from(Float64Array.of(0.1, -2).buffer)]);
    for (const [file, first] of [
      [half, 0.333251953125],
      [double, Math.fround(0.1)],
    ] as const) {
      const { itemFeatures } = await load({ 'emb.npy': file, 'emb.ids.txt': 'i1' }, { columns: { emb } });
      const column = itemFeatures!.columns.emb;
      expect(column.kind === 'vector' && [...column.numbers.subarray(0, 2)]).toEqual([first, -2]);
    }
  });

  test('a list column of Parquet', async () => {
    // as pyarrow and pandas write them
    const schema = [
      { name: 'root', num_children: 2 },
      { name: 'item_id', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      { name: 'emb', num_children: 1, repetition_type: 'OPTIONAL', converted_type: 'LIST' },
      { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
      { name: 'element', type: 'FLOAT', repetition_type: 'OPTIONAL' },
    ] as const;
    const columnData = [
      { name: 'item_id', data: ['i2', 'i4', 'i1'] },
      { name: 'emb', data: [[1, 2], [0.5, -1], null] },
    ];
    const parquet = new Uint8Array(parquetWriteBuffer({ schema: [...schema], columnData }));
    const { itemFeatures } = await load(
      { 'v.parquet': parquet },
      { columns: { emb: { kind: 'vector', path: 'v.parquet' } } },
    );
    const numbers = Float32Array.of(missing, missing, 1, 2, missing, missing, 0.5, -1);
    expect(itemFeatures!.columns.emb).toMatchObject({ dim: 2, numbers });
  });

  const ids = { 'emb.ids.txt': 'i1\ni2\ni3\n' };
  test.each<[string, Record<string, string | Uint8Array>, RegExp]>([
    ['no file', {}, /emb\.npy: no such file \(data\.itemFeatures\.columns\.emb\.path\)/],
    [
      'no ids',
      { 'emb.npy': npy },
      /emb\.ids\.txt: no such file \(data\.itemFeatures\.columns\.emb\.ids: the id of each row/,
    ],
    ['too few ids', { 'emb.npy': npy, 'emb.ids.txt': 'i1\n' }, /emb\.ids\.txt:2: expected an id, got none/],
    [
      'too many ids',
      { 'emb.npy': npy, 'emb.ids.txt': 'i1\ni2\ni3\ni4\n' },
      /expected an id a row of emb\.npy, which has 3, got 4/,
    ],
    [
      'an id twice',
      { 'emb.npy': npy, 'emb.ids.txt': 'i1\ni2\ni1\n' },
      /ids\.txt:3: expected one vector for each id, got "i1" again/,
    ],
    ['no NumPy file', { 'emb.npy': 'hello hello hello', ...ids }, /does not begin with .*numpy\.save/],
    ['cut', { 'emb.npy': npy.subarray(0, npy.length - 1), ...ids }, /expected 152 bytes for 3 × 2 <f4, got 151/],
    [
      'whole numbers',
      { 'emb.npy': encodeNpy(BigInt64Array.of(1n, 2n), [1, 2]), ...ids },
      /expected numbers of type <f2, <f4, <f8, got <i8/,
    ],
    ['one dimension', { 'emb.npy': encodeNpy(vectors, [6]), ...ids }, /shape \(rows, dim\), got .*\(6,\)/],
    [
      'no numbers',
      { 'emb.npy': encodeNpy(Float32Array.of(1, Number.NaN), [1, 2]), 'emb.ids.txt': 'i1' },
      /ids\.txt:1: the vector of "i1": expected a list of numbers/,
    ],
  ])('%s', async (_title, files, message) => {
    await expect(load(files, { columns: { emb } })).rejects.toThrow(message);
  });

  test('what is no Parquet, and columns that it lacks', async () => {
    const column = { kind: 'vector', path: 'v.parquet' } as const;
    const bytes = new Uint8Array(parquetWriteBuffer({ columnData: [{ name: 'sku', data: ['a'], type: 'STRING' }] }));
    await expect(load({ 'v.parquet': 'hello' }, { columns: { emb: column } })).rejects.toThrow(
      /not readable as Parquet/,
    );
    await expect(load({ 'v.parquet': bytes }, { columns: { emb: column } })).rejects.toThrow('a column "emb", got sku');
  });
});

describe('cold items', () => {
  const items = 'item,a\nnew,x\ni1,y\nlater,x\ni2,x\n';

  test('are kept where features are used, behind all others, and change nothing else', async () => {
    const kept = await load({ 'items.csv': items }, { path: 'items.csv' });
    expect(kept.items.ids).toEqual(['i1', 'i2', 'i3', 'i4', 'new', 'later']);
    expect(kept.itemFeatures).toMatchObject({
      numRows: 6,
      columns: { a: { codes: Int32Array.of(0, 1, -1, -1, 1, 1) } },
    });
    expect(kept.notes).toContain(
      '2 items without any interaction are kept as cold ones; data.coldItems=drop (--cold-items drop) leaves them out',
    );
    const dropped = await load({ 'items.csv': items });
    expect(dropped.items.ids).toEqual(['i1', 'i2', 'i3', 'i4']);
    expect([kept.train, kept.valid, kept.test]).toEqual([dropped.train, dropped.valid, dropped.test]);
    expect((await load({ 'items.csv': items }, 'auto', { coldItems: 'keep' })).items.size).toBe(6);
    expect((await load({ 'items.csv': items }, { path: 'items.csv' }, { coldItems: 'drop' })).items.size).toBe(4);
  });

  test('are never what a filter took out', async () => {
    const data = await load({ 'items.csv': items }, { path: 'items.csv' }, { kCore: { item: 2 } });
    expect(data.items.ids).toEqual(['i2', 'new', 'later']);
    expect(data.notes).toContain('items.csv: 1 items whose interactions were all filtered out were left out');
  });
});
