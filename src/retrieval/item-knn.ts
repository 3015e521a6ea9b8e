/**
 * Item-based nearest neighbours (Sarwar, Karypis, Konstan & Riedl 2001, "Item-based collaborative filtering
 * recommendation algorithms", for implicit feedback): similarity of two items = damped cosine of their columns in the
 * user-item matrix,
 *
 *     sim(i, j) = Σ_u v(u,i) v(u,j) / (‖v(·,i)‖ ‖v(·,j)‖ + shrink),
 *
 * with v the weights w, or (`unitUsers`) each user's row of them scaled to length 1, so that people with few items say
 * more about which go together (Deshpande & Karypis 2004, "Item-based top-N recommendation algorithms", section 4.1).
 * A user's score for item j is Σ w(u,i) sim(i, j) over those of the user's items i that are among the `numNeighbors`
 * items most similar to j. (The sum is not divided by the similarities, as it is for ratings.)
 * Sparse throughout: numItems × numNeighbors similarities and one row of scores.
 */
import { ConfigError } from '../core/errors.js';
import type { Ragged } from '../core/ragged.js';
import { slotsFor, TopKSelector } from '../core/select-top-k.js';
import type { Adjacency } from '../graph/adjacency.js';
import type { BipartiteCsr } from '../graph/bipartite-csr.js';
import type { Histories } from './fold-in.js';
import type { Recommender, TopK } from './recommender.js';
import { RowRanking } from './score-rows.js';
import { SparseRow } from './sparse-row.js';

export const ITEM_KNN_DEFAULTS = Object.freeze({
  /** Neighbours an item. Too few: the user's rarer tastes get no votes; too many: popular items win everywhere. */
  numNeighbors: 200,
  /** Added to the denominator: damps pairs that few users vouch for. Too large: popular pairs are all that counts. */
  shrink: 1,
  /** Whether every user counts alike, rather than in proportion to the number of pairs in the user's history. */
  unitUsers: true,
});

export interface ItemKnnOptions {
  numNeighbors?: number;
  shrink?: number;
  unitUsers?: boolean;
}

export class ItemKnn implements Recommender {
  readonly isExact = true;
  readonly numUsers: number;
  readonly numItems: number;
  /** Neighbours of every item, most similar first, -1 where there are fewer, `[numItems, k]`. */
  private readonly neighbors: TopK;
  /** The other way round: the items that have an item among their neighbours. */
  private readonly reverse: ReverseNeighbors;
  private readonly sums: SparseRow;
  private readonly ranking: RowRanking;

  /**
   * @param train what similarities are taken from
   * @param histories what users are ranked by; default what they have in train
   * @throws ConfigError `ITEM_KNN_OPTION`
   */
  constructor(
    train: BipartiteCsr,
    options: ItemKnnOptions = {},
    private readonly histories: Histories = train,
  ) {
    const { numNeighbors, shrink, unitUsers } = { ...ITEM_KNN_DEFAULTS, ...options };
    if (!Number.isInteger(numNeighbors) || numNeighbors < 1) {
      throw new ConfigError('ITEM_KNN_OPTION', `numNeighbors: expected an integer of at least 1, got ${numNeighbors}`);
    }
    if (!(shrink >= 0)) throw new ConfigError('ITEM_KNN_OPTION', `shrink: expected a number ≥ 0, got ${shrink}`);
    this.numUsers = train.numUsers;
    this.numItems = train.numItems;
    this.neighbors = nearestItems(train, numNeighbors, shrink, unitUsers);
    this.reverse = reverseOf(this.neighbors, train.numItems);
    this.sums = new SparseRow(train.numItems);
    const { numUsers, numItems } = train;
    this.ranking = new RowRanking({ numUsers, numItems, scoresOf: (user) => this.scoresOf(user) });
  }

  /** Items none of whose neighbours the user has get no score and never come back. */
  recommend(userIndices: Int32Array, k: number, exclude?: Ragged): Promise<TopK> {
    return this.ranking.recommend(userIndices, k, exclude);
  }

  among(candidates: Int32Array): Recommender {
    return this.ranking.among(candidates);
  }

  private scoresOf(user: number): Float32Array {
    const { userOffsets, userNeighbors, weight } = this.histories;
    const { offsets, items, similarity } = this.reverse;
    for (let edge = userOffsets[user]; edge < userOffsets[user + 1]; edge++) {
      const item = userNeighbors[edge];
      const factor = weight ? weight[edge] : 1;
      for (let slot = offsets[item]; slot < offsets[item + 1]; slot++) {
        this.sums.add(items[slot], factor * similarity[slot]);
      }
    }
    return this.sums.drain();
  }

