import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../core/errors.js';
import { Rng } from '../../core/rng.js';
import { loadFaissNode } from './faiss-backend.js';
import { encodeFlatIndex, type FaissMetric, rowIds, wrapInIdMap } from './faiss-format.js';
import { readFaissLayout } from './faiss-layout.js';
import { flatVectors } from './flat-index.js';

const hasFaiss = loadFaissNode() !== undefined;
if (!hasFaiss) console.warn('faiss-node is not built here: the comparisons with FAISS itself are skipped');

function randomVectors(size: number, embeddingDim: number): Float32Array {
  const rng = Rng.of(7, 'vectors', size, embeddingDim);
  return Float32Array.from({ length: size * embeddingDim }, () => rng.normal());
}

/** The format written out by hand, byte by byte, for two vectors of two numbers with the ids 0 and 1. */
const BY_HAND = [
  ...[0x49, 0x78, 0x4d, 0x70], // IxMp
  ...[2, 0, 0, 0], // dimension
  ...[2, 0, 0, 0, 0, 0, 0, 0], // vectors
  ...[0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0], // 2^20, twice
  ...[1, 0, 0, 0, 0], // trained, inner product
  ...[0x49, 0x78, 0x46, 0x49], // IxFI
  ...[2, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0],
  ...[0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0],
  ...[1, 0, 0, 0, 0],
  ...[4, 0, 0, 0, 0, 0, 0, 0], // numbers
  ...[0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0x3f], // 1, -2, 0, 0.5
  ...[2, 0, 0, 0, 0, 0, 0, 0], // ids
  ...[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0],
];

describe('the FAISS file format', () => {
  it('is written as spelled out by hand', () => {
    const flat = encodeFlatIndex(Float32Array.of(1, -2, 0, 0.5), 2);
    expect([...wrapInIdMap(flat, rowIds(2), { embeddingDim: 2 })]).toEqual(BY_HAND);
  });

  it('differs between the metrics in two places', () => {
    const vectors = Float32Array.of(1, 2, 3);
    const [product, distance] = [encodeFlatIndex(vectors, 3), encodeFlatIndex(vectors, 3, 'l2')];
    const differing = [...product.keys()].filter((at) => product[at] !== distance[at]);
    expect(differing).toEqual([3, 33]);
    expect(readFaissLayout(distance, 'x').metric).toBe('l2');
  });

  it.skipIf(!hasFaiss).each(['inner-product', 'l2'] as FaissMetric[])(
    'has the bytes that FAISS writes: %s',
    (metric) => {
      const library = createRequire(import.meta.url)('faiss-node') as Record<string, FlatConstructor>;
      for (const [size, embeddingDim] of [
        [1, 1],
        [3, 2],
        [100, 64],
        [0, 5],
      ]) {
        const vectors = randomVectors(size, embeddingDim);
        const theirs = new library[metric === 'l2' ? 'IndexFlatL2' : 'IndexFlatIP'](embeddingDim);
        if (size > 0) theirs.add(Array.from(vectors));
        expect(Buffer.compare(theirs.toBuffer(), encodeFlatIndex(vectors, embeddingDim, metric))).toBe(0);
      }
    },
  );

  it('comes back as it was written', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.float({ noNaN: true }), { maxLength: 60 }),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        (embeddingDim, numbers, firstId) => {
          const size = Math.floor(numbers.length / embeddingDim);
          const vectors = Float32Array.from(numbers.slice(0, size * embeddingDim));
          const ids = BigInt64Array.from({ length: size }, (_, row) => firstId - BigInt(row));
          const bytes = wrapInIdMap(encodeFlatIndex(vectors, embeddingDim), ids, { embeddingDim });
          const layout = readFaissLayout(bytes, 'x');
          expect(layout).toMatchObject({ factory: 'Flat', embeddingDim, size, metric: 'inner-product' });
          expect(layout.ids).toEqual(ids);
          expect(flatVectors(bytes, layout, 'x')).toEqual(vectors);
        },
      ),
    );
  });

  it('can be read from the middle of a buffer', () => {
    const bytes = encodeFlatIndex(Float32Array.of(5, 6), 2);
    const padded = new Uint8Array(bytes.length + 3);
    padded.set(bytes, 3);
    const view = Buffer.from(padded.buffer, 3);
    expect([...flatVectors(view, readFaissLayout(view, 'x'), 'x')]).toEqual([5, 6]);
  });

  it('refuses every cut and every overhang, with the name and the byte', () => {
    const whole = Uint8Array.from(BY_HAND);
    for (let length = 0; length < whole.length; length++) {
      expect(() => readFaissLayout(whole.subarray(0, length), 'items.faiss')).toThrow(DataError);
    }
    expect(() => readFaissLayout(whole.subarray(0, 20), 'items.faiss')).toThrow(/^items\.faiss: .* ends at byte 20/);
    expect(() => readFaissLayout(Uint8Array.from([...BY_HAND, 0]), 'x')).toThrow(/1 bytes follow the end/);
  });

  it('never takes changed header bytes for something else without an error or the same sizes', () => {
    const flatHeaderBytes = [...Array(37).keys(), ...Array.from({ length: 45 }, (_, i) => 37 + i)];
    fc.assert(
      fc.property(fc.constantFrom(...flatHeaderBytes), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = Uint8Array.from(BY_HAND);
        bytes[at] ^= change;
        let layout: ReturnType<typeof readFaissLayout>;
        try {
          layout = readFaissLayout(bytes, 'x');
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
          return;
        }
        expect(layout).toMatchObject({ size: 2, embeddingDim: 2 });
      }),
    );
  });

  it('refuses an id map of another size than its index', () => {
    const bytes = Uint8Array.from(BY_HAND);
    bytes[8] = 3;
    expect(() => readFaissLayout(bytes, 'x')).toThrow(/2 ids stand for 2 vectors of 2 numbers/);
    bytes[8] = 2;
    bytes[4] = 3;
    expect(() => readFaissLayout(bytes, 'x')).toThrow(DataError);
  });

  it('says what is wrong with a file of something else', () => {
    expect(() => readFaissLayout(Buffer.from('PAR1 and more'), 'x.faiss')).toThrow(
      /begins with "PAR1", where one of IxFI/,
    );
    const untrained = Uint8Array.from(BY_HAND);
    untrained[32] = 0;
    expect(() => readFaissLayout(untrained, 'x')).toThrow(/never trained/);
  });

  it('refuses ids or vectors of another length', () => {
    expect(() => encodeFlatIndex(new Float32Array(5), 2)).toThrow(/5 numbers are no whole number of rows of 2/);
    expect(() => wrapInIdMap(encodeFlatIndex(new Float32Array(4), 2), rowIds(3), { embeddingDim: 2 })).toThrow(
      /ids: expected length 2, got 3/,
    );
  });
});

type FlatConstructor = new (embeddingDim: number) => { add(vectors: number[]): void; toBuffer(): Buffer };
