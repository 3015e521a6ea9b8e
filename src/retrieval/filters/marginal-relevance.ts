/**
 * Maximal marginal relevance (Carbonell & Goldstein 1998): the next item of a list is the one of largest
 *
 *     λ · relevance(i) − (1 − λ) · max over j already chosen of similarity(i, j)
 *
 * Deviations: relevance is the model's score, scaled from the pool's smallest to its largest to 0 … 1, because scores of models
 * have no common scale (a pool of one score has relevance 1); similarity is the cosine of item vectors, 0 for an item without
 * one; while nothing is chosen it counts as 0.
 */
export interface MarginalRelevance {
  /** Weight of relevance, 0 … 1. 1: the order of the scores. Too small: items that nobody asked for. */
  readonly lambda: number;
  /**
   * Unit vector of an item, or all zeros.
   * @returns `[embeddingDim]`
   */
  vectorOf(item: number): Float32Array;
}

/** Marginal relevance of a pool's items while a list is chosen from it. */
export class MarginalPool {
  private readonly relevance: Float64Array;
  private readonly vectors: readonly Float32Array[];
  /** To the chosen item that is nearest; 0 while there is none, `[poolSize]`. */
  private readonly nearest: Float64Array;
  private hasChosen = false;

  /** @param scores of the pool's items, `[poolSize]` */
  constructor(
    items: Int32Array,
    scores: Float32Array,
    private readonly mmr: MarginalRelevance,
  ) {
    const largest = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const smallest = scores.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    const range = largest - smallest;
    this.relevance = Float64Array.from(scores, (score) => (range > 0 ? (score - smallest) / range : 1));
    this.vectors = Array.from(items, (item) => mmr.vectorOf(item));
    this.nearest = new Float64Array(items.length);
  }

  /** @param position in the pool */
  valueOf(position: number): number {
    const { lambda } = this.mmr;
    return lambda * this.relevance[position] - (1 - lambda) * this.nearest[position];
  }

  choose(position: number): void {
    const chosen = this.vectors[position];
    for (const [other, vector] of this.vectors.entries()) {
      let cosine = 0;
      for (let d = 0; d < vector.length; d++) cosine += vector[d] * chosen[d];
      this.nearest[other] = this.hasChosen ? Math.max(this.nearest[other], cosine) : cosine;
    }
    this.hasChosen = true;
  }
}
