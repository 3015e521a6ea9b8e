/**
 * The header that every FAISS index begins with, after its four-character code:
 *
 *   int32 dimension · int64 vectors · 2 × int64 (unused) · uint8 trained · int32 metric
 *
 * Holds: the dimension is at least 1; the number of vectors fits a 32-bit id; the index was trained (exactly 1: FAISS
 * reads the byte as a bool); the metric is inner product or L2, so that no argument of a metric follows. An index inside
 * another one has the same dimension and metric, and as many vectors as the outer one counts on.
 */
import type { FaissCursor } from '../faiss-cursor.js';
import { FAISS_METRICS, type FaissMetric } from '../faiss-format.js';

export interface FaissHeader {
  readonly embeddingDim: number;
  readonly size: number;
  readonly metric: FaissMetric;
}

/** Ids are 32-bit in results, -1 stands for "nothing found". */
export const MOST_ID = 2 ** 31 - 1;

/** @throws DataError `FAISS_DAMAGED` */
export function readHeader(cursor: FaissCursor): FaissHeader {
  const embeddingDim = cursor.int32('the dimension');
  const size = cursor.size('the number of vectors');
  cursor.skip(16, 'unused fields');
  const trained = cursor.uint8('the trained flag');
  const code = cursor.int32('the metric');
  const metric = (Object.keys(FAISS_METRICS) as FaissMetric[]).find((name) => FAISS_METRICS[name] === code);
  if (embeddingDim < 1) throw cursor.damaged(`its dimension is ${embeddingDim}, expected at least 1`);
  cursor.assertRange('the number of vectors', size, [0, MOST_ID]);
  if (trained === 0) throw cursor.damaged('it was never trained');
  cursor.assertEqual('the trained flag', trained, 1);
  if (metric === undefined) throw cursor.damaged(`its metric has the code ${code}, neither inner product nor L2`);
  return { embeddingDim, size, metric };
}

/** @param part what the inner index is called, e.g. `its clusters` */
export function assertFits(cursor: FaissCursor, part: string, inner: FaissHeader, expected: FaissHeader): void {
  const { embeddingDim, size, metric } = inner;
  if (embeddingDim === expected.embeddingDim && size === expected.size && metric === expected.metric) return;
  const described = (header: FaissHeader) =>
    `${header.size} vectors of ${header.embeddingDim} numbers by ${header.metric}`;
  throw cursor.damaged(`${part} are ${described(inner)}, expected ${described(expected)}`);
}
