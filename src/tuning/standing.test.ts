/** Which trial is better, in known cases, and what is done next. */
import { describe, expect, it } from 'vitest';
import { nextJob } from './next-job.js';
import { bestFirst, rungTrials, seenTrials } from './standing.js';
import { newStudyRecord, type StudyRecord, type TrialRecord } from './study-records.js';

const trial = (number: number, state: TrialRecord['state'], ...values: number[]): TrialRecord => ({
  trial: number,
  values: { x: number },
  state,
  rungs: values.map((value, i) => ({ epochs: 3 ** i, value })),
});
const TRIALS = [
  trial(0, 'paused', 0.5),
  trial(1, 'running'),
  trial(2, 'complete', 0.1, 0.2, 0.3),
  trial(3, 'failed', 0.9),
  trial(4, 'paused', 0.4, 0.6),
  trial(5, 'complete', 0.35),
  trial(6, 'running', 0.45),
  trial(7, 'paused', 0.5),
];

describe('standing', () => {
  it('is by how far a trial came, then by value, then by number; what failed or has no value is last', () => {
    expect(bestFirst(TRIALS).map((each) => each.trial)).toEqual([5, 2, 4, 0, 7, 6, 3, 1]);
  });

  it('is what samplers see, but of trials without a value yet', () => {
    expect(seenTrials(TRIALS).map(({ place }) => place)).toEqual([3, undefined, 1, 6, 2, 0, 5, 4]);
    expect(seenTrials(TRIALS)[5].values).toEqual({ x: 5 });
  });

  it('at rungs goes on where a trial ended early, and ends where it failed', () => {
    expect(rungTrials(TRIALS, 3)).toEqual([
      { values: [0.5], waits: true },
      { values: [], waits: false },
      { values: [0.1, 0.2, 0.3], waits: false },
      { values: [0.9, Number.NEGATIVE_INFINITY], waits: false },
      { values: [0.4, 0.6], waits: true },
      { values: [0.35, 0.35, 0.35], waits: false },
      { values: [0.45], waits: false },
      { values: [0.5], waits: true },
    ]);
  });
});

describe('the next job', () => {
  const study: StudyRecord = newStudyRecord({
    graphId: 'g',
    graphHash: 'h',
    graphFolder: 'f',
    preset: 'joint',
    config: {},
    space: { x: { kind: 'int', low: 0, high: 1e6, log: false } },
    sampler: 'random',
    seed: 1,
    asha: { minEpochs: 1, reduction: 3 },
    rungs: [1, 3, 9],
    monitor: 'ndcg@20',
    backend: 'cpu',
    trials: 4,
  });
  const none = (): boolean => false;

  it('is what a killed process left, before anything else', () => {
    expect(nextJob(study, TRIALS, (number) => number === 6)).toBe(TRIALS[6]);
  });
  it('is the one that may go on', () => {
    expect(
      nextJob(
        study,
        [0.1, 0.3, 0.2].map((value, i) => trial(i, 'paused', value)),
        none,
      ),
    ).toEqual(trial(1, 'running', 0.3));
  });
  it('is a new trial, the same every time', () => {
    const begun = [trial(0, 'paused', 0.1)];
    const next = nextJob(study, begun, none);
    expect(next).toMatchObject({ trial: 1, state: 'running', rungs: [] });
    expect(nextJob(study, begun, none)).toEqual(next);
    expect(nextJob({ ...study, seed: 2 }, begun, none)).not.toEqual(next);
  });
  it('is to wait for others, who may leave something, and else nothing', () => {
    const paused = [0, 1, 2].map((i) => trial(i, 'paused', 0.1, 0.1));
    expect(nextJob({ ...study, asha: null }, [...paused, trial(3, 'running')], none)).toBe('wait');
    expect(nextJob({ ...study, asha: null }, [...paused, trial(3, 'complete', 1)], none)).toBe('done');
  });
});
