/** What a layer does to the messages it hears. */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

export const activationSchema = z
  .enum(['none', 'tanh'])
  .default('none')
  .describe('of what a layer hears; tanh as in EGCF, which leaves the fused path: every layer runs over all nodes');
export type Activation = z.infer<typeof activationSchema>;

export function activate<T extends tf.Tensor>(activation: Activation, heard: T): T {
  return activation === 'tanh' ? tf.tanh(heard) : heard;
}
