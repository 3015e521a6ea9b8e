/** The hidden part of a planted world: what `planted-tastes.ts` draws, and what the best ranking knows. */

export interface PlantedTruth {
  /** Share of each taste in a user's interest when time begins, rows sum to 1, `[numUsers, numTastes]` row-major. */
  readonly userTastes: Float64Array;
  /** The one taste that an item serves, `[numItems]`. */
  readonly itemTaste: Int32Array;
  /** Log of the item's weight for everybody when time begins, `[numItems]`. */
  readonly itemLogPopularity: Float64Array;
  /** What it would be at the end under a `popularityDrift` of 1, `[numItems]`. */
  readonly itemEndLogPopularity: Float64Array;
  /** Seconds since the world began when the item appears; 0 for most, `[numItems]`. */
  readonly itemRelease: Float64Array;
}
