/** A bundle as what it serves: see `retrieval/serving/served-model.ts`. */
import { raggedFromPairs } from '../core/ragged.js';
import { slotsFor, type TopK, TopKSelector } from '../core/select-top-k.js';
import type { Side } from '../core/side.js';
import type { Vocabulary } from '../data/vocabulary.js';
import { searchExcluding } from '../retrieval/search-excluding.js';
import type { ServedModel, VectorSpace } from '../retrieval/serving/served-model.js';
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
  const space: VectorSpace = {
    embeddingDim,
    normalized,
    rowOf(side: Side, row: number) {
      const table = side === 'user' ? userVectors : tables.items();
      return table.subarray(row * embeddingDim, (row + 1) * embeddingDim);
    },
    search: (vector, k, exclude) => searchExcluding(index, vector, k, oneRow(exclude)),
    nearest(vector, k) {
      const direction = unitRows(vector, embeddingDim);
      if (normalized) return searchExcluding(index, direction, k, oneRow(new Int32Array(0)));
      return Promise.resolve(largestProducts(unitRows(tables.items(), embeddingDim), direction, k));
    },
  };
  const sides = (['user', 'item'] as const).filter((side) => manifest.towers?.[side]);
  return {
    title: `the bundle of run ${manifest.model.run} (preset ${model.preset})`,
    users,
    items,
    space,
    towers: Object.fromEntries(sides.map((side) => [side, async () => tables.tower(side)!])),
    history: manifest.history && (async () => tables.history()!),
    knows: (user) => !tables.untrained().has(user) && space.rowOf('user', user).some((value) => value !== 0),
    itemsOf: () => new Int32Array(0),
    recommend: (user, k, exclude) => space.search(space.rowOf('user', user), k, exclude),
    popular: (windowDays) => tables.popular(windowDays),
    nameOf(item) {
      const id = items.idOf(item);
      return { id, label: id };
    },
  };
}

const oneRow = (values: Int32Array) => raggedFromPairs(new Int32Array(values.length), values, 1);

/** Exactly, in plain loops. @param rows `[numRows, query.length]` */
function largestProducts(rows: Float32Array, query: Float32Array, k: number): TopK {
  const width = query.length;
  const numRows = rows.length / width;
  const scores = new Float32Array(numRows);
  for (let row = 0; row < numRows; row++) {
    let sum = 0;
    for (let d = 0; d < width; d++) sum += rows[row * width + d] * query[d];
    scores[row] = sum;
  }
  const selector = new TopKSelector(1, slotsFor(k, numRows), numRows);
  selector.offer(0, scores, 0, numRows, 0);
  return selector.finish();
}
