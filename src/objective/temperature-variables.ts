/** Learned temperatures as variables of the model. */
import * as tf from '@tensorflow/tfjs';
import { type ActiveLosses, initialTheta } from '../losses/index.js';

const TEMPERED = ['main', 'auxiliary', 'contrastive'] as const;
export type TemperedPart = (typeof TEMPERED)[number];

/** Its name among the model's variables. */
export const temperatureVariable = (part: TemperedPart): string => `temperature/${part}`;

/** θ of every learned temperature, `[1, 1]`, by the name it has among the model's variables. */
export function createTemperatureVariables(losses: ActiveLosses): Record<string, tf.Variable> {
  const variables: Record<string, tf.Variable> = {};
  for (const part of TEMPERED) {
    const options = losses[part]?.temperature;
    if (typeof options !== 'object' || options.name !== 'learned') continue;
    variables[temperatureVariable(part)] = tf.tidy(() => tf.variable(tf.tensor2d([initialTheta(options)], [1, 1])));
  }
  return variables;
}
