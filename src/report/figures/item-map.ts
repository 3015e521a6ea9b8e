/**
 * A map of the items in two dimensions: UMAP (McInnes, Healy and Melville 2018, arXiv 1802.03426, in the port umap-js) of their
 * vectors at unit length, so that near on the map is near by cosine.
 *
 * UMAP takes minutes above some thousands of points. So the most popular items are laid out, and every other one is put where its
 * nearest of them lie: the mean of their places, weighted by e^(−d/d₁), d₁ the distance of the nearest. That is where UMAP's own
 * `transform` begins; the steps of gradient descent that follow there are left out.
 */
import { UMAP } from 'umap-js';
import { Rng } from '../../core/rng.js';
import { ExactTopK } from '../../retrieval/exact-top-k.js';
import { unitRows } from '../../retrieval/similar-items.js';

interface ItemMapOptions {
  /** Items that are laid out by UMAP. Too few: regions of rare items have no place; too many: time grows faster than they do. */
  readonly maxLaidOut: number;
  /** Neighbours of an item in the layout. Fewer: more small clumps; more: the whole counts. */
  readonly numNeighbours: number;
  readonly seed: number;
}

const ITEM_MAP_DEFAULTS: ItemMapOptions = Object.freeze({ maxLaidOut: 2500, numNeighbours: 15, seed: 1 });

/** Of those laid out, by which another item is placed. */
const NEAREST = 5;
/** Fewer than that have no neighbourhoods. */
const LEAST = 10;

interface ItemMap {
  /** Item of each point, ascending: those whose vector is not all zeros, `[numPoints]`. */
  readonly items: Int32Array;
  /** Within 0 … 1, `[numPoints, 2]` row-major. */
  readonly places: Float32Array;
  /** Points that were laid out by UMAP itself. */
  readonly numLaidOut: number;
}

interface ItemVectors {
  /** `[numItems, embeddingDim]` row-major. */
  readonly items: Float32Array;
  readonly embeddingDim: number;
}

/**
 * @param popularity says who is laid out, `[numItems]`
 * @returns undefined with fewer than ten items that have a vector
 */
export async function itemMap(
  { items: vectors, embeddingDim }: ItemVectors,
  popularity: Int32Array,
  options: Partial<ItemMapOptions> = {},
): Promise<ItemMap | undefined> {
  const { maxLaidOut, numNeighbours, seed } = { ...ITEM_MAP_DEFAULTS, ...options };
  const unit = unitRows(vectors, embeddingDim);
  const row = (item: number): Float32Array => unit.subarray(item * embeddingDim, (item + 1) * embeddingDim);
  const items = Int32Array.from({ length: popularity.length }, (_, item) => item).filter((item) =>
    row(item).some((value) => value !== 0),
  );
  if (items.length < LEAST) return undefined;
  const laidOut = items
    .slice()
    .sort((a, b) => popularity[b] - popularity[a] || a - b)
    .subarray(0, maxLaidOut);
  const rng = Rng.of(seed, 'item-map');
  const layout = new UMAP({
    nNeighbors: Math.min(numNeighbours, laidOut.length - 1),
    minDist: 0.5,
    random: () => rng.uniform(),
  }).fit(Array.from(laidOut, (item) => Array.from(row(item))));
  const placeOf = new Map<number, readonly number[]>();
  for (const [at, item] of laidOut.entries()) placeOf.set(item, layout[at]);
  const others = items.filter((item) => !placeOf.has(item));
  const placed = await placesAmong(others, { unit, embeddingDim, laidOut, layout });
  for (const [at, item] of others.entries()) placeOf.set(item, placed[at]);
  return { items, places: fitted(Array.from(items, (item) => placeOf.get(item)!)), numLaidOut: laidOut.length };
}

interface Layout {
  /** `[numItems, embeddingDim]`. */
  readonly unit: Float32Array;
  readonly embeddingDim: number;
  /** `[numLaidOut]`. */
  readonly laidOut: Int32Array;
  /** `[numLaidOut][2]`. */
  readonly layout: readonly (readonly number[])[];
}

/** Weighted mean place of the nearest items of the layout, `[others.length][2]`. */
async function placesAmong(
  others: Int32Array,
  { unit, embeddingDim, laidOut, layout }: Layout,
): Promise<(readonly [number, number])[]> {
  if (others.length === 0) return [];
  const gathered = (items: Int32Array): Float32Array => {
    const rows = new Float32Array(items.length * embeddingDim);
    for (const [at, item] of items.entries()) {
      rows.set(unit.subarray(item * embeddingDim, (item + 1) * embeddingDim), at * embeddingDim);
    }
    return rows;
  };
  const { k, ids, scores } = await new ExactTopK(gathered(laidOut), embeddingDim).search(gathered(others), NEAREST);
  return Array.from(others, (_, at) => {
    const distances = Array.from(scores.subarray(at * k, (at + 1) * k), (cosine) =>
      Math.sqrt(Math.max(0, 2 - 2 * cosine)),
    );
    const weights = distances.map((distance) => Math.exp(-distance / Math.max(1e-6, distances[0])));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const mean = (axis: 0 | 1): number =>
      weights.reduce((sum, weight, i) => sum + weight * layout[ids[at * k + i]][axis], 0) / total;
    return [mean(0), mean(1)] as const;
  });
}

/** Both axes to one scale, the longer one within 0 … 1, the other in the middle. */
function fitted(points: readonly (readonly number[])[]): Float32Array {
  const range = ([0, 1] as const).map((axis) => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const point of points) {
      low = Math.min(low, point[axis]);
      high = Math.max(high, point[axis]);
    }
    return { middle: (low + high) / 2, size: high - low };
  });
  const size = Math.max(range[0].size, range[1].size, 1e-9);
  const places = new Float32Array(points.length * 2);
  for (const [at, point] of points.entries()) {
    for (const axis of [0, 1] as const) places[2 * at + axis] = 0.5 + (point[axis] - range[axis].middle) / size;
  }
  return places;
}
