/**
 * Draws from a fixed discrete distribution in constant time (alias method: Walker 1977; the linear construction of Vose
 * 1991, IEEE Trans. Software Eng.): bucket b keeps b with probability keep[b] and is its alias otherwise.
 */
import { ShapeError } from '../../core/errors.js';
import type { Rng } from '../../core/rng.js';

export class AliasTable {
  /** `[length]`. */
  private readonly keep: Float64Array;
  /** `[length]`. */
  private readonly alias: Int32Array;
  private readonly total: number;

  /** @param weights ≥ 0, not all 0, `[length]` */
  constructor(private readonly weights: ArrayLike<number>) {
    const { length } = weights;
    let total = 0;
    for (let i = 0; i < length; i++) total += weights[i];
    if (!(total > 0) || !Number.isFinite(total)) {
      throw new ShapeError(`alias table: ${length} weights must be finite and have a sum > 0, got ${total}`);
    }
    this.total = total;
    this.keep = Float64Array.from({ length }, (_, i) => (weights[i] / total) * length);
    this.alias = Int32Array.from({ length }, (_, i) => i);
    const small: number[] = [];
    const large: number[] = [];
    for (let i = 0; i < length; i++) (this.keep[i] < 1 ? small : large).push(i);
    while (small.length > 0 && large.length > 0) {
      const poor = small.pop()!;
      const rich = large[large.length - 1];
      this.alias[poor] = rich;
      this.keep[rich] -= 1 - this.keep[poor];
      if (this.keep[rich] < 1) small.push(large.pop()!);
    }
    // what rounding left over
    for (const i of [...small, ...large]) this.keep[i] = 1;
  }

  draw(rng: Rng): number {
    const bucket = rng.integer(this.keep.length);
    return rng.uniform() < this.keep[bucket] ? bucket : this.alias[bucket];
  }

  probability(index: number): number {
    return this.weights[index] / this.total;
  }
}
