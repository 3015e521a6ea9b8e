/** A training as `last.state` keeps it, from which the rest of the run comes out the same. */
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
  learner.restore(saved.arrays, saved.meta);
  return { ...saved.meta, bestValue: saved.meta.bestValue ?? Number.NEGATIVE_INFINITY, finished: false };
}
