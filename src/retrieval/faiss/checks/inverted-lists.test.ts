import { describe, expect, it } from 'vitest';
import { FaissBytes, refusal } from '../../../../tests/faiss-bytes.js';
import { readInvertedLists, readListsHeader } from './inverted-lists.js';

const HEADER = { embeddingDim: 2, size: 5, metric: 'inner-product' } as const;
const WHOLE_HEADER = { lists: 3, nprobe: 2, centroids: 3, mapKind: 0, map: [] as number[] };

function readHeader(change: Partial<Record<keyof typeof WHOLE_HEADER, unknown>>) {
  const { lists, nprobe, centroids, mapKind, map } = { ...WHOLE_HEADER, ...change } as typeof WHOLE_HEADER;
  const bytes = new FaissBytes().i64(lists, nprobe).flat({ size: centroids }).u8(mapKind).vector('i64', map);
  return readListsHeader(bytes.cursor(), HEADER);
}

describe("the lists' header", () => {
  it('is read', () => {
    expect(readHeader({})).toEqual({ nlist: 3, nprobe: { offset: 8, value: 2 } });
    expect(readHeader({ nprobe: 3 }).nprobe.value).toBe(3);
  });

  it.each<[Partial<Record<keyof typeof WHOLE_HEADER, unknown>>, string]>([
    [{ lists: 0 }, 'it has no lists'],
    [{ lists: -1 }, 'the number of lists is -1, expected 0 … 9007199254740991'],
    [{ nprobe: 0 }, 'nprobe is 0, expected 1 … 3'],
    [{ nprobe: 4 }, 'nprobe is 4, expected 1 … 3'],
    [{ nprobe: 2n ** 62n }, 'nprobe is 4611686018427387904, expected 0 … 9007199254740991'],
    [
      { centroids: 2 },
      'the centroids of its lists are 2 vectors of 2 numbers by inner-product, expected 3 vectors of 2 numbers by inner-product',
    ],
    [{ mapKind: 1, map: [0, 1] }, 'it has a direct map (kind 1), expected none'],
    [{ mapKind: 2 }, 'it has a direct map (kind 2), expected none'],
    [{ map: [0] }, 'the length of the direct map is 1, expected 0'],
  ])('with %o is refused', (change, reason) => {
    expect(() => readHeader(change)).toThrow(refusal(reason));
  });
});

interface Lists {
  kind: string;
  lists: number;
  codeBytes: number;
  form: string;
  /** A size each, or pairs of list and size. */
  sizes: number[];
  /** Of the lists that have any. */
  ids: (number | bigint)[][];
  value: number;
}
const FULL: Lists = {
  kind: 'ilar',
  lists: 3,
  codeBytes: 8,
  form: 'full',
  sizes: [2, 0, 3],
  ids: [
    [4, 0],
    [1, 2, 3],
  ],
  value: 1,
};
const SPARSE: Lists = { ...FULL, form: 'sprs', sizes: [0, 2, 2, 3] };

function readLists(whole: Lists, change: Partial<Lists>, areFloats = true) {
  const { kind, lists, codeBytes, form, sizes, ids, value } = { ...whole, ...change };
  const bytes = new FaissBytes().code(kind).i64(lists, codeBytes).code(form).vector('i64', sizes);
  for (const list of ids) bytes.f32(...list.flatMap(() => [value, 1])).i64(...list);
  const cursor = bytes.cursor();
  readInvertedLists(cursor, { nlist: 3, size: 5, codes: { bytes: 8, areFloats } });
  return cursor;
}

describe('inverted lists', () => {
  it.each([FULL, SPARSE])('are walked to their end: $form', (whole) => {
    const cursor = readLists(whole, {});
    expect(cursor.offset).toBe(cursor.bytes.length);
  });

  it('hold codes of any bytes where these are no floats', () => {
    expect(() => readLists(FULL, { value: Number.NaN }, false)).not.toThrow();
  });

  it.each<[Lists, Partial<Lists>, string]>([
    [FULL, { kind: 'ilod' }, 'its lists have the kind "ilod", where "ilar" was expected'],
    [FULL, { lists: 4 }, '4 lists of 8 bytes stand for 3 of 8'],
    [FULL, { codeBytes: 4 }, '3 lists of 4 bytes stand for 3 of 8'],
    [FULL, { form: 'half' }, 'its list sizes have the form "half", where "full" or "sprs" was expected'],
    [FULL, { sizes: [2, 3] }, 'the number of list sizes is 2, expected 3'],
    [FULL, { sizes: [2, 0, 3, 0] }, 'the number of list sizes is 4, expected 3'],
    [FULL, { sizes: [2, 0, 4] }, 'its lists hold 6 vectors, not 5'],
    [FULL, { sizes: [2, 0, 6] }, 'a list size is 6, expected 0 … 5'],
    [FULL, { sizes: [2, -1, 3] }, 'a list size is -1, expected 0 … 9007199254740991'],
    [
      FULL,
      {
        ids: [
          [4, 0],
          [1, 2, 5],
        ],
      },
      'a list holds the id 5, expected 0 … 4',
    ],
    [
      FULL,
      {
        ids: [
          [4, 0],
          [1, 2, -1],
        ],
      },
      'a list holds the id -1, expected 0 … 4',
    ],
    [
      FULL,
      {
        ids: [
          [4, 2n ** 32n],
          [1, 2, 3],
        ],
      },
      'a list holds the id 4294967296, expected 0 … 4',
    ],
    [
      FULL,
      {
        ids: [
          [4, 1],
          [1, 2, 3],
        ],
      },
      'its lists hold the id 1 twice',
    ],
    [FULL, { value: Number.POSITIVE_INFINITY }, 'the vectors of a list hold Infinity at position 0, expected numbers'],
    [
      FULL,
      {
        ids: [
          [4, 0],
          [1, 2],
        ],
      },
      'it ends at byte 120, within the inverted lists, from byte 56 on',
    ],
    [SPARSE, { sizes: [0, 2, 2] }, '3 numbers are no pairs of list and size'],
    [SPARSE, { sizes: [0, 2, 3, 3] }, 'a list number is 3, expected 1 … 2'],
    [SPARSE, { sizes: [2, 2, 0, 3] }, 'a list number is 0, expected 3 … 2'],
    [SPARSE, { sizes: [2, 2, 2, 3] }, 'a list number is 2, expected 3 … 2'],
    [SPARSE, { sizes: [0, 2] }, 'its lists hold 2 vectors, not 5'],
  ])('%# with something wrong are refused', (whole, change, reason) => {
    expect(() => readLists(whole, change)).toThrow(refusal(reason));
  });
});
