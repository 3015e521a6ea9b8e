/**
 * How similar users are to what they took, to what they took later, to what their lists hold beside, and to anything: cosines of
 * pairs. Where positives and random pairs overlap, the model can't tell them apart.
 */
import type { Ragged } from '../../core/ragged.js';
import { Rng } from '../../core/rng.js';
import type { Embeddings } from '../../retrieval/recommender.js';
import type { TopLists } from './top-lists.js';

interface SimilarityHistogram {
  readonly name: string;
  readonly numPairs: number;
  readonly mean: number;
  /** (lower end of a bin, share of the pairs), then the upper end with share 0. */
  readonly points: readonly (readonly [number, number])[];
}

interface PairSources {
  readonly train: Ragged;
  readonly heldOut: Ragged;
  readonly lists: TopLists;
}

/** Pairs of each kind that are looked at. */
const MOST_PAIRS = 20_000;
const NUM_BINS = 50;

type Pair = readonly [user: number, item: number];

/**
 * Kinds without a pair are left out; so are pairs with a vector that is all zeros. Random pairs may be positives by chance, as those
 * of sampled negatives are.
 */
export function similarityHistograms(
  embeddings: Embeddings,
  { train, heldOut, lists }: PairSources,
  seed = 0,
): SimilarityHistogram[] {
  const { embeddingDim, users, items } = embeddings;
  const numUsers = users.length / embeddingDim;
  const numItems = items.length / embeddingDim;
  const rng = Rng.of(seed, 'similarity-pairs');
  const isHeldOut = (user: number, item: number): boolean =>
    heldOut.values.subarray(heldOut.offsets[user], heldOut.offsets[user + 1]).includes(item);
  const kinds: [string, Pair[]][] = [
    ['in training', pairsOf(train, rng)],
    ['held out', pairsOf(heldOut, rng)],
    ['in lists, not held out', listPairs(lists, rng).filter(([user, item]) => !isHeldOut(user, item))],
    ['random pairs', Array.from({ length: MOST_PAIRS }, (): Pair => [rng.integer(numUsers), rng.integer(numItems)])],
  ];
  const cosines = kinds.map(([name, pairs]) => ({
    name,
    values: pairs.map(([user, item]) => cosine(embeddings, user, item)).filter((value) => !Number.isNaN(value)),
  }));
  const all = cosines.flatMap(({ values }) => values);
  const low = all.reduce((least, value) => Math.min(least, value), 1);
  const high = all.reduce((most, value) => Math.max(most, value), -1);
  return cosines
    .filter(({ values }) => values.length > 0)
    .map(({ name, values }) => histogram(name, values, low, high));
}

function pairsOf({ offsets, values }: Ragged, rng: Rng): Pair[] {
  const users = new Int32Array(values.length);
  for (let user = 0; user + 1 < offsets.length; user++) users.fill(user, offsets[user], offsets[user + 1]);
  return sampled(values.length, rng).map((at): Pair => [users[at], values[at]]);
}

function listPairs({ users, k, ids }: TopLists, rng: Rng): Pair[] {
  return sampled(ids.length, rng)
    .filter((at) => ids[at] >= 0)
    .map((at): Pair => [users[Math.floor(at / k)], ids[at]]);
}

/** All of 0 … count - 1, or so many of them with replacement. */
function sampled(count: number, rng: Rng): number[] {
  if (count <= MOST_PAIRS) return Array.from({ length: count }, (_, at) => at);
  return Array.from({ length: MOST_PAIRS }, () => rng.integer(count));
}

/** NaN where either vector is all zeros. */
function cosine({ embeddingDim, users, items }: Embeddings, user: number, item: number): number {
  let [dot, ofUser, ofItem] = [0, 0, 0];
  for (let d = 0; d < embeddingDim; d++) {
    const a = users[user * embeddingDim + d];
    const b = items[item * embeddingDim + d];
    dot += a * b;
    ofUser += a * a;
    ofItem += b * b;
  }
  return dot / Math.sqrt(ofUser * ofItem);
}

function histogram(name: string, values: readonly number[], low: number, high: number): SimilarityHistogram {
  const width = Math.max(1e-9, (high - low) / NUM_BINS);
  const counts = new Array<number>(NUM_BINS).fill(0);
  for (const value of values) counts[Math.min(NUM_BINS - 1, Math.floor((value - low) / width))]++;
  const points = counts.map((count, bin) => [low + bin * width, count / values.length] as const);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { name, numPairs: values.length, mean, points: [...points, [low + NUM_BINS * width, 0]] };
}
