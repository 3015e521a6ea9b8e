/**
 * Our own writer of the FAISS index format, for what needs no training: flat vectors, and the map from positions to ids
 * that wraps any index. Same bytes as `faiss::write_index` (checked against FAISS 1.7.3, 1.7.4 and 1.15.1).
 *
 *   header   int32 d · int64 ntotal · 2 × int64 2^20 (unused) · uint8 isTrained · int32 metric        33 bytes
 *   flat     'IxFI' (inner product) or 'IxF2' (L2) · header · uint64 n·d · n·d × float32
 *   id map   'IxMp' · header · the wrapped index · uint64 n · n × int64
 *
 * All numbers are little-endian; nothing is aligned.
 */
import { assertLength, ShapeError } from '../../core/errors.js';

/** FAISS's codes of the metrics that twinlight reads and writes. */
export const FAISS_METRICS = Object.freeze({ 'inner-product': 0, l2: 1 });
export type FaissMetric = keyof typeof FAISS_METRICS;

const FOURCC_BYTES = 4;
const HEADER_BYTES = 33;
const FLAT_FOURCC: Readonly<Record<FaissMetric, string>> = { 'inner-product': 'IxFI', l2: 'IxF2' };
/** Filled into two fields that FAISS no longer uses. */
const UNUSED_FIELD = 1n << 20n;

/**
 * An IndexFlatIP or IndexFlatL2.
 * @param vectors `[size, embeddingDim]` row-major
 */
export function encodeFlatIndex(
  vectors: Float32Array,
  embeddingDim: number,
  metric: FaissMetric = 'inner-product',
): Uint8Array {
  const size = vectors.length / embeddingDim;
  if (!Number.isInteger(size) || embeddingDim < 1) {
    throw new ShapeError(`vectors: ${vectors.length} numbers are no whole number of rows of ${embeddingDim}`);
  }
  const start = FOURCC_BYTES + HEADER_BYTES + 8;
  const bytes = new Uint8Array(start + vectors.byteLength);
  writeHeader(bytes, FLAT_FOURCC[metric], embeddingDim, size, metric);
  new DataView(bytes.buffer).setBigUint64(start - 8, BigInt(vectors.length), true);
  bytes.set(new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength), start);
  return bytes;
}

/**
 * An IndexIDMap around an index that is already encoded: position p of `inner` answers to `ids[p]`.
 * @param ids `[size]`
 */
export function wrapInIdMap(
  inner: Uint8Array,
  ids: BigInt64Array,
  { embeddingDim, metric = 'inner-product' }: { embeddingDim: number; metric?: FaissMetric },
): Uint8Array {
  const size = Number(new DataView(inner.buffer, inner.byteOffset).getBigInt64(FOURCC_BYTES + 4, true));
  assertLength('ids', ids.length, size);
  const innerStart = FOURCC_BYTES + HEADER_BYTES;
  const idsStart = innerStart + inner.byteLength + 8;
  const bytes = new Uint8Array(idsStart + ids.byteLength);
  writeHeader(bytes, 'IxMp', embeddingDim, size, metric);
  bytes.set(inner, innerStart);
  new DataView(bytes.buffer).setBigUint64(idsStart - 8, BigInt(size), true);
  bytes.set(new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength), idsStart);
  return bytes;
}

/** 0, 1, … size-1, `[size]`: the ids of a bundle are row numbers. */
export function rowIds(size: number): BigInt64Array {
  const ids = new BigInt64Array(size);
  for (let row = 0; row < size; row++) ids[row] = BigInt(row);
  return ids;
}

function writeHeader(bytes: Uint8Array, fourcc: string, embeddingDim: number, size: number, metric: FaissMetric): void {
  for (let i = 0; i < FOURCC_BYTES; i++) bytes[i] = fourcc.charCodeAt(i);
  const view = new DataView(bytes.buffer, FOURCC_BYTES, HEADER_BYTES);
  view.setInt32(0, embeddingDim, true);
  view.setBigInt64(4, BigInt(size), true);
  view.setBigInt64(12, UNUSED_FIELD, true);
  view.setBigInt64(20, UNUSED_FIELD, true);
  view.setUint8(28, 1);
  view.setInt32(29, FAISS_METRICS[metric], true);
}
