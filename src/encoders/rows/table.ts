/** A trainable row for every node, looked up by its id: the rows of matrix factorisation and of LightGCN. */
import { z } from 'zod';
import { idTableRows } from './id-table.js';
import { tableInitializationSchema } from './initialization.js';
import { createNodeTable } from './node-table.js';
import { defineRows } from './rows.js';

const tableRowsSchema = z.strictObject({ name: z.literal('table'), initialization: tableInitializationSchema });

export const tableRows = defineRows({
  schema: tableRowsSchema,
  doc: {
    formula: 'layer 0 = E, one row a node',
    when: 'Users and items that come again and again: each has room of its own.',
    goesWrong: 'Nodes with few interactions have little to learn their row from, and new ones have none.',
    source: 'Koren et al. 2009, IEEE Computer',
  },
  hears: () => false,
  createVariables: ({ initialization }, size) => ({ embedding: createNodeTable({ ...size, initialization }) }),
  create: ({ embedding }) => idTableRows(embedding, { firstNode: 0, hears: false }),
});
