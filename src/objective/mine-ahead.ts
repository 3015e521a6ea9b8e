/**
 * Negatives that the batch's scores choose, chosen before the step: where numbers on the device have to be awaited, they can't
 * be chosen in the middle of it. Costs a second forward pass, of the batch's rows; with the step's own weights, views
 * and noise, so the scores are those of the step.
 */
import * as tf from '@tensorflow/tfjs';
import { awaitsReads } from '../backend/index.js';
import type { NodeRows } from '../encoders/index.js';
import type { MainLossOptions } from '../losses/index.js';
import type { DrawnCandidates } from '../negatives/index.js';
import { comparedRows } from './main-loss.js';

/**
 * Does nothing where the step can do it itself.
 * @param users nodes of the batch's rows, `[batchSize]`
 * @param positives `[batchSize]`
 * @param encode the main pass, for these nodes
 */
export async function mineAhead(
  drawn: DrawnCandidates | undefined,
  { similarity }: MainLossOptions,
  users: Int32Array,
  positives: Int32Array,
  encode: () => NodeRows,
): Promise<void> {
  if (!drawn?.mineAhead || !awaitsReads()) return;
  const [userRows, positiveRows] = tf.tidy(() => {
    const rows = comparedRows(similarity, encode());
    return [rows(users), rows(positives)];
  });
  try {
    await drawn.mineAhead(userRows, positiveRows);
  } finally {
    tf.dispose([userRows, positiveRows]);
  }
}
