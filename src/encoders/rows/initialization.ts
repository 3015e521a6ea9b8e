/**
 * First values of trainable rows:
 *
 *   xavier  U(−a, a), a = sqrt(6 / (numRows + dim)) (Glorot & Bengio 2010), as LightGCN's and SimGCL's papers say
 *   normal  N(0, std²)
 *
 * A large table makes Xavier's rows short (.06 with 64 numbers and 70 000 nodes). BPR's gradient is as long as the rows are, so
 * it begins slowly there, while that of a loss on cosines is the longer the shorter they are.
 */
import { z } from 'zod';
import type { Rng } from '../../core/rng.js';

export const initializationSchema = z
  .union([
    z.literal('xavier'),
    z.strictObject({
      name: z.literal('normal'),
      std: z
        .number()
        .gt(0)
        .max(10)
        .default(0.1)
        .describe('deviation. Too small: as xavier in a large table; too large: training is spent on forgetting it'),
    }),
  ])
  .default('xavier')
  .describe(
    'first values of the table: xavier (uniform, within the root of 6 / (rows + embeddingDim)), or { name: normal, std } (0.1). ' +
      'In a large table the former makes rows short, and bpr and hinge begin slowly',
  );
export type Initialization = z.infer<typeof initializationSchema>;

/** Of id tables, which may begin from the graph as well (`spectral-start.ts`). */
export const tableInitializationSchema = z
  .union([
    ...initializationSchema.unwrap().options,
    z.strictObject({
      name: z.literal('spectral'),
      std: z
        .number()
        .gt(0)
        .max(10)
        .default(0.1)
        .describe(
          'root mean square of the numbers. Too small: the first steps take the start apart; too large: it stays',
        ),
    }),
  ])
  .default('xavier')
  .describe(
    'first values of the table: xavier (uniform, within the root of 6 / (rows + embeddingDim)), { name: normal, std } (0.1), or ' +
      '{ name: spectral, std } (0.1): singular vectors of the normalised graph, which rank before the first step and take up ' +
      'to minutes to find. In a large table xavier makes rows short, and bpr and hinge begin slowly',
  );
export type TableInitialization = z.infer<typeof tableInitializationSchema>;

/**
 * Users and items are separate tables, with fans (numRows, dim) each.
 * @returns row-major `[numRows, dim]`
 */
export function initialRows(initialization: Initialization, numRows: number, dim: number, rng: Rng): Float32Array {
  const values = new Float32Array(numRows * dim);
  if (initialization === 'xavier') {
    const bound = Math.sqrt(6 / (numRows + dim));
    for (let i = 0; i < values.length; i++) values[i] = (2 * rng.uniform() - 1) * bound;
  } else {
    for (let i = 0; i < values.length; i++) values[i] = rng.normal() * initialization.std;
  }
  return values;
}
