import { describe, expect, it } from 'vitest';
import { FaissBytes, refusal } from '../../../../tests/faiss-bytes.js';
import { DataError } from '../../../core/errors.js';
import { assertFits, type FaissHeader, readHeader } from './header.js';

const read = (fields: Parameters<FaissBytes['header']>[0]) => readHeader(new FaissBytes().header(fields).cursor());

describe('a header', () => {
  it('is read', () => {
    expect(read({ dim: 7, size: 9 })).toEqual({ embeddingDim: 7, size: 9, metric: 'inner-product' });
    expect(read({ metric: 1 }).metric).toBe('l2');
  });

  it.each<[string, Parameters<FaissBytes['header']>[0], string]>([
    ['dimension 0', { dim: 0 }, 'its dimension is 0, expected at least 1'],
    ['a negative dimension', { dim: -8 }, 'its dimension is -8, expected at least 1'],
    ['a negative size', { size: -1 }, 'the number of vectors is -1, expected 0 … 9007199254740991'],
    ['a size beyond ids', { size: 2 ** 31 }, 'the number of vectors is 2147483648, expected 0 … 2147483647'],
    ['no training', { trained: 0 }, 'it was never trained'],
    ['a flag that is no bool', { trained: 2 }, 'the trained flag is 2, expected 1'],
    ['another metric', { metric: 4 }, 'its metric has the code 4, neither inner product nor L2'],
    ['a negative metric', { metric: -1 }, 'its metric has the code -1, neither inner product nor L2'],
  ])('with %s is refused', (_, fields, reason) => {
    expect(() => read(fields)).toThrow(refusal(reason));
    expect(() => read(fields)).toThrow(DataError);
  });

  it('of an inner index must be what the outer one counts on', () => {
    const outer: FaissHeader = { embeddingDim: 2, size: 3, metric: 'inner-product' };
    const cursor = new FaissBytes().cursor();
    expect(() => assertFits(cursor, 'its parts', outer, outer)).not.toThrow();
    for (const [change, described] of [
      [{ embeddingDim: 4 }, '3 vectors of 4 numbers by inner-product'],
      [{ size: 2 }, '2 vectors of 2 numbers by inner-product'],
      [{ metric: 'l2' }, '3 vectors of 2 numbers by l2'],
    ] as const) {
      expect(() => assertFits(cursor, 'its parts', { ...outer, ...change }, outer)).toThrow(
        refusal(`its parts are ${described}, expected 3 vectors of 2 numbers by inner-product`),
      );
    }
  });
});
