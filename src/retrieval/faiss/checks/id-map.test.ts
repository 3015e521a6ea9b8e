import { describe, expect, it } from 'vitest';
import { FaissBytes, refusal } from '../../../../tests/faiss-bytes.js';
import { ConfigError, DataError } from '../../../core/errors.js';
import type { FaissHeader } from './header.js';
import { ItemIds, readIdMap } from './id-map.js';

const HEADER: FaissHeader = { embeddingDim: 2, size: 3, metric: 'inner-product' };
const read = (ids: number[], inner: Partial<FaissHeader> = {}) =>
  readIdMap(new FaissBytes().vector('i64', ids).cursor(), HEADER, { ...HEADER, ...inner });

describe('an id map', () => {
  it('is read', () => {
    expect(read([7, -1, 2 ** 40])).toEqual(BigInt64Array.of(7n, -1n, 2n ** 40n));
  });

  it('of other sizes than its index is refused', () => {
    expect(() => read([1, 2])).toThrow(refusal('2 ids stand for 3 vectors of 2 numbers'));
    expect(() => read([1, 2, 3], { size: 4 })).toThrow(refusal('3 ids stand for 4 vectors of 2 numbers'));
    expect(() => read([1, 2, 3], { embeddingDim: 1 })).toThrow(refusal('3 ids stand for 3 vectors of 1 numbers'));
    expect(() => read([1, 2, 3], { metric: 'l2' })).toThrow(/the vectors in the id map are 3 .* by l2, expected/);
  });
});

describe('item ids', () => {
  const of = (...ids: (number | bigint)[]) =>
    ItemIds.of({ size: ids.length, ids: BigInt64Array.from(ids, BigInt) }, 'items.faiss');

  it('are the positions without an id map', () => {
    const ids = ItemIds.of({ size: 3 }, 'items.faiss');
    expect([ids.limit, ids.at(2)]).toEqual([3, 2]);
    expect([-1, 0, 2, 3, 0.5, Number.NaN].map((id) => ids.has(id))).toEqual([false, true, true, false, false, false]);
  });

  it('are known one by one where numbers are missing', () => {
    const ids = of(700, 30, 5);
    expect([ids.limit, ids.at(1)]).toEqual([701, 30]);
    expect([5, 6, 30, 700, 701].map((id) => ids.has(id))).toEqual([true, false, true, true, false]);
  });

  it('may stand in any order', () => {
    const ids = of(2, 0, 1);
    expect([ids.limit, ids.at(0), ids.has(2), ids.has(3)]).toEqual([3, 2, true, false]);
  });

  it.each([-1n, 2n ** 31n, 2n ** 32n, -(2n ** 63n), 2n ** 63n - 1n])('of %d are refused', (id) => {
    expect(() => of(0, id)).toThrow(ConfigError);
    expect(() => of(0, id)).toThrow(
      `items.faiss: it has ids outside 0 … 2147483647 (${id}); only row numbers are served`,
    );
  });

  it('that occur twice are refused', () => {
    expect(() => of(4, 9, 4)).toThrow(DataError);
    expect(() => of(4, 9, 4)).toThrow('items.faiss: its id map has the id 4 twice; export it again');
  });

  it('may be none', () => {
    expect([of().limit, of().has(0)]).toEqual([0, false]);
  });
});
