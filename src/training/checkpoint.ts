/** A training as `last.state` keeps it, from which the rest of the run comes out the same. */
import { DataError } from '../core/errors.js';
import type { ResumeState, RunFolder } from '../runs/run-folder.js';
import { assertFiniteArrays } from './divergence.js';
import type { Learner } from './learner.js';

/** @throws TwinlightError `TRAIN_DIVERGED` for weights or moments that are not finite; the checkpoint before stays then */
export async function writeCheckpoint(folder: RunFolder, learner: Learner, state: ResumeState): Promise<void> {
  // JSON has no infinity: the value before any validation is left out
  const { bestValue } = state;
  const meta = { ...state, bestValue: Number.isFinite(bestValue) ? bestValue : (null as unknown as number) };
  const learned = await learner.learned();
  assertFiniteArrays(learned, { ...state, folder: folder.path });
  folder.writeLast(meta, { ...learned, ...(await learner.objective.state()) });
}

/** Puts the last checkpoint into the learner. @returns its state, or undefined where there is none */
export function readCheckpoint(folder: RunFolder, learner: Learner): ResumeState | undefined {
  const saved = folder.readLast();
  if (saved === undefined) return undefined;
  try {
    learner.restore(saved.arrays, saved.meta);
  } catch (cause) {
    // whichever part notices first that an array is another one's
    const message = `this checkpoint does not fit the configuration (${(cause as Error).message}); restore it, or train the run again`;
    throw new DataError('STATE_FORMAT', message, { location: { file: folder.file('last.state') }, cause });
  }
  return { ...saved.meta, bestValue: saved.meta.bestValue ?? Number.NEGATIVE_INFINITY, finished: false };
}
