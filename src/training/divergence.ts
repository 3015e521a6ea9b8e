/** Numbers that are no longer finite end a training; what was saved before stays. */
import { TwinlightError } from '../core/errors.js';
import type { LossParts } from '../objective/step/step-result.js';
import type { StateArray } from '../runs/state-file.js';

/** Where a training is when that is seen. */
interface TrainingPlace {
  readonly step: number;
  readonly epoch: number;
  /** Of the run. */
  readonly folder: string;
}

/** @throws TwinlightError `TRAIN_DIVERGED` */
export function assertFiniteParts(parts: LossParts, place: TrainingPlace): void {
  const bad = Object.entries(parts).filter(([, value]) => !Number.isFinite(value));
  if (bad.length === 0) return;
  const names = bad.map(([name, value]) => `${name} = ${value}`).join(', ');
  throw diverged(place, names, 'Lower training.learningRate or raise the temperature of that part');
}

/** @throws TwinlightError `TRAIN_DIVERGED` */
export function assertFiniteArrays(arrays: Readonly<Record<string, StateArray>>, place: TrainingPlace): void {
  for (const [name, { values }] of Object.entries(arrays)) {
    if (values.every(Number.isFinite)) continue;
    throw diverged(place, `${name} is no longer finite`, 'Lower training.learningRate');
  }
}

/**
 * Beyond it squares leave single precision, so that lengths and products of vectors are infinite and what is divided by them is
 * zero.
 */
const LARGEST_WEIGHT = 1e18;

/** @throws TwinlightError `TRAIN_DIVERGED` */
export function assertBoundedArrays(arrays: Readonly<Record<string, StateArray>>, place: TrainingPlace): void {
  for (const [name, { values }] of Object.entries(arrays)) {
    const far = values.find((value) => !(Math.abs(value) <= LARGEST_WEIGHT));
    if (far !== undefined)
      throw diverged(place, `${name} has grown to ${far.toPrecision(3)}`, 'Lower training.learningRate');
  }
}

function diverged({ step, epoch, folder }: TrainingPlace, what: string, remedy: string): TwinlightError {
  const kept = `the last good checkpoint stays in ${folder}`;
  return new TwinlightError('TRAIN_DIVERGED', `step ${step} (epoch ${epoch}): ${what}. ${remedy}; ${kept}`);
}
