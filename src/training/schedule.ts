/** How many steps a training is planned to make, and the learning rate as a function of the step alone. */
import type { RunConfig } from '../config/run-config.js';

export interface StepPlan {
  readonly stepsPerEpoch: number;
  /** What a schedule falls over: maxSteps only stops, so that a run that goes on with more of them is the same run. */
  readonly stepsOfEpochs: number;
  /** Where training stops. */
  readonly lastStep: number;
}

export function planSteps({ epochs, maxSteps }: RunConfig['training'], stepsPerEpoch: number): StepPlan {
  const stepsOfEpochs = epochs * stepsPerEpoch;
  return { stepsPerEpoch, stepsOfEpochs, lastStep: Math.min(stepsOfEpochs, maxSteps ?? Number.POSITIVE_INFINITY) };
}

interface ScheduledStep {
  /** 1 at the first update. */
  readonly step: number;
  /** The last step of the planned epochs. */
  readonly stepsOfEpochs: number;
}

export function learningRateAt(training: RunConfig['training'], { step, stepsOfEpochs }: ScheduledStep): number {
  const { learningRate, schedule } = training;
  if (schedule.name === 'constant') return learningRate;
  const { warmupSteps, finalRate } = schedule;
  if (step <= warmupSteps) return (learningRate * step) / warmupSteps;
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, stepsOfEpochs - warmupSteps));
  return learningRate * (finalRate + (1 - finalRate) * 0.5 * (1 + Math.cos(Math.PI * progress)));
}
