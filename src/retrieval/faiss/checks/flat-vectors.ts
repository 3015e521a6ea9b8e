/**
 * Vectors stored whole, as an index of their own or inside another one (centroids of lists, nodes of a graph):
 *
 *   'IxFI' (inner product), 'IxF2' (L2) or 'IxFl' (any) · header · uint64 count · count × float32
 *
 * Holds: count = vectors × dimension; the code and the metric agree, because FAISS measures by the one and sorts by the
 * other; inside another index all numbers are finite.
 */
import type { FaissCursor, FaissVector } from '../faiss-cursor.js';
import type { FaissMetric } from '../faiss-format.js';
import { assertFits, type FaissHeader, readHeader } from './header.js';

/** Metric that the code stands for; undefined where the header alone decides. */
const METRIC_OF_CODE = new Map<string, FaissMetric | undefined>([
  ['IxFI', 'inner-product'],
  ['IxF2', 'l2'],
  ['IxFl', undefined],
]);

export const FLAT_CODES: readonly string[] = [...METRIC_OF_CODE.keys()];

/**
 * The vectors that follow the header of a flat index, `[size, embeddingDim]`.
 * @throws DataError `FAISS_DAMAGED`
 */
export function readFlatVectors(cursor: FaissCursor, code: string, header: FaissHeader): FaissVector {
  const metric = METRIC_OF_CODE.get(code) ?? header.metric;
  if (metric !== header.metric) {
    throw cursor.damaged(`its code "${code}" stands for ${metric}, its header says ${header.metric}`);
  }
  const vectors = cursor.vector(4, 'the vectors');
  if (vectors.count !== header.size * header.embeddingDim) {
    throw cursor.damaged(`${vectors.count} numbers stand for ${header.size} vectors of ${header.embeddingDim}`);
  }
  return vectors;
}

/**
 * A whole flat index inside another one.
 * @param part what it holds, e.g. `its clusters`
 */
export function readInnerFlat(cursor: FaissCursor, part: string, expected: FaissHeader): void {
  const code = cursor.fourcc();
  if (!METRIC_OF_CODE.has(code)) {
    throw cursor.damaged(`${part} are an index "${code}", expected one of ${FLAT_CODES.join(', ')}`);
  }
  const header = readHeader(cursor);
  const vectors = readFlatVectors(cursor, code, header);
  assertFits(cursor, part, header, expected);
  cursor.assertFinite(part, vectors);
}
