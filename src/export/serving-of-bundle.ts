/** A bundle as what it serves: see `retrieval/serving/served-model.ts`. */
import { concatInt32 } from '../core/concat-int32.js';
import { oneRow, type Ragged } from '../core/ragged.js';
import type { Side } from '../core/side.js';
import type { Vocabulary } from '../data/vocabulary.js';
import { nodeLabel } from '../graph/node-label.js';
import { EmbeddingRecommender } from '../retrieval/embedding-recommender.js';
import { ExactTopK } from '../retrieval/exact-top-k.js';
import type { Embeddings } from '../retrieval/recommender.js';
import { searchExcluding } from '../retrieval/search-excluding.js';
import type { ServedModel, VectorSpace } from '../retrieval/serving/served-model.js';
import { similarityOf } from '../retrieval/serving/similarity-of.js';
import { unitRows } from '../retrieval/similar-items.js';
import type { VectorIndex } from '../retrieval/vector-index.js';
import type { BundleManifest } from './bundle-manifest.js';
import type { BundleTables } from './bundle-tables.js';

interface ServedParts {
  readonly manifest: BundleManifest;
  readonly users: Vocabulary;
  readonly items: Vocabulary;
  readonly index: VectorIndex;
  /** `[users.size, embeddingDim]`. */
  readonly userVectors: Float32Array;
  readonly tables: BundleTables;
}

export function servingOfBundle({ manifest, users, items, index, userVectors, tables }: ServedParts): ServedModel {
  const { embeddingDim, normalized, model } = manifest;
  let all: ExactTopK | undefined;
  let directions: ExactTopK | undefined;
  let ranking: EmbeddingRecommender | undefined;
  const space: VectorSpace = {
    embeddingDim,
    normalized,
    rowOf(side: Side, row: number) {
      const table = side === 'user' ? userVectors : tables.items();
      return table.subarray(row * embeddingDim, (row + 1) * embeddingDim);
    },
    search(vector, k, exclude) {
      if (!index.isExact) return searchExcluding(index, vector, k, oneRow(exclude));
      all ??= new ExactTopK(tables.items(), embeddingDim);
      return all.search(vector, k, oneRow(exclude));
    },
    nearest(vector, k, exclude = new Int32Array(0)) {
      const direction = unitRows(vector, embeddingDim);
      if (normalized) return space.search(direction, k, exclude);
      directions ??= new ExactTopK(unitRows(tables.items(), embeddingDim), embeddingDim);
      return directions.search(direction, k, oneRow(exclude));
    },
  };
  const embeddings = (): Embeddings => ({ embeddingDim, normalized, users: userVectors, items: tables.items() });
  const ranker = (): EmbeddingRecommender => {
    ranking ??= new EmbeddingRecommender(embeddings());
    return ranking;
  };
  const title = `the bundle of run ${model.run} (preset ${model.preset})`;
  const sides = (['user', 'item'] as const).filter((side) => manifest.towers?.[side]);
  return {
    title,
    users,
    items,
    space,
    towers: Object.fromEntries(sides.map((side) => [side, async () => tables.tower(side)!])),
    history: manifest.history && (async () => tables.history()!),
    knows: (user) => !tables.untrained().has(user) && space.rowOf('user', user).some((value) => value !== 0),
    itemsOf(user, parts) {
      const seen = tables.seen();
      return concatInt32(seen ? parts.map((part) => rowOf(seen[part], user)) : []);
    },
    catalogue: () => tables.catalogue(),
    recommend: (user, k, exclude) => space.search(space.rowOf('user', user), k, exclude),
    ranker,
    similarity: similarityOf(title, () => embeddings()),
    popular: (windowDays) => tables.popular(windowDays),
    newest: () => tables.newest(),
    nameOf: (item) => ({
      id: items.idOf(item),
      label: nodeLabel({ users, items, itemFeatures: tables.catalogue() }, 'item', item),
    }),
  };
}

const rowOf = ({ offsets, values }: Ragged, row: number): Int32Array => values.subarray(offsets[row], offsets[row + 1]);
