/**
 * Users from their items alone: there is no user table (EGCF, Zhang et al. 2024, ACM TOIS, doi 10.1145/3701230, parallel
 * iteration). With E the table of items and R̃ = D_u^-1/2 R D_i^-1/2,
 *
 *   layer 0 = [f(R̃ E); E]
 *
 * So a user is the sum of what its items say, each divided by the root of its degree, over the root of the user's own; one
 * that training never saw is encoded by the same sum (`retrieval/history-vectors.ts`). R̃ E is Â Z at the users, Z = [0; E]:
 * layer 0 = Z + f(Â Z), since Â Z is zero at the items; f is the propagation's activation. Without one it is linear in E, so that
 * layer k = Â^k (Z + Â Z) and Σ_k w_k · layer k = Σ_j (w_j + w_{j−1}) Â^j Z.
 *
 * Views and noise act on this hop as on every other.
 */
import { z } from 'zod';
import { idTableRows } from './id-table.js';
import { tableInitializationSchema } from './initialization.js';
import { createNodeTable } from './node-table.js';
import { defineRows } from './rows.js';

const historyRowsSchema = z.strictObject({
  name: z.literal('history'),
  initialization: tableInitializationSchema,
});

export const historyRows = defineRows({
  schema: historyRowsSchema,
  doc: {
    formula:
      'layer 0 = [f(R̃ E); E] with E the items’ table and R̃ the normalised user-item matrix, f the propagation’s activation',
    when: 'New users come in all the time: one that training never saw is encoded from its items. No memory for users.',
    goesWrong: 'A user without interactions is the zero vector. Two users of the same items are the same.',
    source: 'EGCF: Zhang et al. 2024, ACM TOIS, doi 10.1145/3701230',
  },
  hears: () => true,
  createVariables: ({ initialization }, size) => ({
    embedding: createNodeTable({ ...size, numUsers: 0, initialization }),
  }),
  create: ({ embedding }, _, { numUsers }) => idTableRows(embedding, { firstNode: numUsers, hears: true }),
});
