/** The temperatures of a step, however they are given: numbers, schedules, learned variables, one a user. */
import * as tf from '@tensorflow/tfjs';
import { type AtStep, type Temperature, type TemperatureOptions, temperatureAt } from '../../losses/index.js';
import type { EpochFits } from '../epoch-fits.js';
import type { Model } from '../model.js';
import { type TemperedPart, temperatureVariable } from '../temperature-variables.js';
import type { Readings } from './part.js';

/** In the records of epochs. */
export const TEMPERATURE_NAMES = {
  main: 'temperature',
  auxiliary: 'auxiliaryTemperature',
  contrastive: 'contrastiveTemperature',
} as const satisfies Record<TemperedPart, string>;

export interface PartTemperature {
  /** Absent for a loss without one. */
  readonly value?: Temperature;
  /** Its mean over the queries, where it is no fixed number. */
  readonly readings: Readings;
}

interface TemperatureMoment {
  readonly step: number;
  /** Of the part's queries, `[numQueries]`; needed for an adaptive temperature. */
  readonly users?: Int32Array;
}

/** @param fits holds the temperatures of all users, where they are adaptive */
export function partTemperature(
  part: TemperedPart,
  { losses, variables }: Model,
  fits: EpochFits,
  { step, users }: TemperatureMoment,
): PartTemperature {
  const options: TemperatureOptions | undefined = losses[part]?.temperature;
  if (options === undefined) return { readings: {} };
  const theta = variables[temperatureVariable(part)] as unknown as tf.Tensor2D | undefined;
  const ofQueries = users && fits.userTemperatures && temperaturesOf(users, fits.userTemperatures);
  const value = temperatureAt(options, { step, theta, ofQueries });
  if (typeof options === 'number') return { value, readings: {} };
  const mean = typeof value === 'number' ? tf.scalar(value) : tf.mean(value);
  return { value, readings: { [TEMPERATURE_NAMES[part]]: mean } };
}

/** A loss's options with the temperature of the step. */
export function atStep<Options extends object>(
  options: Options,
  { value }: Pick<PartTemperature, 'value'>,
): AtStep<Options> {
  return (value === undefined ? options : { ...options, temperature: value }) as AtStep<Options>;
}

function temperaturesOf(users: Int32Array, ofUsers: Float32Array): Float32Array {
  return Float32Array.from(users, (user) => ofUsers[user]);
}
