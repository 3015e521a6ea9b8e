/**
 * Swapped prediction of SwAV (Caron et al. 2020, arXiv 2006.09882, eq. 1-2): the codes of one side are predicted from
 * the other's similarity to the prototypes, and back.
 *
 *   loss = ½ [ mean_i −Σ_k q²_ik log softmax_k(⟨z¹_i, c_k⟩ / temperature) + the same with 1 and 2 exchanged ]
 *
 * Codes q come from Sinkhorn-Knopp on the same scores and carry no gradient. Uses differ only in what the sides are: swav.ts,
 * concat.ts.
 * Deviation: prototypes are normalised inside the graph, rather than projected back to the sphere after each update.
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { l2Normalize, similarity, sinkhornCodes, softCrossEntropy } from '../../ops/index.js';
import { weightOption } from '../loss-options.js';

export const numPrototypes = (of: string) =>
  z
    .number()
    .int()
    .min(2)
    .default(64)
    .describe(
      `of ${of}. Too few: clusters say nothing; too many (near the batch's distinct nodes): codes are noise, prototypes die`,
    );

/** Options of every use of swapped prediction. */
export const swappedShape = {
  weight: weightOption(0),
  numItemPrototypes: numPrototypes('items'),
  temperature: z.number().min(0.01).max(100).default(0.1).describe('sharpness of the predictions'),
  epsilon: z
    .number()
    .min(0.005)
    .default(0.05)
    .describe('entropy of the codes. Too small: near one-hot codes that follow noise; too large: uniform codes'),
  iterations: z.number().int().min(1).max(100).default(3).describe('of Sinkhorn-Knopp'),
  freezeSteps: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('prototypes stay fixed for so many steps, until the embeddings have some shape'),
};

export interface SwappedPredictionOptions {
  /** Divides the scores of the predicting side. Smaller: sharper predictions, stronger gradients. */
  readonly temperature: number;
  /** Sinkhorn's entropy weight. */
  readonly epsilon: number;
  readonly iterations: number;
}

export interface SwappedPrediction {
  readonly loss: tf.Scalar;
  /** Worst relative deviation from equal prototype shares over both sides' codes. */
  readonly columnError: tf.Scalar;
}

/**
 * @param first unit rows, `[numSamples, dim]`
 * @param second unit rows, row i the counterpart of first's row i, `[numSamples, dim]`
 * @param prototypes any length, normalised here, `[numPrototypes, dim]`
 */
export function swappedPrediction(
  first: tf.Tensor2D,
  second: tf.Tensor2D,
  prototypes: tf.Tensor2D,
  options: SwappedPredictionOptions,
): SwappedPrediction {
  const directions = l2Normalize(prototypes);
  const firstScores = similarity(first, directions);
  const secondScores = similarity(second, directions);
  const firstCodes = sinkhornCodes(firstScores, options);
  const secondCodes = sinkhornCodes(secondScores, options);
  const loss = tf.mul(
    0.5,
    tf.add(
      softCrossEntropy({ scores: firstScores, targets: secondCodes.codes, temperature: options.temperature }),
      softCrossEntropy({ scores: secondScores, targets: firstCodes.codes, temperature: options.temperature }),
    ),
  ) as tf.Scalar;
  return { loss, columnError: tf.maximum(firstCodes.columnError, secondCodes.columnError) };
}

/** Codes count as unbalanced when some prototype receives more than twice its equal share. */
const MAX_CODE_IMBALANCE = 1;

/** As `imbalanceWarning` of a registry row: codes far from equal shares let prototypes die. */
export function imbalanceWarning(
  codeImbalance: number,
  { iterations, epsilon }: Pick<SwappedPredictionOptions, 'iterations' | 'epsilon'>,
): string | undefined {
  if (codeImbalance <= MAX_CODE_IMBALANCE) return undefined;
  return (
    `after ${iterations} Sinkhorn iterations a prototype's share is ${(100 * codeImbalance).toFixed(0)} % off the equal one; ` +
    `raise losses.prototypes.iterations, or epsilon (${epsilon})`
  );
}
