import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SILENT } from '../../core/reporter.js';
import { parsePayloadColumns, readPayload } from './payload.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-payload-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(work, name), text);
  return join(work, name);
};

describe('parsePayloadColumns', () => {
  it('takes names with kinds, text by default', () => {
    expect(parsePayloadColumns('title, year:number ,genres:list')).toEqual([
      { name: 'title', kind: 'text' },
      { name: 'year', kind: 'number' },
      { name: 'genres', kind: 'list' },
    ]);
  });

  it.each([
    ['year:nunber', /did you mean "number"/],
    ['a,b,a', /"a" is named twice/],
    ['Vector', /a column of every published table/],
    ['release date', /no name that every store takes/],
    ['title"; DROP TABLE x; --', /no name that every store takes/],
    ['', /no name/],
  ])('refuses %j', (text, message) => {
    expect(() => parsePayloadColumns(text)).toThrow(message);
    expect(() => parsePayloadColumns(text)).toThrow(expect.objectContaining({ code: 'PUBLISH_PAYLOAD' }));
  });
});

describe('readPayload', () => {
  const columns = parsePayloadColumns('title,year:number,tags:list');

  it('gives a row for each item in the order asked, and tells of those that are not there', async () => {
    const warnings: string[] = [];
    const path = file(
      'items.jsonl',
      '{"id":"b","title":"x\\u0000y\\ud800","year":-1.5,"tags":["p","q r"]}\n{"id":"a"}\n{"id":"z","title":"other"}\n',
    );
    const reporter = { ...SILENT, warn: (message: string) => warnings.push(message) };
    const { values } = await readPayload(['a', 'c', 'b'], { file: path, columns }, reporter);
    expect(values).toEqual([
      [null, null, null],
      [null, null, null],
      ['xy\ufffd', -1.5, ['p', 'q r']],
    ]);
    expect(warnings.join()).toMatch(/no row for 1 of 3 items/);
  });

  it('says which line holds no number, and which column is absent', async () => {
    const path = file('items.csv', 'item,title,year,tags\na,x,1990,p\nb,y,soon,q;r\n');
    await expect(readPayload(['a'], { file: path, columns }, SILENT)).resolves.toMatchObject({
      values: [['x', 1990, ['p']]],
    });
    const both = readPayload(['a', 'b'], { file: path, columns }, SILENT);
    await expect(both).rejects.toMatchObject({ code: 'PUBLISH_NUMBER', location: { line: 3 } });
    const other = readPayload(['a'], { file: path, columns: parsePayloadColumns('titel') }, SILENT);
    await expect(other).rejects.toThrow(/no column "titel".*did you mean "title"/);
    const split = { file: path, columns: parsePayloadColumns('tags:list'), separator: ';' };
    await expect(readPayload(['b'], split, SILENT)).resolves.toMatchObject({ values: [[['q', 'r']]] });
  });
});
