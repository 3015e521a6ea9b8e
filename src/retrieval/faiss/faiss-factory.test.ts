import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../core/errors.js';
import { checkFactory, parseFactory } from './faiss-factory.js';

describe('index factory strings', () => {
  it('are taken apart', () => {
    expect(parseFactory('Flat')).toMatchObject({ text: 'Flat', nlist: undefined, neighbors: undefined });
    expect(parseFactory(' IVF64, Flat ')).toMatchObject({ text: 'IVF64,Flat', nlist: 64 });
    expect(parseFactory('HNSW32,Flat')).toMatchObject({ text: 'HNSW32', neighbors: 32 });
    expect(parseFactory('PQ16x8')).toMatchObject({ text: 'PQ16', quantizer: { parts: 16, bits: 8 } });
    expect(parseFactory('IVF8,PQ4x5')).toMatchObject({
      text: 'IVF8,PQ4x5',
      nlist: 8,
      quantizer: { parts: 4, bits: 5 },
    });
  });

  it.each([
    '',
    'flat',
    'IVF64',
    'IVF,Flat',
    'HNSW',
    'IVF64,HNSW32',
    'PQ',
    'PQ8x',
    'Flat,Flat',
    'LSH',
    'PQ8;rm',
    'IVF-1,Flat',
  ])('outside the grammar are refused with the choices: "%s"', (text) => {
    expect(() => parseFactory(text)).toThrow(ConfigError);
    expect(() => parseFactory(text)).toThrow(/expected one of Flat, IVF<lists>,Flat, HNSW<neighbours>/);
  });

  it.each([
    ['IVF0,Flat', /number of lists is 0, expected 1 to/],
    ['HNSW1', /number of neighbours is 1, expected 2 to 512/],
    ['PQ8x9', /bits of a code is 9, expected 4 to 8/],
    ['PQ0', /number of parts is 0/],
  ])('with numbers that FAISS does not take are refused: %s', (text, message) => {
    expect(() => parseFactory(text)).toThrow(message);
  });

  it('ask for enough vectors, and name an index that fits', () => {
    const check = (text: string, size: number, embeddingDim = 64) =>
      checkFactory(parseFactory(text), { size, embeddingDim });
    expect(() => check('IVF2048,Flat', 1447)).toThrow(
      'index "IVF2048,Flat": IVF2048 needs at least 2,048 (recommended 79,872) vectors; this run has 1,447 items; use IVF32,Flat',
    );
    expect(check('IVF256,Flat', 1447)).toEqual([expect.stringMatching(/recommended 9,984.*IVF32,Flat fits better/)]);
    expect(check('IVF32,Flat', 1447)).toEqual([]);
    expect(() => check('PQ8', 200)).toThrow(/PQ8 needs at least 256 .* this run has 200 items; use Flat/);
    expect(() => check('PQ8', 255)).toThrow(/use Flat/);
    expect(check('PQ8', 1447)).toEqual([expect.stringMatching(/PQ8x5 fits better/)]);
    expect(() => check('IVF999,Flat', 500)).toThrow(/use IVF8,Flat$/);
    expect(() => check('IVF2048,PQ8', 1447)).toThrow(/use IVF32,PQ8x5$/);
    for (const text of ['IVF8,Flat', 'IVF32,PQ8x5']) expect(parseFactory(text).text).toBe(text);
    expect(() => check('PQ7', 100_000)).toThrow(
      /7 parts do not divide the dimension 64; it takes 1, 2, 4, 8, 16, 32, 64/,
    );
    expect(() => check('HNSW32', 0)).toThrow(/no items; use Flat/);
    expect(check('Flat', 0)).toEqual([]);
    expect(check('HNSW32', 1)).toEqual([]);
  });
});
