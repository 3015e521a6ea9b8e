/** A row of sums of which few are touched; `drain` and `takeEach` give it and empty it. */
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

  /** The sums as scores, -Infinity where untouched, `[length]`, valid until the next call. */
  drain(transform: (index: number, sum: number) => number = (_, sum) => sum): Float32Array {
    const { scores } = this;
    scores.fill(Number.NEGATIVE_INFINITY);
    this.takeEach((index, sum) => {
      scores[index] = transform(index, sum);
    });
    return scores;
  }

  /** Gives every touched sum once, in the order of the first touch, and empties the row. */
  takeEach(visit: (index: number, sum: number) => void): void {
    const { sums, isTouched, touched } = this;
    for (let i = 0; i < this.numTouched; i++) {
      const index = touched[i];
      visit(index, sums[index]);
      sums[index] = 0;
      isTouched[index] = 0;
    }
    this.numTouched = 0;
  }
}
