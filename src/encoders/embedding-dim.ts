/** The option that every encoder has. */
import { z } from 'zod';

export const embeddingDimSchema = z
  .number()
  .int()
  .min(1)
  .max(4096)
  .default(64)
  .describe('length of every embedding. Too small: tastes share axes; too large: memory, rare items are memorised');
