import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rng } from './rng.js';

const take = (rng: Rng, count: number) => Array.from({ length: count }, () => rng.nextUint32());

/** xoshiro128** in BigInt arithmetic, from a state. */
function referenceStream(state: readonly number[], count: number): number[] {
  const mask = 0xffffffffn;
  const rotate = (x: bigint, k: bigint) => ((x << k) | (x >> (32n - k))) & mask;
  let [a, b, c, d] = state.map(BigInt);
  return Array.from({ length: count }, () => {
    const result = (rotate((b * 5n) & mask, 7n) * 9n) & mask;
    const shifted = (b << 9n) & mask;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11n);
    return Number(result);
  });
}

describe('Rng', () => {
  it('is xoshiro128**', () => {
    const rng = Rng.of(42, 'test');
    const state = [...(rng as unknown as { s: Uint32Array }).s];
    expect(take(rng, 200)).toEqual(referenceStream(state, 200));
  });

  it('gives the same stream for the same seed and labels, another for any difference', () => {
    const streams = [
      Rng.of(1),
      Rng.of(2),
      Rng.of(1 + 2 ** 32),
      Rng.of(1, 'a'),
      Rng.of(1, 'b'),
      Rng.of(1, 'a', 0),
      Rng.of(1, 'a', 1),
      Rng.of(1, 'a', '#1'),
      Rng.of(1, 'ab'),
      Rng.of(1, 'a', 'b'),
    ].map((rng) => take(rng, 4).join());
    expect(take(Rng.of(1, 'a'), 4).join()).toBe(streams[3]);
    // the number 1 and the text "#1" name the same stream; all others differ
    expect(new Set(streams).size).toBe(streams.length - 1);
  });

  it('uniform draws fill [0, 1) evenly and normals have mean 0, variance 1', () => {
    const rng = Rng.of(7, 'moments');
    const uniforms = Array.from({ length: 20_000 }, () => rng.uniform());
    const cells = new Array(10).fill(0);
    for (const value of uniforms) cells[Math.floor(value * 10)]++;
    const chiSquare = cells.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
    expect(chiSquare).toBeLessThan(27.9); // 99.9 % point at 9 degrees of freedom
    const normals = Array.from({ length: 20_000 }, () => rng.normal());
    const mean = normals.reduce((a, b) => a + b) / normals.length;
    const variance = normals.reduce((a, b) => a + (b - mean) ** 2, 0) / normals.length;
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(normals.length));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / normals.length));
  });

  it('integers stay in range, every value comes, also for a bound that does not divide 2^32', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 32 }), fc.nat(), (bound, seed) => {
        const value = Rng.of(seed).integer(bound);
        expect(Number.isInteger(value) && value >= 0 && value < bound).toBe(true);
      }),
    );
    const rng = Rng.of(3);
    expect(new Set(Array.from({ length: 200 }, () => rng.integer(7))).size).toBe(7);
    // 2^32 mod 3·2^30 = 2^30: without rejection the low third would come twice as often
    const low = Array.from({ length: 6000 }, () => rng.integer(3 * 2 ** 30)).filter((value) => value < 2 ** 30).length;
    expect(Math.abs(low - 2000)).toBeLessThan(4 * Math.sqrt(6000 * (1 / 3) * (2 / 3)));
  });

  it('shuffles without losing anything, in place, evenly over positions', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.nat(), (values, seed) => {
        const shuffled = Rng.of(seed).shuffle([...values]);
        expect([...shuffled].sort()).toEqual([...values].sort());
      }),
    );
    const firsts = new Array(5).fill(0);
    for (let seed = 0; seed < 5000; seed++) firsts[Rng.of(seed, 'shuffle').shuffle([0, 1, 2, 3, 4])[0]]++;
    expect(firsts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(18.5); // 99.9 %, 4 df
    expect([...Rng.of(1).permutation(6)].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });
});
