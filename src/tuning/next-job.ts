/** What a process of a study does next: a value in, a value out, for who has the study's lock. */
import { Rng } from '../core/rng.js';
import { promotable } from './asha.js';
import { SAMPLERS } from './samplers.js';
import { rungTrials, seenTrials } from './standing.js';
import type { StudyRecord, TrialRecord } from './study-records.js';

/** A trial to be trained up to its next rung; `wait` where others may yet leave something to do. */
type NextJob = TrialRecord | 'wait' | 'done';

/**
 * In this order: what a killed process left, what may go on to the next rung, a new trial.
 * @param isFree whether no living process has a trial that is under way
 */
export function nextJob(
  { space, sampler, seed, asha, rungs, trials: wanted }: StudyRecord,
  trials: readonly TrialRecord[],
  isFree: (trial: number) => boolean,
): NextJob {
  const underWay = trials.filter(({ state }) => state === 'running');
  const left = underWay.find(({ trial }) => isFree(trial));
  if (left !== undefined) return left;
  const next = asha ? promotable(rungTrials(trials, rungs.length), rungs.length, asha.reduction) : undefined;
  if (next !== undefined) return { ...trials[next], state: 'running' };
  if (trials.length < wanted) {
    const trial = trials.length;
    const values = SAMPLERS[sampler](space, seenTrials(trials), Rng.of(seed, 'trial', trial));
    return { trial, values, state: 'running', rungs: [] };
  }
  return underWay.length > 0 ? 'wait' : 'done';
}
