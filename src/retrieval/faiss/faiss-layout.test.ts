import { describe, expect, it } from 'vitest';
import { counted, FaissBytes, refusal } from '../../../tests/faiss-bytes.js';
import { readFaissLayout } from './faiss-layout.js';

const read = (bytes: FaissBytes) => readFaissLayout(bytes.bytes(), 'items.faiss');

/** Two lists of one vector each, in codes of two parts and four bits: one byte. */
const PQ = { bits: 4, search: 0, signs: 0, threshold: 9, codes: [18, 52, 86] };
const pq = (change: Partial<typeof PQ> = {}) => {
  const { bits, search, signs, threshold, codes } = { ...PQ, ...change };
  return new FaissBytes()
    .code('IxPq')
    .header()
    .i64(2, 2, bits)
    .vector('f32', counted(2 * 2 ** bits))
    .vector('u8', codes)
    .i32(search)
    .u8(signs)
    .i32(threshold);
};

const ivfPq = ({ residual = 1, codeSize = 1 } = {}) =>
  new FaissBytes()
    .code('IwPQ')
    .header()
    .i64(2, 1)
    .flat({ size: 2 })
    .u8(0)
    .vector('i64', [])
    .u8(residual)
    .i64(codeSize)
    .i64(2, 2, 4)
    .vector('f32', counted(32))
    .code('ilar')
    .i64(2, 1)
    .code('full')
    .vector('i64', [1, 2])
    .u8(18)
    .i64(2)
    .u8(52, 86)
    .i64(0, 1);

describe('the layout of a file', () => {
  it('is that of the index inside an id map', () => {
    const bytes = new FaissBytes().code('IxMp').header().flat().vector('i64', [9, 8, 7]);
    expect(read(bytes)).toMatchObject({
      factory: 'Flat',
      size: 3,
      ids: BigInt64Array.of(9n, 8n, 7n),
      vectorsOffset: 82,
    });
    const turnable = new FaissBytes().code('IxM2').header().flat().vector('i64', [9, 8, 7]);
    expect(read(turnable).ids).toEqual(BigInt64Array.of(9n, 8n, 7n));
  });

  it('of codes says how they are made', () => {
    expect(read(pq())).toMatchObject({ factory: 'PQ2x4', quantizer: { parts: 2, bits: 4 } });
    expect(read(ivfPq())).toMatchObject({ factory: 'IVF2,PQ2x4', nprobe: { value: 1 } });
    expect(read(ivfPq({ residual: 0 })).factory).toBe('IVF2,PQ2x4');
  });

  it.each<[string, FaissBytes, string]>([
    ['codes of another length', pq({ codes: [1, 2] }), 'the length of the codes is 2, expected 3'],
    ['a search that throws', pq({ search: 4 }), 'the search type is 4, expected 0'],
    ['a flag that is no bool', pq({ signs: 2 }), 'the flag for codes of signs is 2, expected 0 … 1'],
    ['a negative threshold', pq({ threshold: -1 }), 'the polysemous threshold is -1, expected 0 … 9'],
    ['a residual flag that is no bool', ivfPq({ residual: 255 }), 'the residual flag is 255, expected 0 … 1'],
    ['another code size', ivfPq({ codeSize: 2 }), 'the code size is 2, expected 1'],
    ['more bytes', pq().u8(0, 0), '2 bytes follow the end of the index'],
    ['an id map in an id map', new FaissBytes().code('IxMp').header().code('IxM2'), 'an id map holds an id map'],
  ])('with %s is refused', (_, bytes, reason) => {
    expect(() => read(bytes)).toThrow(refusal(reason));
  });

  it.each(['IxPT', 'IxSQ', 'IwSQ', 'IHNp', 'IxRF', 'IvFl', 'Imiq', 'IBxF', '\0\0\0\0'])(
    'of the kind "%s", which twinlight does not write, is refused',
    (code) => {
      const known = 'IxFI, IxF2, IxFl, IwFl, IwPQ, IxPq, IHNf, IxMp, IxM2';
      const reason = refusal(`it begins with "${code}", where one of ${known} was expected`);
      expect(() => read(new FaissBytes().code(code).header())).toThrow(reason);
      expect(() => read(new FaissBytes().code('IxMp').header().code(code).header())).toThrow(reason);
    },
  );

  it('cannot be nested until the stack ends', () => {
    const bytes = new FaissBytes();
    for (let depth = 0; depth < 20_000; depth++) bytes.code('IxMp').header();
    expect(() => read(bytes)).toThrow(refusal('an id map holds an id map'));
  });
});
