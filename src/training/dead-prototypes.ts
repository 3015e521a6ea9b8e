/**
 * Prototypes that are the nearest one (by inner product) of no row. Counted by the kernels that train, block by block, up to where
 * none is left: rows × prototypes × numbers is what the epoch's prototype loss has computed several times over.
 */
import { ExactTopK } from '../retrieval/index.js';
import type { PrototypeSet } from '../runs/trained-run.js';

/** A healthy set is through after one or two. */
const ROWS_A_BLOCK = 16_384;

/** @param vectors `[numRows, embeddingDim]` */
export async function countDead(
  vectors: Float32Array,
  { numPrototypes, embeddingDim, vectors: centres }: PrototypeSet,
): Promise<number> {
  const nearest = new ExactTopK(centres, embeddingDim);
  const dead = new Set(Array(numPrototypes).keys());
  const step = ROWS_A_BLOCK * embeddingDim;
  for (let from = 0; from < vectors.length && dead.size > 0; from += step) {
    const { ids } = await nearest.search(vectors.subarray(from, from + step), 1);
    for (const id of ids) dead.delete(id);
  }
  return dead.size;
}
