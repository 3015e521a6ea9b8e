/**
 * When a training that no longer improves ends. Validation may dip while the model is still far from done: under BPR with
 * a contrastive part (SGL, SimGCL, XSimGCL) the contrast first spreads the embeddings out, and the ranking gets worse until the
 * main loss has fallen some way. So patience runs only where the loss has become flat: a validation without improvement counts
 * where, of the fall of the main loss so far, less than `stallShare` came in the latter half of the epochs,
 *
 *   counts  ⇔  main(h) − main(e)  <  stallShare · (main(1) − main(e)),  h = ⌊(e + 1) / 2⌋,  or main(1) ≤ main(e)
 *
 * with main(e) the mean main loss of epoch e. The share is free of the loss's scale and of the number of epochs: a straight fall gives
 * 1/2, an exponential one of time constant T gives 1/4 at e = 2.2 T, the logarithm of the epochs 1/4 at e = 16.
 */
import type { RunConfig } from '../config/run-config.js';
import type { EpochRecord } from '../runs/report.js';
import type { ResumeState } from '../runs/run-folder.js';

type PatienceRule = Pick<RunConfig['training'], 'patience' | 'stallShare'>;
type Course = Pick<ResumeState, 'validationsSinceBest' | 'bestEpoch' | 'history'>;

/** Whether so many validations since the best one counted that training stops. A patience of 0 never stops. */
export function isStalled(course: Course, { patience, stallShare }: PatienceRule): boolean {
  const { validationsSinceBest, bestEpoch, history } = course;
  if (patience === 0 || validationsSinceBest < patience) return false;
  if (stallShare === 'any') return true;
  const counted = history.filter(
    ({ epoch, valid }) => valid !== undefined && epoch > bestEpoch && lateShare(history, epoch) < stallShare,
  );
  return counted.length >= patience;
}

/** Of the fall of the main loss up to an epoch, the part that came in the latter half of the epochs; 0 where it did not fall. */
function lateShare(history: readonly EpochRecord[], epoch: number): number {
  const lossOf = (wanted: number): number =>
    history.find((record) => record.epoch === wanted)?.losses.main ?? Number.NaN;
  const last = lossOf(epoch);
  const fall = lossOf(1) - last;
  return fall > 0 ? (lossOf(Math.floor((epoch + 1) / 2)) - last) / fall : 0;
}
