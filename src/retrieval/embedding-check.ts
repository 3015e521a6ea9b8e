/**
 * Whether embeddings can rank at all: numbers that are not finite and vectors that are all zero would otherwise come
 * out as an ordinary-looking list in item order.
 */
import { ShapeError, TwinlightError } from '../core/errors.js';
import type { Embeddings } from './recommender.js';

export interface EmbeddingCheck {
  readonly numUsers: number;
  readonly numItems: number;
  /** 1 where the vector is all zero, so that every score of the user is 0, `[numUsers]`. */
  readonly userIsZero: Uint8Array;
  readonly numZeroUsers: number;
  readonly numZeroItems: number;
  /** Sentences about what a reader of the ranking should know; empty when all is well. */
  readonly warnings: readonly string[];
}

/**
 * @throws ShapeError when a table is no whole number of rows; TwinlightError `EMBEDDINGS_NOT_FINITE` at the first NaN
 * or infinite number; TwinlightError `EMBEDDINGS_ALL_ZERO` when every user or every item vector is zero
 */
export function checkEmbeddings({ users, items, embeddingDim }: Embeddings): EmbeddingCheck {
  const userIsZero = zeroRows('user', users, embeddingDim);
  const itemIsZero = zeroRows('item', items, embeddingDim);
  const numZeroUsers = userIsZero.reduce((sum, flag) => sum + flag, 0);
  const numZeroItems = itemIsZero.reduce((sum, flag) => sum + flag, 0);
  const warnings: string[] = [];
  if (numZeroUsers > 0) {
    warnings.push(
      `every score of user ${userIsZero.indexOf(1)} is 0 because its vector is all zeros` +
        `${numZeroUsers > 1 ? ` (and so for ${numZeroUsers - 1} more)` : ''}: nothing is recommended there`,
    );
  }
  return {
    numUsers: userIsZero.length,
    numItems: itemIsZero.length,
    userIsZero,
    numZeroUsers,
    numZeroItems,
    warnings,
  };
}

function zeroRows(side: 'user' | 'item', values: Float32Array, embeddingDim: number): Uint8Array {
  if (!Number.isInteger(embeddingDim) || embeddingDim < 1) {
    throw new ShapeError(`embeddingDim: expected an integer of at least 1, got ${embeddingDim}`);
  }
  if (values.length % embeddingDim !== 0) {
    throw new ShapeError(`${side}s: ${values.length} numbers are no whole number of rows of ${embeddingDim}`);
  }
  const isZero = new Uint8Array(values.length / embeddingDim).fill(1);
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (value === 0) continue;
    const row = Math.floor(at / embeddingDim);
    if (!Number.isFinite(value)) {
      throw new TwinlightError(
        'EMBEDDINGS_NOT_FINITE',
        `${side} ${row} has ${value} in dimension ${at % embeddingDim}, so every score of ${side} ${row} is NaN or ` +
          'infinite: training diverged; use an earlier checkpoint or a lower learning rate',
      );
    }
    isZero[row] = 0;
  }
  if (isZero.length > 0 && !isZero.includes(0)) {
    throw new TwinlightError(
      'EMBEDDINGS_ALL_ZERO',
      `all ${isZero.length} ${side} vectors are zero, so every score is 0: the model was never filled or trained`,
    );
  }
  return isZero;
}
