/** A row of sums of which few are touched; `drain` gives it as scores (-Infinity where untouched) and empties it. */
export class SparseRow {
  private readonly sums: Float64Array;
  private readonly isTouched: Uint8Array;
  private readonly touched: Int32Array;
  private numTouched = 0;
  private readonly scores: Float32Array;

  constructor(length: number) {
    this.sums = new Float64Array(length);
    this.isTouched = new Uint8Array(length);
    this.touched = new Int32Array(length);
    this.scores = new Float32Array(length).fill(Number.NEGATIVE_INFINITY);
  }

  add(index: number, amount: number): void {
    if (!this.isTouched[index]) {
      this.isTouched[index] = 1;
      this.touched[this.numTouched++] = index;
    }
    this.sums[index] += amount;
  }

  /** The scores, `[length]`, valid until the next call. */
  drain(transform: (index: number, sum: number) => number = (_, sum) => sum): Float32Array {
    const { sums, isTouched, scores } = this;
    this.scores.fill(Number.NEGATIVE_INFINITY);
    for (let i = 0; i < this.numTouched; i++) {
      const index = this.touched[i];
      scores[index] = transform(index, sums[index]);
      sums[index] = 0;
      isTouched[index] = 0;
    }
    this.numTouched = 0;
    return scores;
  }
}
