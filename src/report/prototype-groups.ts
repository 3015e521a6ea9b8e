/**
 * Which item belongs to which prototype, and which of them are worth showing.
 */
import { assertLength } from '../core/errors.js';
import type { TrainedRun } from '../runs/trained-run.js';

type PrototypeSet = NonNullable<TrainedRun['itemPrototypes']>;

export interface PrototypeGroup {
  readonly prototype: number;
  /** Items nearest to the prototype, shown or not. */
  readonly size: number;
  /** Items to show, most popular first, ties by index; at least one. */
  readonly items: readonly number[];
}

interface PrototypesToShow {
  /** Prototype of each item, -1 for none, `[numItems]`. */
  readonly prototypeOf: Int32Array;
  /** `[numItems]`. */
  readonly popularity: Int32Array;
  readonly numPrototypes: number;
  readonly maxItems: number;
  readonly maxPrototypes: number;
}

export interface PrototypeChoice {
  /** Largest first, ties by prototype number. */
  readonly groups: readonly PrototypeGroup[];
  /** Prototypes that have any item. */
  readonly numUsed: number;
  /** Items that have a prototype. */
  readonly numPlaced: number;
}

/**
 * Prototype with the largest inner product for each item; as prototypes have one length, the nearest by cosine. Ties
 * go to the lower number; an item whose vector is all zero has none, -1.
 *
 * @param items `[numItems, embeddingDim]` row-major
 * @returns `[numItems]`
 */
export function nearestPrototypes(items: Float32Array, prototypes: PrototypeSet): Int32Array {
  const { numPrototypes, embeddingDim, vectors } = prototypes;
  assertLength('prototypes.vectors', vectors.length, numPrototypes * embeddingDim);
  const nearest = new Int32Array(items.length / embeddingDim);
  for (let item = 0; item < nearest.length; item++) {
    nearest[item] = -1;
    if (!items.subarray(item * embeddingDim, (item + 1) * embeddingDim).some((value) => value !== 0)) continue;
    let best = Number.NEGATIVE_INFINITY;
    for (let prototype = 0; prototype < numPrototypes; prototype++) {
      let dot = 0;
      for (let d = 0; d < embeddingDim; d++) {
        dot += items[item * embeddingDim + d] * vectors[prototype * embeddingDim + d];
      }
      if (dot > best) {
        best = dot;
        nearest[item] = prototype;
      }
    }
  }
  return nearest;
}

/**
 * The `maxPrototypes` largest prototypes, and of each its most popular items: `maxItems` in all, shared in proportion
 * to size, but one a prototype at least.
 */
export function choosePrototypeItems({
  prototypeOf,
  popularity,
  numPrototypes,
  maxItems,
  maxPrototypes,
}: PrototypesToShow): PrototypeChoice {
  const members = Array.from({ length: numPrototypes }, (): number[] => []);
  for (const [item, prototype] of prototypeOf.entries()) if (prototype >= 0) members[prototype].push(item);
  const used = [...members.keys()].filter((prototype) => members[prototype].length > 0);
  const largest = used.sort((a, b) => members[b].length - members[a].length || a - b).slice(0, maxPrototypes);
  const total = largest.reduce((sum, prototype) => sum + members[prototype].length, 0);
  const share = Math.min(1, maxItems / total);
  const groups = largest.map((prototype) => {
    const items = members[prototype].sort((a, b) => popularity[b] - popularity[a] || a - b);
    const count = Math.max(1, Math.floor(items.length * share));
    return { prototype, size: items.length, items: items.slice(0, count) };
  });
  const numPlaced = members.reduce((sum, items) => sum + items.length, 0);
  return { groups, numUsed: used.length, numPlaced };
}
