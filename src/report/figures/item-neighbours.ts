/** The items nearest to each item by cosine, for the whole catalogue. */
import type { Embeddings } from '../../retrieval/recommender.js';
import { similarItems } from '../../retrieval/similar-items.js';

interface ItemNeighbours {
  readonly k: number;
  /** Nearest first, -1 where there is none, `[numItems, k]`. */
  readonly ids: Int32Array;
  /** Cosine × 10,000, rounded: finer than anybody reads, `[numItems, k]`. */
  readonly cosines: Int16Array;
}

/** Items that are asked for at a time: their vectors are copied. */
const BATCH = 8192;

export async function itemNeighbours(embeddings: Embeddings, k: number): Promise<ItemNeighbours> {
  const numItems = embeddings.items.length / embeddings.embeddingDim;
  const width = Math.min(k, numItems);
  const ids = new Int32Array(numItems * width);
  const cosines = new Int16Array(numItems * width);
  for (let first = 0; first < numItems; first += BATCH) {
    const items = Int32Array.from({ length: Math.min(BATCH, numItems - first) }, (_, at) => first + at);
    const top = await similarItems(embeddings, items, width);
    ids.set(top.ids, first * width);
    cosines.set(
      Int16Array.from(top.scores, (score) => (Number.isFinite(score) ? Math.round(10_000 * score) : 0)),
      first * width,
    );
  }
  return { k: width, ids, cosines };
}
