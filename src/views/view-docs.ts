/** What `explain` says about the views; the page of a view is one row here. */
import type { ConceptDoc } from '../core/concept-doc.js';

export const VIEW_DOCS = {
  identity: {
    formula: 'the training graph itself',
    when: 'As one side of a pair whose other side is changed: the main pass is reused and costs nothing.',
    goesWrong: 'Both sides identity would contrast a node with itself; that is refused.',
    source: 'ours; the reuse of the main pass only',
  },
  'edge-dropout': {
    formula: 'every edge leaves with dropProbability; the rest is normalised anew',
    when: 'The default graph view: embeddings must not hang on single interactions.',
    goesWrong: 'Too high a probability cuts users with few interactions off; too low and both views are alike.',
    source: 'SGL: Wu et al. 2021, arXiv 2010.10783',
  },
  'node-dropout': {
    formula: 'every node loses all its edges with dropProbability',
    when: 'Stronger than edge dropout: embeddings must not hang on single hub items.',
    goesWrong: 'Dropped nodes keep only their own table row, so their views agree by construction and teach little.',
    source: 'SGL: Wu et al. 2021, arXiv 2010.10783',
  },
  'embedding-noise': {
    formula: 'layer + magnitude · sign(layer) ⊙ u / ‖u‖, u uniform',
    when: 'As good as graph views or better, for less: nothing is drawn on the graph, and it works for the plain table.',
    goesWrong: 'Too large a magnitude and the views share no signal; too small and the loss is trivially solved.',
    source: 'SimGCL: Yu et al. 2022, arXiv 2112.08679; XSimGCL: Yu et al. 2023, arXiv 2209.02544',
  },
} as const satisfies Record<string, ConceptDoc>;
