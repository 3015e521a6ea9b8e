/**
 * Negatives that the batch's scores choose, chosen before the step: where numbers on the device have to be awaited, they can't
 * be chosen in the middle of it. Costs a second forward pass, of the batch's rows; with the step's own weights, views
 * and noise, so the scores are those of the step.
 */
import * as tf from '@tensorflow/tfjs';
import { awaitsReads } from '../../backend/index.js';
import { comparedRows, type Similarity } from '../parts/main-loss-rows.js';
import type { DrawnStep } from './drawn-step.js';
import { encodeMain } from './step-rows.js';

/** Closes the step's open slots, or does nothing where the step can do it itself. */
export async function mineAhead(drawn: DrawnStep, similarity: Similarity): Promise<void> {
  const { nodes, negatives } = drawn;
  if (!negatives.main?.mineAhead || !awaitsReads()) return;
  const [users, positives] = tf.tidy(() => {
    const rows = comparedRows(similarity, encodeMain(drawn));
    return [rows(nodes.users), rows(nodes.items)];
  });
  try {
    await negatives.main.mineAhead(users, positives);
  } finally {
    tf.dispose([users, positives]);
  }
}
