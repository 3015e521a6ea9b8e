/** What the studies do to training pairs: fewer of them, wrong ones beside them, held-out pairs untouched. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  createExposureWorld,
  EVENT_CODES,
  type Interactions,
  type SplitInteractions,
  splitInteractionSet,
} from '../src/index.js';

const split: SplitInteractions = splitInteractionSet(
  createExposureWorld({ seed: 1, numUsers: 60, numItems: 90, meanInteractions: 12, numTastes: 5 }).interactions,
  { split: { name: 'global-time' } },
);

const positives = ({ userIndex, itemIndex, event }: Interactions): string[] =>
  [...userIndex.keys()]
    .filter((row) => !event || event[row] === EVENT_CODES.positive)
    .map((row) => `${userIndex[row]} ${itemIndex[row]}`);
const others = ({ event }: Interactions): number =>
  [...(event ?? [])].filter((code) => code !== EVENT_CODES.positive).length;
const byUser = (pairs: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const pair of pairs) counts.set(pair.split(' ')[0], (counts.get(pair.split(' ')[0]) ?? 0) + 1);
  return counts;
};

describe.skipIf(!existsSync('dist/index.js'))('training pairs of a study', async () => {
  // @ts-expect-error a plain script without types
  const { warmOnly, withShare, withWrongPairs } = await import('../bench/experiments/study/changed-train.mjs');
  const before = positives(split.train);

  it('of a share are that share of every user, rounded up, and the same ones each time', () => {
    const fewer: SplitInteractions = withShare(split, 0.3);
    const after = positives(fewer.train);
    expect(after.every((pair) => before.includes(pair))).toBe(true);
    const kept = byUser(after);
    for (const [user, count] of byUser(before)) expect(kept.get(user)).toBe(Math.ceil(0.3 * count));
    expect(others(fewer.train)).toBe(others(split.train));
    expect(fewer.valid).toBe(split.valid);
    expect(fewer.test).toBe(split.test);
    expect(positives(withShare(split, 0.3).train)).toEqual(after);
    expect(new Set(positives(withShare(split, 1).train))).toEqual(new Set(before));
  });

  it('that are wrong are beside the true ones, and none that is known or held out', () => {
    const more: SplitInteractions = withWrongPairs(split, 0.3);
    const after = positives(more.train);
    const wrong = after.filter((pair) => !before.includes(pair));
    expect(wrong).toHaveLength(Math.round(0.3 * before.length));
    expect(new Set(wrong).size).toBe(wrong.length);
    expect(after).toHaveLength(before.length + wrong.length);
    const heldOut = new Set([...positives(split.valid), ...positives(split.test)]);
    expect(wrong.some((pair) => heldOut.has(pair))).toBe(false);
    expect(others(more.train)).toBe(others(split.train));
    for (const user of byUser(wrong).keys()) expect(byUser(before).has(user)).toBe(true);
    expect(positives(withWrongPairs(split, 0.3).train)).toEqual(after);
  });

  it('of warm items alone leave held-out pairs of others out', () => {
    const warm: SplitInteractions = warmOnly(withShare(split, 0.1));
    const items = new Set(positives(withShare(split, 0.1).train).map((pair) => pair.split(' ')[1]));
    for (const part of [warm.valid, warm.test]) {
      expect(positives(part).length).toBeGreaterThan(0);
      for (const pair of positives(part)) expect(items.has(pair.split(' ')[1])).toBe(true);
    }
    expect(positives(warm.test).length).toBeLessThan(positives(split.test).length);
  });
});
