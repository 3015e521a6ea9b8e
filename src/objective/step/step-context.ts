/** What a step is asked for. */
import type { PositiveBatch } from '../../negatives/index.js';

/** Where in the training a step stands; all its randomness follows from (seed, epoch, step). */
export interface StepMoment {
  /** From 1. */
  readonly epoch: number;
  /** 1 at the first update. */
  readonly step: number;
}

export interface StepContext extends StepMoment {
  readonly batch: PositiveBatch;
  /** Most validations in a row without improvement so far, for which some negative sources wait; absent: 0. */
  readonly longestStall?: number;
  /** Whether to report on the negative sources, which costs a second main loss; absent: no. */
  readonly probing?: boolean;
}
