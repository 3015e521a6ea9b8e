/** Options that several losses have. */
import { z } from 'zod';

/** Share in the joint objective; 0 switches the part off and saves its cost. */
export const weightOption = (fallback: number) =>
  z
    .number()
    .min(0)
    .default(fallback)
    .describe('share in the joint objective; 0 switches the part off and saves its cost');

/** How a user and an item are compared; must be what the index that serves them computes. */
export const similarityOption = (fallback: 'cosine' | 'inner-product') =>
  z
    .enum(['cosine', 'inner-product'])
    .default(fallback)
    .describe(
      'how a user and an item are compared, in training and, unless evaluation.similarity says otherwise, in ranking and export',
    );

/** For losses that are only defined on unit vectors. */
export const cosineOnly = z.literal('cosine').default('cosine').describe('the loss is defined on unit vectors');

/**
 * `frequency` subtracts log q(item); without it popular items are pushed down for being frequent in batches. `refined`
 * does so for the negatives only, since the positive is not drawn (arXiv 2507.09331).
 */
export const logQOption = z
  .enum(['none', 'frequency', 'refined'])
  .default('frequency')
  .describe(
    'frequency subtracts log q(item), without which popular items are pushed down for being frequent; refined does so for the negatives only',
  );
