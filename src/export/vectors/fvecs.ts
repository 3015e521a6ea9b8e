/**
 * The fvecs files of the TEXMEX corpora (http://corpus-texmex.irisa.fr): for each vector its length as int32, then its numbers as float32, little-endian,
 * without a header. Faiss, hnswlib's and ann-benchmarks' tools read it. Ids are not in it.
 */
import { assertLength } from '../../core/errors.js';

/** @param vectors `[rows, embeddingDim]` row-major */
export function encodeFvecs(vectors: Float32Array, rows: number, embeddingDim: number): Uint8Array {
  assertLength('vectors', vectors.length, rows * embeddingDim);
  const floats = new Float32Array(rows * (embeddingDim + 1));
  const lengths = new Int32Array(floats.buffer);
  for (let row = 0; row < rows; row++) {
    const start = row * (embeddingDim + 1);
    lengths[start] = embeddingDim;
    floats.set(vectors.subarray(row * embeddingDim, (row + 1) * embeddingDim), start + 1);
  }
  return new Uint8Array(floats.buffer);
}
