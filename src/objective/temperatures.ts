/** The temperatures of a step, however they are given: numbers, schedules, learned variables, one a user. */
import * as tf from '@tensorflow/tfjs';
import type { RunConfig } from '../config/run-config.js';
import {
  initialTheta,
  type LearnedTemperature,
  learnedTemperature,
  scheduledTemperature,
  type Temperature,
  type TemperatureOptions,
} from '../losses/index.js';

const TEMPERED = ['main', 'auxiliary', 'contrastive'] as const;
export type TemperedPart = (typeof TEMPERED)[number];
/** In the records of epochs. */
export const TEMPERATURE_NAMES = {
  main: 'temperature',
  auxiliary: 'auxiliaryTemperature',
  contrastive: 'contrastiveTemperature',
} as const satisfies Record<TemperedPart, string>;
export type TemperatureName = (typeof TEMPERATURE_NAMES)[TemperedPart];

/** The options of a part that is on and has a temperature. */
export function temperatureOptions({ losses }: RunConfig, part: TemperedPart): TemperatureOptions | undefined {
  const options = losses[part];
  return options.weight > 0 && 'temperature' in options ? options.temperature : undefined;
}

/** θ of every learned temperature, `[1, 1]`, by the name it has among the model's variables. */
export function createTemperatureVariables(config: RunConfig): Record<string, tf.Variable> {
  const variables: Record<string, tf.Variable> = {};
  for (const part of TEMPERED) {
    const options = temperatureOptions(config, part);
    if (typeof options !== 'object' || options.name !== 'learned') continue;
    variables[variableName(part)] = tf.tidy(() => tf.variable(tf.tensor2d([initialTheta(options)], [1, 1])));
  }
  return variables;
}

/**
 * @param variables the model's
 * @param userTemperatures of all users, where the temperature is adaptive
 * @param users of the part's queries; needed for an adaptive temperature
 */
export function stepTemperature(
  config: RunConfig,
  part: TemperedPart,
  step: number,
  variables: Readonly<Record<string, tf.Variable>>,
  userTemperatures?: Float32Array,
  users?: Int32Array,
): Temperature {
  const options = temperatureOptions(config, part)!;
  if (typeof options === 'number') return options;
  switch (options.name) {
    case 'scheduled':
      return scheduledTemperature(options, step);
    case 'learned':
      return learnedOf(variables, part, options);
    case 'adaptive':
      return tf.tensor2d(
        Float32Array.from(users!, (user) => userTemperatures![user]),
        [users!.length, 1],
      );
  }
}

/** What the epoch's record says of a temperature that is no fixed number, kept: its name there and its mean over the queries. */
export function temperatureScalar(
  config: RunConfig,
  part: TemperedPart,
  temperature: Temperature | undefined,
): [TemperatureName, tf.Scalar][] {
  if (temperature === undefined || typeof temperatureOptions(config, part) !== 'object') return [];
  const mean = typeof temperature === 'number' ? tf.scalar(temperature) : tf.mean(temperature);
  return [[TEMPERATURE_NAMES[part], tf.keep(mean) as tf.Scalar]];
}

function learnedOf(
  variables: Readonly<Record<string, tf.Variable>>,
  part: TemperedPart,
  options: LearnedTemperature,
): tf.Tensor2D {
  return learnedTemperature(variables[variableName(part)] as unknown as tf.Tensor2D, options);
}

const variableName = (part: TemperedPart): string => `temperature/${part}`;
