/** Per-query slots for negatives: how the draws of several sources become one row of slots a query. */
import type { Rng } from '../core/rng.js';

export interface Slots {
  readonly perQuery: number;
  /** Dense item indices or NO_ITEM, `[numQueries, perQuery]` row-major. */
  readonly ids: Int32Array;
  /** Number of the source that each slot belongs to, `[numQueries, perQuery]`. */
  readonly source: Uint8Array;
}

/** One source's draw. */
interface SlotDraw {
  /** Number of the source. */
  readonly at: number;
  readonly perQuery: number;
  /** `[numQueries, perQuery]`. */
  readonly ids: Int32Array;
}

/** The slots of each draw one after another, query by query. */
export function sideBySide(draws: readonly SlotDraw[], numQueries: number): Slots {
  return joined(
    draws.map(({ at, perQuery, ids }) => ({ perQuery, ids, source: new Uint8Array(ids.length).fill(at) })),
    numQueries,
  );
}

/**
 * Puts what a source chose into its slots, in order.
 * @param chosen `[numQueries, perQuery]`; of each query as many as it has slots of the source
 */
export function fillSlots(slots: Slots, at: number, chosen: Int32Array): void {
  const { perQuery, ids, source } = slots;
  for (let start = 0; start < ids.length; start += perQuery) {
    let next = start;
    for (let slot = start; slot < start + perQuery; slot++) {
      if (source[slot] === at) ids[slot] = chosen[next++];
    }
  }
}

export function joined(parts: readonly Slots[], numQueries: number): Slots {
  if (parts.length === 1) return parts[0];
  const perQuery = parts.reduce((sum, part) => sum + part.perQuery, 0);
  const ids = new Int32Array(numQueries * perQuery);
  const source = new Uint8Array(numQueries * perQuery);
  let column = 0;
  for (const part of parts) {
    for (let query = 0; query < numQueries; query++) {
      const [from, to] = [query * part.perQuery, (query + 1) * part.perQuery];
      ids.set(part.ids.subarray(from, to), query * perQuery + column);
      source.set(part.source.subarray(from, to), query * perQuery + column);
    }
    column += part.perQuery;
  }
  return { perQuery, ids, source };
}

/**
 * Which source each slot is given to, in proportion to the ratios; every slot on its own, so that 100 : 1 holds on
 * average even with one negative a positive.
 *
 * @returns index into `ratios`, `[numSlots]`
 */
export function slotOwners(ratios: readonly number[], numSlots: number, rng: Rng): Uint8Array {
  const owners = new Uint8Array(numSlots);
  if (ratios.length === 1) return owners;
  const total = ratios.reduce((sum, ratio) => sum + ratio, 0);
  for (let slot = 0; slot < numSlots; slot++) {
    let left = rng.uniform() * total;
    let owner = 0;
    while (owner < ratios.length - 1 && left >= ratios[owner]) left -= ratios[owner++];
    owners[slot] = owner;
  }
  return owners;
}
