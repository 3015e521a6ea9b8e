/** `table`: an id table without propagation. */
import { z } from 'zod';
import { embeddingDimSchema } from '../embedding-dim.js';
import { tableInitializationSchema } from '../rows/initialization.js';
import type { ShortForm } from './short-form.js';

export const tableSchema = z.strictObject({
  name: z.literal('table'),
  embeddingDim: embeddingDimSchema,
  initialization: tableInitializationSchema,
});

export const table: ShortForm<z.infer<typeof tableSchema>> = {
  schema: tableSchema,
  doc: {
    formula: 'embedding(node) = its row of the table',
    when: 'Matrix factorisation and the plain two-tower model: the baseline, and the fastest to train and to update.',
    goesWrong: 'Users with few interactions have little to learn their row from.',
    source: 'Koren et al. 2009, IEEE Computer; Yi et al. 2019, RecSys',
  },
  parts: ({ embeddingDim, initialization }) => ({
    embeddingDim,
    rows: { name: 'table', initialization },
    propagation: { name: 'none' },
    attributes: [],
  }),
};
