/** Learning rate as a function of the step alone. */
import type { RunConfig } from '../config/run-config.js';

/**
 * @param step 1 at the first update
 * @param plannedSteps the last step of the planned epochs
 */
export function learningRateAt(training: RunConfig['training'], step: number, plannedSteps: number): number {
  const { learningRate, schedule } = training;
  if (schedule.name === 'constant') return learningRate;
  const { warmupSteps, finalRate } = schedule;
  if (step <= warmupSteps) return (learningRate * step) / warmupSteps;
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, plannedSteps - warmupSteps));
  return learningRate * (finalRate + (1 - finalRate) * 0.5 * (1 + Math.cos(Math.PI * progress)));
}
