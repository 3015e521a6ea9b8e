/**
 * A product quantizer: vectors are cut into parts, and each part becomes the number of its nearest centroid.
 *
 *   uint64 dimension · uint64 parts · uint64 bits · uint64 count · count × float32, [parts, 2^bits, dimension / parts]
 *
 * Holds: the dimension is that of the index and a multiple of the parts (FAISS divides); 4 to 8 bits, so that every code
 * names a centroid whatever its bytes are; count = dimension × 2^bits; the centroids are finite.
 * Reference: Jégou, Douze, Schmid 2011, "Product Quantization for Nearest Neighbor Search".
 */
import type { FaissCursor } from '../faiss-cursor.js';
import { CODE_BITS, type FaissFactory } from '../faiss-factory.js';

export type ProductQuantizer = NonNullable<FaissFactory['quantizer']>;

/** Of one vector, packed. */
export const bytesOfCode = ({ parts, bits }: ProductQuantizer): number => Math.ceil((parts * bits) / 8);

/** @throws DataError `FAISS_DAMAGED` */
export function readProductQuantizer(cursor: FaissCursor, embeddingDim: number): ProductQuantizer {
  const dimension = cursor.size("the quantizer's dimension");
  const parts = cursor.size("the quantizer's number of parts");
  const bits = cursor.size("the quantizer's bits");
  cursor.assertEqual("the quantizer's dimension", dimension, embeddingDim);
  cursor.assertRange("the quantizer's number of parts", parts, [1, embeddingDim]);
  cursor.assertRange("the quantizer's bits", bits, [CODE_BITS.least, CODE_BITS.most]);
  if (dimension % parts !== 0) throw cursor.damaged(`${parts} parts of the quantizer do not divide ${dimension}`);
  const centroids = cursor.vector(4, 'the centroids of the quantizer');
  if (centroids.count !== dimension * 2 ** bits) {
    throw cursor.damaged(
      `a quantizer of ${parts} × ${bits} bits for ${dimension} dimensions has ${centroids.count} numbers, expected ${dimension * 2 ** bits}`,
    );
  }
  cursor.assertFinite('the centroids of the quantizer', centroids);
  return { parts, bits };
}
