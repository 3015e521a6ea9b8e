/**
 * Counter-based random numbers: a pure function of (key, counter), so a kernel may fill an array in any order, on any
 * number of threads or on a GPU, and get the same values. 32-bit integer arithmetic only.
 * The mixer is MurmurHash3's finaliser applied twice with the key added in between (as in SplitMix-style generators).
 */
import type { Rng } from './rng.js';

/** 64 key bits, as two 32-bit halves. */
export interface CounterKey {
  readonly low: number;
  readonly high: number;
}

export function drawCounterKey(rng: Rng): CounterKey {
  return { low: rng.nextUint32(), high: rng.nextUint32() };
}

function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Uniform in [0, 1) with 24 bits (exact in float32) for counter values 0 … 2^32-1. */
export function counterUniform(key: CounterKey, counter: number): number {
  const h = mix((mix((counter ^ key.low) | 0) + key.high) | 0);
  return (h >>> 8) * (1 / 16777216);
}
