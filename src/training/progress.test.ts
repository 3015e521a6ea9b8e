/** What steps, validations and epochs make of where a training stands. */
import { describe, expect, it } from 'vitest';
import type { EpochRecord } from '../runs/report.js';
import { isStalled } from './patience.js';
import { afterEpoch, afterStep, afterValidation, BEGINNING } from './progress.js';

const record = (epoch: number, step: number): EpochRecord => ({ epoch, step, learningRate: 1, losses: {}, stepMs: 0 });

describe('progress of a training', () => {
  it('adds up the parts of an epoch, and keeps the report of its probed step', () => {
    const negatives = { uniform: { share: 1, meanScore: 0, falseNegatives: 0, gradientNorm: 1 } };
    const first = afterStep(BEGINNING, { parts: { total: 2, main: 1 }, negatives, adamStep: 1, probed: true });
    const second = afterStep(first, { parts: { total: 3, main: 2, l2: 1 }, adamStep: 2, probed: false });
    expect(second).toMatchObject({ step: 2, epoch: 1, batchesDone: 2, adamStep: 2, negatives });
    expect(second.partSums).toEqual({ total: 5, main: 3, l2: 1 });
    expect(BEGINNING.partSums).toEqual({});
  });

  it('counts validations without improvement, and remembers the longest stall', () => {
    const values = [0.1, 0.1, 0.05, 0.2, 0.1];
    const states = values.map((_, i) => values.slice(0, i + 1).reduce(afterValidation, BEGINNING));
    expect(states.map(({ validationsSinceBest }) => validationsSinceBest)).toEqual([0, 1, 2, 0, 1]);
    expect(states.map(({ longestStall }) => longestStall)).toEqual([0, 1, 2, 2, 2]);
    expect(states.map(({ bestValue }) => bestValue)).toEqual([0.1, 0.1, 0.1, 0.2, 0.2]);
    const stalled = (patience: number) => states.map((state) => isStalled(state, { patience, stallShare: 'any' }));
    expect(stalled(2)).toEqual([false, false, true, false, false]);
    expect(stalled(0)).not.toContain(true);
  });

  it('takes the last epoch where there is nothing to select by', () => {
    const state = afterValidation({ ...BEGINNING, epoch: 3 }, undefined);
    expect(state).toMatchObject({ bestEpoch: 3, validationsSinceBest: 0, bestValue: Number.NEGATIVE_INFINITY });
  });

  it('leaves an epoch open that was cut short, and replaces its record when it is completed', () => {
    const under = { ...BEGINNING, step: 5, batchesDone: 5, partSums: { total: 4 } };
    const cut = afterEpoch(under, record(1, 5), false);
    expect(cut).toMatchObject({ epoch: 1, batchesDone: 5, partSums: { total: 4 } });
    const done = afterEpoch({ ...cut, step: 8, batchesDone: 8 }, record(1, 8), true);
    expect(done).toMatchObject({ epoch: 2, batchesDone: 0, partSums: {}, history: [record(1, 8)] });
  });
});
