/**
 * Damage is not data: it is told with counts, first lines and what to do, or refused with its line; and what only looks like
 * damage is read as the program that wrote it reads it.
 */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { csv, PLAIN, ROWS, scratchFiles } from '../../../tests/small-log.js';
import { SILENT } from '../../core/reporter.js';
import { loadDataset } from '../load-dataset.js';
import { forEachLine } from './text/byte-lines.js';
import { SourceFile } from './text/source-file.js';

const { write, load, notesOf } = scratchFiles('damage');

describe('damage', () => {
  test('words for missing values are told with counts and places', async () => {
    const log = csv('user,item', ({ user, item }, i) => [i % 4 === 0 ? 'NULL' : user, i % 5 === 0 ? 'nan' : item]);
    const note = await notesOf('log.csv', log, { deduplicate: 'none' });
    expect(note).toContain(
      'user "NULL" in 6 of 24 rows, first in log.csv:2, item "nan" in 5 of 24 rows, first in log.csv:2',
    );
    const json = ROWS.map(({ user, item }, i) => JSON.stringify({ user: i === 3 ? 'None' : user, item }));
    expect(await notesOf('log.jsonl', json.join('\n'))).toContain('user "None" in 1 of 24 rows, first in log.jsonl:4');
    expect(await notesOf('log.txt', 'u1 i1 i2\nu2 i1 N/A\nu3 i1\n')).toContain(
      'item "N/A" in 1 of 5 rows, first in log.txt:2',
    );
    expect(await notesOf('log.inter', 'user:token\titem:token\nu\ti\nu\tundefined\n')).toContain(
      'first in log.inter:3',
    );
  });

  test('stray quotes that swallow rows are told with the line they begin at', async () => {
    const lines = PLAIN.split('\n');
    lines[9] = lines[9].replace(',', ',"');
    lines[15] = lines[15].replace(/,(\d+)$/, '",$1');
    const note = await notesOf('log.csv', lines.join('\n'));
    expect(note).toMatch(
      /item "i3,17000.*…" \(runs over 7 lines, in the row that begins at log\.csv:10\) in 1 of 18 rows/,
    );
    expect(note).toContain('data.quote=false');
  });

  test('control characters in ids are told', async () => {
    expect(await notesOf('log.csv', PLAIN.replaceAll('i3', 'i\u001b[31m3'))).toMatch(
      /item "i\\u001b\[31m3" \(holds control characters, in the row that begins at log\.csv:5\) in 4 of 24/,
    );
  });

  test.each([
    ['carriage returns alone', PLAIN.replaceAll('\n', '\r')],
    ['a line that names the separator', `sep=,\n${PLAIN}`],
    ['the same in quotes, after a mark', `\ufeff"sep=,"\r\n${PLAIN}`],
    ['zeros behind gzip', Buffer.concat([gzipSync(PLAIN), Buffer.alloc(700)])],
    ['many zeros behind gzip', Buffer.concat([gzipSync(PLAIN), Buffer.alloc(700_000)])],
    ['members of gzip', Buffer.concat([gzipSync(PLAIN.slice(0, 100)), gzipSync(PLAIN.slice(100)), Buffer.alloc(9)])],
  ])('that is none: %s', async (_, content) => {
    const { users, items, split } = await load('log.csv', content);
    const { train, valid, test: last } = split.counts;
    expect([users.size, items.size, train + valid + last]).toEqual([6, 6, 24]);
  });

  test.each([
    ['', Buffer.from('garbage')],
    ['zeros and ', Buffer.concat([Buffer.alloc(600_000), Buffer.from('garbage')])],
    ['zeros and ', Buffer.concat([Buffer.alloc(20), gzipSync('u9,i9,1700000000\n')])],
  ])('%sother bytes behind gzip are refused', async (_, tail) => {
    await expect(load('log.csv', Buffer.concat([gzipSync(PLAIN), tail]))).rejects.toMatchObject({
      code: 'DATA_UNREADABLE',
      message: expect.stringContaining('damaged gzip data'),
    });
  });

  test('a line that no memory holds ends soon', async () => {
    const huge = gzipSync(Buffer.concat([Buffer.from('user,item\nu1,'), Buffer.alloc(100 << 20, 'x')]), { level: 1 });
    const begin = performance.now();
    await expect(load('log.csv', huge)).rejects.toMatchObject({ code: 'DATA_LINE_TOO_LONG', location: { line: 2 } });
    const quoted = gzipSync(
      Buffer.concat([Buffer.from('user,item\nu1,"'), Buffer.alloc(70 << 20, 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n')]),
      { level: 1 },
    );
    await expect(load('log.csv', quoted)).rejects.toMatchObject({ code: 'DATA_CSV_QUOTE', location: { line: 2 } });
    expect(performance.now() - begin).toBeLessThan(20_000);
    async function* chunks() {
      for (let i = 0; i < 10; i++) yield Buffer.from('0123456789');
    }
    await expect(forEachLine(chunks(), () => {}, { maxBytes: 50 })).rejects.toThrow(
      /text:1: the line .* longer than 50 bytes/,
    );
  });

  test('a long line takes time in proportion', async () => {
    const time = async (length: number): Promise<number> => {
      const path = write('long.csv', `user,item\nu,"${'x'.repeat(length)}"\nu,b\n`);
      const begin = performance.now();
      for (let i = 0; i < 3; i++) await new SourceFile(path).forEachLine(SILENT, () => {});
      await loadDataset(path, { split: { name: 'random' } });
      return performance.now() - begin;
    };
    await time(1 << 20);
    const [short, long] = [await time(1 << 20), await time(1 << 24)];
    // 16 times as long; 256 times the work if it grew with the square
    expect(long).toBeLessThan(100 * Math.max(short, 5));
  });
});
