/** Rungs in numbers; who goes on against the rule by its definition, on studies drawn at random. */
import { describe, expect, it } from 'vitest';
import { Rng } from '../core/rng.js';
import { promotable, type RungTrial, rungsOf } from './asha.js';

describe('rungs', () => {
  it('rise by the reduction up to a whole training', () => {
    expect(rungsOf({ minEpochs: 1, reduction: 3 }, 27)).toEqual([1, 3, 9, 27]);
    expect(rungsOf({ minEpochs: 4, reduction: 3 }, 100)).toEqual([4, 12, 36, 100]);
    expect(rungsOf({ minEpochs: 5, reduction: 4 }, 6)).toEqual([5, 6]);
  });
  it('without successive halving are one', () => expect(rungsOf(undefined, 12)).toEqual([12]));
});

/**
 * A trial may go on from a rung when fewer than ⌊n / η⌋ of the n trials there come before it: those with a better value, or as good a one and
 * an earlier number. Of the highest rung where there is one, the one that most others come after.
 */
function naive(trials: readonly RungTrial[], numRungs: number, reduction: number): number | undefined {
  for (let rung = numRungs - 2; rung >= 0; rung--) {
    const there = [...trials.keys()].filter((i) => trials[i].values[rung] !== undefined);
    const before = (i: number): number =>
      there.filter((j) => {
        const [own, other] = [trials[i].values[rung], trials[j].values[rung]];
        return other > own || (other === own && j < i);
      }).length;
    const may = there.filter(
      (i) => before(i) + 1 <= there.length / reduction && trials[i].waits && trials[i].values.length === rung + 1,
    );
    for (const i of may) if (may.every((j) => before(i) <= before(j))) return i;
  }
  return undefined;
}

describe('who goes on', () => {
  it('is who the rule names', () => {
    let promoted = 0;
    for (let study = 0; study < 2000; study++) {
      const rng = Rng.of(study, 'study');
      const numRungs = 1 + rng.integer(4);
      const reduction = 2 + rng.integer(3);
      const trials = Array.from({ length: rng.integer(15) }, (): RungTrial => {
        const count = rng.integer(numRungs + 1);
        // few values, so that there are ties
        const values = Array.from({ length: count }, () => rng.integer(4));
        const failed = count > 0 && rng.integer(5) === 0;
        if (failed) values[count - 1] = Number.NEGATIVE_INFINITY;
        return { values, waits: count > 0 && count < numRungs && !failed && rng.integer(4) > 0 };
      });
      const found = promotable(trials, numRungs, reduction);
      expect(found).toBe(naive(trials, numRungs, reduction));
      if (found !== undefined) promoted++;
    }
    expect(promoted).toBeGreaterThan(400);
  });

  it('is nobody before there are enough to compare, and the best once there are', () => {
    const at = (...values: number[]): RungTrial => ({ values, waits: true });
    expect(promotable([at(1), at(2)], 3, 3)).toBeUndefined();
    expect(promotable([at(1), at(3), at(2)], 3, 3)).toBe(1);
    // went on already
    expect(promotable([at(1), at(3, 4), at(2)], 3, 3)).toBeUndefined();
    // the higher rung first
    expect(promotable([at(1, 1), at(3, 4), at(2, 5), ...[4, 5, 6, 7, 8, 9].map((value) => at(value))], 3, 3)).toBe(2);
  });
});
