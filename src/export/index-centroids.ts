/**
 * What the lists of an IVF index are clusters of: of the items that are searched, of items and the users who search, or, with
 * no clustering at all, the item prototypes that training made. A list is probed where its centroid has a high inner product
 * with a user, so the users' side of the space counts as well; bench/ann/centroids.mjs has the figures.
 */
import { ConfigError } from '../core/errors.js';
import { MOST_TRAINING_POINTS } from '../retrieval/faiss/faiss-build.js';
import type { Embeddings } from '../retrieval/recommender.js';
import type { PrototypeSet } from '../runs/trained-run.js';

export const INDEX_CENTROIDS = Object.freeze(['items', 'items-and-users', 'prototypes'] as const);
export type IndexCentroids = (typeof INDEX_CENTROIDS)[number];

/** What lists are made of when nothing is said. */
export const DEFAULT_CENTROIDS: IndexCentroids = 'items-and-users';

/** The factory strings that centroids can be chosen for. */
const IVF_FLAT = /^IVF(\d+),Flat$/;

/** @returns whether an index of this kind has lists of which the clusters can be chosen @param factory as FAISS spells it */
export const hasCentroids = (factory: string): boolean => IVF_FLAT.test(factory);

interface CentroidSource {
  readonly embeddings: Pick<Embeddings, 'users' | 'items' | 'embeddingDim'>;
  /** Of the run, where it has some. */
  readonly prototypes: PrototypeSet | undefined;
  /** As FAISS spells it. */
  readonly factory: string;
}

/**
 * Vectors whose clusters become the lists, `[any, embeddingDim]`; undefined: the items'.
 * @throws ConfigError `INDEX_CENTROIDS` for an index without such lists, or prototypes that are missing or not one a list
 */
export function clustersOf(
  centroids: IndexCentroids,
  { embeddings, prototypes, factory }: CentroidSource,
): Float32Array | undefined {
  const nlist = Number(IVF_FLAT.exec(factory)?.[1]);
  const refuse = (reason: string) => new ConfigError('INDEX_CENTROIDS', `centroids "${centroids}": ${reason}`);
  if (Number.isNaN(nlist)) throw refuse(`only IVF<lists>,Flat has lists to make of them; the index is "${factory}"`);
  if (centroids === 'items') return undefined;
  if (centroids === 'items-and-users') return itemsAndUsers(embeddings, nlist);
  if (prototypes === undefined) {
    throw refuse('this run has no item prototypes; train e.g. preset joint or joint-one-pass, or use items-and-users');
  }
  if (prototypes.numPrototypes !== nlist) {
    throw refuse(
      `this run has ${prototypes.numPrototypes} item prototypes, and the index ${nlist} lists: use IVF${prototypes.numPrototypes},Flat`,
    );
  }
  return prototypes.vectors;
}

/** Rows of both tables, items first; of more than k-means looks at, as many as it does, spread evenly, `[any, embeddingDim]`. */
function itemsAndUsers({ users, items, embeddingDim }: CentroidSource['embeddings'], nlist: number): Float32Array {
  const numItems = items.length / embeddingDim;
  const size = numItems + users.length / embeddingDim;
  const count = Math.min(size, MOST_TRAINING_POINTS * nlist);
  const rows = new Float32Array(count * embeddingDim);
  for (let at = 0; at < count; at++) {
    const row = Math.floor((at * size) / count);
    const [table, from] = row < numItems ? [items, row] : [users, row - numItems];
    rows.set(table.subarray(from * embeddingDim, (from + 1) * embeddingDim), at * embeddingDim);
  }
  return rows;
}
