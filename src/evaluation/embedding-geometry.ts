/**
 * What vectors are like, whatever they recall: alignment and uniformity (`alignment-uniformity.ts`), and the hubness of
 * items among items, the skewness of N_k over lists of the k nearest items by cosine (Radovanović, Nanopoulos & Ivanović
 * 2010, JMLR 11, section 2.2). Near 0: each item is a neighbour of about as many. Large: a few hubs are neighbours of very
 * many, which shows in `similar` and in the lists of users.
 */
import { Rng } from '../core/rng.js';
import type { Embeddings } from '../retrieval/recommender.js';
import { similarItems } from '../retrieval/similar-items.js';
import { type AlignmentUniformity, alignmentUniformity, type PositivePairs } from './alignment-uniformity.js';
import { skewness } from './metrics/hubness.js';

export const ITEM_HUBNESS_DEFAULTS = Object.freeze({
  /** Neighbours of an item, as Radovanović et al. have it. */
  k: 10,
  /** Items whose neighbours are looked for; of more a random sample without replacement. Fewer: more noise. */
  maxQueries: 4096,
  seed: 0,
});

export interface EmbeddingGeometry extends AlignmentUniformity {
  /** Skewness of N_10 of the items. NaN with fewer than three non-zero vectors. */
  readonly hubnessItems: number;
}

/** @param pairs the positives whose distance alignment is, e.g. the training edges */
export async function embeddingGeometry(embeddings: Embeddings, pairs: PositivePairs): Promise<EmbeddingGeometry> {
  return { ...alignmentUniformity(embeddings, pairs), hubnessItems: await itemHubness(embeddings) };
}

/**
 * Items whose vector is all zeros have no direction: they neither ask nor count.
 * @param options `k`: 1 … items − 1, cut to that
 */
export async function itemHubness(
  embeddings: Embeddings,
  options: { k?: number; maxQueries?: number; seed?: number } = {},
): Promise<number> {
  const { k, maxQueries, seed } = { ...ITEM_HUBNESS_DEFAULTS, ...options };
  const items = nonZeroRows(embeddings.items, embeddings.embeddingDim);
  if (items.length < 3) return Number.NaN;
  const isSampled = items.length > maxQueries;
  const asked = isSampled ? Rng.of(seed, 'item-hubness').shuffle(items.slice()).subarray(0, maxQueries) : items;
  const { ids } = await similarItems(embeddings, asked, Math.min(k, items.length - 1));
  const counts = new Int32Array(embeddings.items.length / embeddings.embeddingDim);
  for (const id of ids) if (id >= 0) counts[id]++;
  return skewness(items.map((item) => counts[item]));
}

function nonZeroRows(table: Float32Array, width: number): Int32Array {
  const rows = Int32Array.from({ length: table.length / width }, (_, row) => row);
  return rows.filter((row) => table.subarray(row * width, (row + 1) * width).some((value) => value !== 0));
}
