/** A user vector from items, by hand; from a run's weights: ../training/history-of-run.test.ts. */
import { describe, expect, it } from 'vitest';
import { countHistory, encodeHistory, type HistoryVectors, isSilent } from './history-vectors.js';

describe('encodeHistory', () => {
  const vectors: HistoryVectors = {
    embeddingDim: 2,
    normalized: false,
    isWholeModel: true,
    countsRepeats: false,
    activation: 'none',
    terms: [
      { weight: 2, items: Float32Array.of(1, 0, 0, 3, 0, 0) },
      { weight: 1, items: Float32Array.of(0, 1, 1, 1, 0, 0) },
    ],
  };

  it('is the weighted sum of terms over the root of the history’s length', () => {
    const user = encodeHistory(vectors, Int32Array.of(0, 1));
    expect(user[0]).toBeCloseTo((2 * 1 + 1) / Math.SQRT2, 6);
    expect(user[1]).toBeCloseTo((2 * 3 + 2) / Math.SQRT2, 6);
    const tanh = encodeHistory({ ...vectors, activation: 'tanh' }, Int32Array.of(1));
    expect(tanh[0]).toBeCloseTo(Math.tanh(1), 6);
    expect(tanh[1]).toBeCloseTo(2 * Math.tanh(3) + Math.tanh(1), 6);
  });

  it('has length 1 where the run compares by cosine, and is zero without a word', () => {
    const unit = encodeHistory({ ...vectors, normalized: true }, Int32Array.of(0, 1));
    expect(Math.hypot(...unit)).toBeCloseTo(1, 6);
    for (const history of [[], [2]]) {
      for (const normalized of [true, false]) {
        expect([...encodeHistory({ ...vectors, normalized }, Int32Array.from(history))]).toEqual([0, 0]);
      }
    }
    expect([0, 1, 2].map((item) => isSilent(vectors, item))).toEqual([false, false, true]);
    expect(() => encodeHistory(vectors, Int32Array.of(3))).toThrow(/item 3 is outside 0 … 2/);
  });

  it('counts what the user had again only where edges have weights', () => {
    const had = [1, 0, 1, 1];
    expect([...countHistory(vectors, had)]).toEqual([
      [1, 1],
      [0, 1],
    ]);
    expect([...countHistory({ ...vectors, countsRepeats: true }, had)]).toEqual([
      [1, 3],
      [0, 1],
    ]);
  });
});
