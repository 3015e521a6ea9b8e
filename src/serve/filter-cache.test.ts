/** Filters compiled once: the same object for the same question of the same edition, another for any other, and no more than there is room for. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { smallBundle } from '../../tests/small-service.js';
import { type Bundle, openBundle } from '../export/read-bundle.js';
import { compiledFilter } from './filter-cache.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-filter-cache-'));
let one: Bundle;
let other: Bundle;
beforeAll(async () => {
  one = await openBundle(await smallBundle(work, 'one', 120));
  other = await openBundle(await smallBundle(work, 'other', 130));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

it('is the same for the same filter of an edition, and what compiling it gives', () => {
  const first = compiledFilter(one, { deny: ['i1'] });
  expect(compiledFilter(one, { deny: ['i1'] })).toBe(first);
  expect(first.mask.has(one.items.indexOf('i1')!)).toBe(false);
  expect(first.leftOut.deny).toBe(1);
  expect(compiledFilter(one, { deny: ['i2'] })).not.toBe(first);
  expect(compiledFilter(one, { allow: ['i1'] })).not.toBe(first);
  expect(compiledFilter(other, { deny: ['i1'] })).not.toBe(first);
  expect(compiledFilter(other, { deny: ['i1'] }).numItems).toBe(130);
  expect(compiledFilter(one)).toBe(compiledFilter(one, {}));
});

it('lets the ones go that were used longest ago, and does not keep long lists', () => {
  const kept = compiledFilter(one, { deny: ['i3'] });
  const gone = compiledFilter(one, { deny: ['i4'] });
  for (let n = 0; n < 63; n++) {
    compiledFilter(one, { deny: [`none ${n}`] });
    compiledFilter(one, { deny: ['i3'] });
  }
  expect(compiledFilter(one, { deny: ['i3'] })).toBe(kept);
  expect(compiledFilter(one, { deny: ['i4'] })).not.toBe(gone);
  const long = { deny: Array.from({ length: 500 }, (_, n) => `id ${n}`) };
  expect(compiledFilter(one, long)).not.toBe(compiledFilter(one, long));
});

it('keeps no filter that is refused', () => {
  expect(() => compiledFilter(one, { where: 'price <' })).toThrow();
  expect(() => compiledFilter(one, { where: 'price <' })).toThrow();
});