  /**
   * What an item that a user had brings to each item's score, W: W[i, j] = sim(i, j) where i is among the neighbours of j, else 0. As the
   * adjacency of a graph from items that are had (nodes 0 … numItems-1) to items that are scored (the next numItems).
   */
  votes(): Adjacency {
    const { numItems, reverse, neighbors } = this;
    const { length } = reverse.items;
    const offsets = new Int32Array(2 * numItems + 1);
    const columns = new Int32Array(2 * length);
    const values = new Float32Array(2 * length);
    offsets.set(reverse.offsets);
    columns.set(reverse.items.map((item) => numItems + item));
    values.set(reverse.similarity);
    let entry = length;
    for (const [at, id] of neighbors.ids.entries()) {
      if (id >= 0) {
        columns[entry] = id;
        values[entry++] = neighbors.scores[at];
      }
      if ((at + 1) % neighbors.k === 0) offsets[numItems + (at + 1) / neighbors.k] = entry;
    }
    return { numNodes: 2 * numItems, offsets, columns, values };
  }

  /** The items most similar to each of `itemIndices`, at most numNeighbors of them known; the rest of a row is -1. */
  similarItems(itemIndices: Int32Array, wanted: number): TopK {
    const k = slotsFor(wanted, this.numItems);
    const { k: width, ids, scores } = this.neighbors;
    const top = {
      k,
      ids: new Int32Array(itemIndices.length * k).fill(-1),
      scores: new Float32Array(itemIndices.length * k).fill(Number.NEGATIVE_INFINITY),
    };
    for (const [query, item] of itemIndices.entries()) {
      const end = item * width + Math.min(k, width);
      top.ids.set(ids.subarray(item * width, end), query * k);
      top.scores.set(scores.subarray(item * width, end), query * k);
    }
    return top;
  }
}

/** The `numNeighbors` most similar items of every item, itself left out, `[numItems, numNeighbors]`. */
function nearestItems(train: BipartiteCsr, numNeighbors: number, shrink: number, unitUsers: boolean): TopK {
  const { numItems, userOffsets, userNeighbors, itemOffsets, itemNeighbors, itemEdges } = train;
  const values = edgeValues(train, unitUsers);
  const norms = new Float64Array(numItems);
  for (let edge = 0; edge < train.numEdges; edge++) norms[userNeighbors[edge]] += values[edge] ** 2;
  for (let item = 0; item < numItems; item++) norms[item] = Math.sqrt(norms[item]);
  const products = new SparseRow(numItems);
  const selector = new TopKSelector(numItems, Math.max(1, Math.min(numNeighbors, numItems - 1)));
  const itself = new Int32Array(1);
  for (let item = 0; item < numItems; item++) {
    for (let slot = itemOffsets[item]; slot < itemOffsets[item + 1]; slot++) {
      const user = itemNeighbors[slot];
      const factor = values[itemEdges[slot]];
      for (let edge = userOffsets[user]; edge < userOffsets[user + 1]; edge++) {
        products.add(userNeighbors[edge], factor * values[edge]);
      }
    }
    itself[0] = item;
    const scores = products.drain((other, product) => product / (norms[item] * norms[other] + shrink));
    selector.offer(item, scores, 0, numItems, 0, itself);
  }
  return selector.finish();
}

/** The matrix entries that similarities are taken over, `[numEdges]`. */
function edgeValues({ numUsers, numEdges, userOffsets, weight }: BipartiteCsr, unitUsers: boolean): Float64Array {
  const values = weight ? Float64Array.from(weight) : new Float64Array(numEdges).fill(1);
  if (!unitUsers) return values;
  for (let user = 0; user < numUsers; user++) {
    const row = values.subarray(userOffsets[user], userOffsets[user + 1]);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (length > 0) for (let at = 0; at < row.length; at++) row[at] /= length;
  }
  return values;
}

interface ReverseNeighbors {
  /** Item i is a neighbour of items[offsets[i] … offsets[i+1]), `[numItems + 1]`. */
  readonly offsets: Int32Array;
  /** `[numNeighborPairs]`. */
  readonly items: Int32Array;
  /** `[numNeighborPairs]`. */
  readonly similarity: Float32Array;
}

function reverseOf({ k, ids, scores }: TopK, numItems: number): ReverseNeighbors {
  const offsets = new Int32Array(numItems + 1);
  for (const id of ids) if (id >= 0) offsets[id + 1]++;
  for (let item = 0; item < numItems; item++) offsets[item + 1] += offsets[item];
  const next = offsets.slice(0, numItems);
  const items = new Int32Array(offsets[numItems]);
  const similarity = new Float32Array(offsets[numItems]);
  for (let at = 0; at < ids.length; at++) {
    if (ids[at] < 0) continue;
    const slot = next[ids[at]]++;
    items[slot] = Math.floor(at / k);
    similarity[slot] = scores[at];
  }
  return { offsets, items, similarity };
}
