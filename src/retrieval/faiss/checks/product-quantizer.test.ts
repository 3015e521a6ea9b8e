import { describe, expect, it } from 'vitest';
import { counted, FaissBytes, refusal } from '../../../../tests/faiss-bytes.js';
import { bytesOfCode, readProductQuantizer } from './product-quantizer.js';

const WHOLE = { dimension: 4, parts: 2, bits: 5, centroids: counted(4 * 32) };

function read(change: Partial<Record<keyof typeof WHOLE, unknown>>) {
  const { dimension, parts, bits, centroids } = { ...WHOLE, ...change } as typeof WHOLE;
  return readProductQuantizer(new FaissBytes().i64(dimension, parts, bits).vector('f32', centroids).cursor(), 4);
}

describe('a product quantizer', () => {
  it('is read', () => {
    expect(read({})).toEqual({ parts: 2, bits: 5 });
    expect(read({ bits: 4, centroids: counted(64) })).toEqual({ parts: 2, bits: 4 });
    expect(read({ bits: 8, centroids: counted(1024) })).toEqual({ parts: 2, bits: 8 });
  });

  it('packs its codes', () => {
    expect([1, 2, 3, 8].map((parts) => bytesOfCode({ parts, bits: 5 }))).toEqual([1, 2, 2, 5]);
  });

  it.each<[Partial<Record<keyof typeof WHOLE, unknown>>, string]>([
    [{ dimension: 8 }, "the quantizer's dimension is 8, expected 4"],
    [{ parts: 0 }, "the quantizer's number of parts is 0, expected 1 … 4"],
    [{ parts: 5 }, "the quantizer's number of parts is 5, expected 1 … 4"],
    [{ parts: 3 }, '3 parts of the quantizer do not divide 4'],
    [{ parts: -(2n ** 63n) }, "the quantizer's number of parts is -9223372036854775808, expected 0 … 9007199254740991"],
    [{ bits: 3 }, "the quantizer's bits is 3, expected 4 … 8"],
    [{ bits: 9 }, "the quantizer's bits is 9, expected 4 … 8"],
    [{ bits: 64 }, "the quantizer's bits is 64, expected 4 … 8"],
    [{ centroids: counted(127) }, 'a quantizer of 2 × 5 bits for 4 dimensions has 127 numbers, expected 128'],
    [
      { centroids: counted(128).map((value) => (value === 9 ? Number.NaN : value)) },
      'the centroids of the quantizer hold NaN at position 8, expected numbers',
    ],
  ])('with %o is refused', (change, reason) => {
    expect(() => read(change)).toThrow(refusal(reason));
  });
});
