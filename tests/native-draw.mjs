/** Seeded draws of the sizes, numbers and arrays that the fuzz of the native addon is made of. */

/** Lengths around those that kernels treat alike: vectors, tiles, blocks. */
const LENGTHS = [0, 1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 24, 31, 33, 63, 64, 65, 100];
/** Enough rows for several threads and blocks. */
const MANY_ROWS = 700;

/** Draws numbers and arrays from one seeded stream; arrays are made by `make(kind, length)`. */
export class Draw {
  constructor(seed, make) {
    this.state = seed >>> 0;
    this.make = make;
  }

  /** Uniform in [0, 1): mulberry32 by Tommy Ettinger (public domain). */
  uniform() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let h = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    h ^= h + Math.imul(h ^ (h >>> 7), h | 61);
    return ((h ^ (h >>> 14)) >>> 0) / 2 ** 32;
  }

  below(limit) {
    return Math.floor(this.uniform() * limit);
  }

  one(list) {
    return list[this.below(list.length)];
  }

  chance(probability) {
    return this.uniform() < probability;
  }

  flag() {
    return this.chance(0.5);
  }

  length() {
    return this.one(LENGTHS);
  }

  dim() {
    return Math.max(1, this.length());
  }

  rows() {
    return this.chance(0.03) ? MANY_ROWS : this.length();
  }

  floats(length) {
    const array = this.make(Float32Array, length);
    for (let i = 0; i < length; i++) array[i] = 2 * this.uniform() - 1;
    return array;
  }

  /** `length` indices below `limit`; none where there is nothing to point at. */
  indices(length, limit) {
    const array = this.make(Int32Array, limit > 0 ? length : 0);
    for (let i = 0; i < array.length; i++) array[i] = this.below(limit);
    return array;
  }

  /** Compressed rows of up to `most` entries each over `limit` columns. */
  ragged(numRows, limit, most) {
    const offsets = this.make(Int32Array, numRows + 1);
    for (let row = 0; row < numRows; row++) offsets[row + 1] = offsets[row] + (limit > 0 ? this.below(most + 1) : 0);
    return { offsets, values: this.indices(offsets[numRows], limit) };
  }
}
