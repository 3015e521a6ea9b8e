/**
 * Where a training stands, and what each step, validation and epoch makes of that: states in, states out. The state is what
 * `last.state` holds beside the arrays.
 */
import type { StepResult } from '../objective/step/step-result.js';
import type { EpochRecord } from '../runs/report.js';
import type { ResumeState } from '../runs/run-folder.js';

export const BEGINNING: ResumeState = Object.freeze({
  step: 0,
  epoch: 1,
  batchesDone: 0,
  adamStep: 0,
  partSums: {},
  bestEpoch: 0,
  bestValue: Number.NEGATIVE_INFINITY,
  validationsSinceBest: 0,
  longestStall: 0,
  finished: false,
  history: [],
});

/** What of a step counts here. */
interface StepOutcome extends Pick<StepResult, 'parts' | 'negatives'> {
  /** Updates made by the optimizer so far. */
  readonly adamStep: number;
  /** Whether the step was to report on the negative sources. */
  readonly probed: boolean;
}

export function afterStep(state: ResumeState, { parts, negatives, adamStep, probed }: StepOutcome): ResumeState {
  const partSums: Record<string, number> = { ...state.partSums };
  for (const [name, value] of Object.entries(parts)) partSums[name] = (partSums[name] ?? 0) + value;
  const { step, batchesDone } = state;
  return {
    ...state,
    ...(probed && { negatives }),
    step: step + 1,
    batchesDone: batchesDone + 1,
    adamStep,
    partSums,
  };
}

/**
 * Whether the weights are the best so far, or there is nothing to select by.
 * @param value of the monitored metric; absent without validation pairs
 */
export function isBest({ bestValue }: ResumeState, value: number | undefined): boolean {
  return value === undefined || value > bestValue;
}

export function afterValidation(state: ResumeState, value: number | undefined): ResumeState {
  if (isBest(state, value)) {
    return { ...state, bestEpoch: state.epoch, bestValue: value ?? state.bestValue, validationsSinceBest: 0 };
  }
  const validationsSinceBest = state.validationsSinceBest + 1;
  return { ...state, validationsSinceBest, longestStall: Math.max(state.longestStall, validationsSinceBest) };
}

/** @param complete whether all of the epoch's batches are done, rather than that maxSteps came first */
export function afterEpoch(state: ResumeState, record: EpochRecord, complete: boolean): ResumeState {
  // a resumed run may complete an epoch that maxSteps had cut short before
  const history = [...state.history.filter(({ epoch }) => epoch !== record.epoch), record];
  // an epoch cut short stays open, so that a resumed run with more steps finishes it
  return complete ? { ...state, history, epoch: state.epoch + 1, batchesDone: 0, partSums: {} } : { ...state, history };
}
