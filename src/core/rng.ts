/**
 * Seeded random numbers: xoshiro128** (Blackman & Vigna 2018, arXiv 1805.01407), seeded through SplitMix32 over a
 * hash of (seed, labels).
 *
 * Streams are derived by name, not by position: `Rng.of(seed, 'dropout', step)` gives the same numbers however much
 * was drawn before it. A run that resumes at a step therefore draws what an uninterrupted run would have drawn, with
 * no generator state to save.
 */

/** FNV-1a over the text, then a finaliser; mixes a label into a 32-bit stream key. */
function mixLabel(key: number, label: string | number): number {
  const text = typeof label === 'number' ? `#${label}` : label;
  let hash = key ^ 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return finalise(hash ^ text.length);
}

/** MurmurHash3's 32-bit finaliser: every input bit changes about half of the output bits. */
function finalise(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const rotateLeft = (x: number, k: number): number => (x << k) | (x >>> (32 - k));

export class Rng {
  private constructor(private readonly s: Uint32Array) {}

  /** The stream named by `labels` under `seed`. Seeds are taken as 53-bit integers. */
  static of(seed: number, ...labels: (string | number)[]): Rng {
    let low = finalise(seed >>> 0);
    let high = finalise(Math.floor(seed / 2 ** 32) ^ 0x9e3779b9);
    for (const label of labels) {
      low = mixLabel(low, label);
      high = mixLabel(high ^ 0x5bd1e995, label);
    }
    const s = new Uint32Array(4);
    let state = low;
    for (let i = 0; i < 4; i++) {
      if (i === 2) state ^= high;
      state = (state + 0x9e3779b9) | 0;
      s[i] = finalise(state);
    }
    s[3] |= 1; // the all-zero state is the one forbidden one
    return new Rng(s);
  }

  /** Uniform integer in [0, 2^32). */
  nextUint32(): number {
    const s = this.s;
    const result = Math.imul(rotateLeft(Math.imul(s[1], 5), 7), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotateLeft(s[3], 11);
    return result;
  }

  /** Uniform in [0, 1) with 32 random bits. */
  uniform(): number {
    return this.nextUint32() / 2 ** 32;
  }

  /** Uniform integer in [0, bound), 0 < bound ≤ 2^32, without modulo bias (Lemire's rejection on the remainder). */
  integer(bound: number): number {
    const limit = 2 ** 32 - (2 ** 32 % bound);
    let draw = this.nextUint32();
    while (draw >= limit) draw = this.nextUint32();
    return draw % bound;
  }

  /** Standard normal by Box-Muller; draws two uniforms a call and keeps no spare, so the stream stays positional. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Fisher-Yates in place; returns its argument. */
  shuffle<T extends { length: number; [index: number]: number }>(values: T): T {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const kept = values[i];
      values[i] = values[j];
      values[j] = kept;
    }
    return values;
  }

  /** A random permutation of 0 … length-1, `[length]`. */
  permutation(length: number): Int32Array {
    const order = new Int32Array(length);
    for (let i = 0; i < length; i++) order[i] = i;
    return this.shuffle(order);
  }
}
