/** Variables as the arrays of a checkpoint, and back. */

import * as tf from '@tensorflow/tfjs';
import { ownValue } from '../core/outside/own-keys.js';
import type { StateArray } from '../runs/state-file.js';

/** Copies of the variables' values. */
export async function readVariables(
  variables: Readonly<Record<string, tf.Variable>>,
): Promise<Record<string, StateArray>> {
  const arrays: Record<string, StateArray> = {};
  for (const [name, variable] of Object.entries(variables)) {
    arrays[name] = { shape: variable.shape, values: (await variable.data<'float32'>()).slice() };
  }
  return arrays;
}

/** Puts a checkpoint's values into variables of the same names and shapes. */
export function writeVariables(
  variables: Readonly<Record<string, tf.Variable>>,
  arrays: Readonly<Record<string, StateArray>>,
): void {
  for (const [name, variable] of Object.entries(variables)) {
    const array = ownValue(arrays, name);
    if (array === undefined || array.shape.join() !== variable.shape.join()) {
      const came = array ? `[${array.shape.join(', ')}]` : 'none';
      throw new Error(`expected ${name} of shape [${variable.shape.join(', ')}], got ${came}`);
    }
    const { values, shape } = array;
    tf.tidy(() => variable.assign(tf.tensor(values, [...shape])));
  }
}
