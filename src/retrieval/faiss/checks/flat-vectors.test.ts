import { describe, expect, it } from 'vitest';
import { FaissBytes, refusal } from '../../../../tests/faiss-bytes.js';
import { readFlatVectors, readInnerFlat } from './flat-vectors.js';
import { type FaissHeader, readHeader } from './header.js';

const OUTER: FaissHeader = { embeddingDim: 2, size: 3, metric: 'inner-product' };
type Flat = Parameters<FaissBytes['flat']>[0];

const readOuter = (flat: Flat) => {
  const cursor = new FaissBytes().flat(flat).cursor();
  const code = cursor.fourcc();
  return readFlatVectors(cursor, code, readHeader(cursor));
};
const readInner = (flat: Flat) => readInnerFlat(new FaissBytes().flat(flat).cursor(), 'its nodes', OUTER);

describe('vectors of a flat index', () => {
  it.each([
    ['IxFI', 0],
    ['IxF2', 1],
    ['IxFl', 0],
    ['IxFl', 1],
  ])('are found under %s with metric %i', (code, metric) => {
    expect(readOuter({ code, metric })).toEqual({ offset: 4 + 33 + 8, count: 6 });
  });

  it('are refused when their number is not the one of the header', () => {
    expect(() => readOuter({ values: [1, 2, 3, 4, 5] })).toThrow(refusal('5 numbers stand for 3 vectors of 2'));
  });

  it('are refused when code and header name different metrics', () => {
    expect(() => readOuter({ code: 'IxF2' })).toThrow(
      refusal('its code "IxF2" stands for l2, its header says inner-product'),
    );
    expect(() => readOuter({ code: 'IxFI', metric: 1 })).toThrow(
      refusal('its code "IxFI" stands for inner-product, its header says l2'),
    );
  });
});

describe('vectors inside another index', () => {
  it('are taken where they fit', () => {
    expect(() => readInner({})).not.toThrow();
    expect(() => readInner({ code: 'IxFl' })).not.toThrow();
  });

  it.each<[string, Flat, string]>([
    ['of another kind', { code: 'IwFl' }, 'its nodes are an index "IwFl", expected one of IxFI, IxF2, IxFl'],
    [
      'of another number',
      { size: 4 },
      'its nodes are 4 vectors of 2 numbers by inner-product, expected 3 vectors of 2 numbers by inner-product',
    ],
    [
      'of another metric',
      { code: 'IxF2', metric: 1 },
      'its nodes are 3 vectors of 2 numbers by l2, expected 3 vectors of 2 numbers by inner-product',
    ],
    ['with NaN', { values: [1, 2, Number.NaN, 4, 5, 6] }, 'its nodes hold NaN at position 2, expected numbers'],
    [
      'with infinity',
      { values: [1, 2, 3, 4, 5, Number.NEGATIVE_INFINITY] },
      'its nodes hold -Infinity at position 5, expected numbers',
    ],
  ])('are refused %s', (_, flat, reason) => {
    expect(() => readInner(flat)).toThrow(refusal(reason));
  });
});
