import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectTopK, TopKSelector } from './select-top-k.js';

/** Full sort over plain objects. */
function naiveTopK(
  scores: readonly number[],
  k: number,
  excluded: readonly number[],
): { ids: number[]; scores: number[] } {
  const ranked = scores
    .map((score, id) => ({ score, id }))
    .filter(({ score, id }) => !excluded.includes(id) && !Number.isNaN(score) && score !== Number.NEGATIVE_INFINITY)
    .sort((a, b) => (a.score === b.score ? a.id - b.id : b.score > a.score ? 1 : -1));
  const at = (rank: number) => ranked[rank] ?? { id: -1, score: Number.NEGATIVE_INFINITY };
  const ranks = Array.from({ length: Math.min(k, scores.length) }, (_, rank) => rank);
  return { ids: ranks.map((rank) => at(rank).id), scores: ranks.map((rank) => at(rank).score) };
}

// few distinct values, so that ties are the rule
const anyScore = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, -0) },
);
const anyCase = fc.record({
  scores: fc.array(anyScore, { maxLength: 60 }),
  k: fc.integer({ min: 1, max: 70 }),
  excluded: fc.uniqueArray(fc.nat(59)).map((ids) => ids.sort((a, b) => a - b)),
});

describe('selectTopK', () => {
  it('equals a full sort, with ties by item, exclusions and empty slots', () => {
    fc.assert(
      fc.property(anyCase, ({ scores, k, excluded }) => {
        const top = selectTopK(Float32Array.from(scores), k, Int32Array.from(excluded));
        const naive = naiveTopK(scores, k, excluded);
        expect([...top.ids]).toEqual(naive.ids);
        expect([...top.scores].map((score) => score + 0)).toEqual(naive.scores.map((score) => score + 0));
      }),
      { numRuns: 500 },
    );
  });

  it('does not depend on how items are cut into blocks', () => {
    fc.assert(
      fc.property(anyCase, fc.integer({ min: 1, max: 20 }), ({ scores, k, excluded }, block) => {
        const whole = selectTopK(Float32Array.from(scores), k, Int32Array.from(excluded));
        const selector = new TopKSelector(1, k, scores.length);
        for (let first = 0; first < scores.length; first += block) {
          const part = Float32Array.from(scores.slice(first, first + block));
          selector.offer(0, part, 0, part.length, first, Int32Array.from(excluded));
        }
        expect(selector.finish()).toEqual(whole);
      }),
    );
  });

  it('keeps queries apart', () => {
    const selector = new TopKSelector(2, 2);
    const tile = Float32Array.of(1, 2, 3, 9, 8, 7);
    selector.offer(0, tile, 0, 3, 0);
    selector.offer(1, tile, 3, 6, 0);
    expect([...selector.finish().ids]).toEqual([2, 1, 0, 1]);
  });

  it('refuses a K that is no positive integer', () => {
    for (const k of [0, -1, 1.5, Number.NaN]) expect(() => selectTopK(new Float32Array(3), k)).toThrow(/k: expected/);
  });
});
