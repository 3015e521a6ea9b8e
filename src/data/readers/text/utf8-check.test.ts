/** UTF-8 or not, whatever the chunks; against Node's check of the whole. */
import { isUtf8 } from 'node:buffer';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { loadDataset } from '../../load-dataset.js';
import { Utf8Check } from './utf8-check.js';

const folder = mkdtempSync(join(tmpdir(), 'twinlight-utf8-'));
afterAll(() => rmSync(folder, { recursive: true }));

function checkInChunks(bytes: Buffer, size: number): boolean {
  const check = new Utf8Check();
  for (let at = 0; at < bytes.length; at += size) check.add(bytes.subarray(at, at + size));
  return check.isUtf8;
}

describe('Utf8Check', () => {
  it('takes text of any characters in any chunks', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 9 }), (text, size) => {
        expect(checkInChunks(Buffer.from(text), size)).toBe(true);
      }),
    );
  });

  it('says of any bytes what a check of the whole says', () => {
    const mixed = fc.array(fc.constantFrom(0x41, 0x80, 0xbf, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0xff), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(mixed, fc.integer({ min: 1, max: 5 }), (bytes, size) => {
        expect(checkInChunks(Buffer.from(bytes), size)).toBe(isUtf8(Buffer.from(bytes)));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a file that is not UTF-8', () => {
  it('is taken where its ids are plain', async () => {
    const file = join(folder, 'names.csv');
    writeFileSync(file, Buffer.from('user,item,name\nu1,a,caf\u00e9\nu2,b,tea\nu3,a,tea\n', 'latin1'));
    const { items } = await loadDataset(file, { split: { name: 'leave-one-out' } });
    expect([...items.ids].sort()).toEqual(['a', 'b']);
  });

  it('is taken where an id of a UTF-8 file holds the replacement character itself', async () => {
    const file = join(folder, 'replaced.csv');
    writeFileSync(file, 'user,item\nu1,caf\ufffd\nu2,tea\nu3,tea\n');
    const { items } = await loadDataset(file, { split: { name: 'leave-one-out' } });
    expect(items.ids).toContain('caf\ufffd');
  });
});
