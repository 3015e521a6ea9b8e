/** What `explain` says about the encoders; the page of an encoder is one row here. */
import type { ConceptDoc } from '../core/concept-doc.js';

export const ENCODER_DOCS = {
  table: {
    formula: 'embedding(node) = its row of the table',
    when: 'Matrix factorisation and the plain two-tower model: the baseline, and the fastest to train and to update.',
    goesWrong: 'Users with few interactions have little to learn their row from.',
    source: 'Koren et al. 2009, IEEE Computer; Yi et al. 2019, RecSys',
  },
  lightgcn: {
    formula:
      'layer k+1 = residual(f(Â · layer k)), f the activation, layer 0 the table; embedding = weighted sum of the layers',
    when: 'The default: neighbours of neighbours speak for users and items with few interactions.',
    goesWrong: 'Too many layers make all embeddings alike; each layer costs a pass over the graph.',
    source:
      'He et al. 2020, arXiv 2002.02126; residuals: LR-GCCF (Chen et al. 2020, arXiv 2001.10167), APPNP (Gasteiger et al. 2019, arXiv 1810.05997), LayerGCN (Zhou et al. 2022, arXiv 2207.11088)',
  },
  history: {
    formula:
      'layer 0 = [f(R̃ E); E] with E the items’ table and R̃ the normalised user-item matrix; layer k+1 = residual(f(Â · layer k)); embedding = weighted sum of the layers',
    when: 'New users come in all the time: one that training never saw is encoded from its items, by a sum over stored item vectors. No memory for users; users with few interactions borrow from their items.',
    goesWrong:
      'A user without interactions is the zero vector. Two users of the same items are the same; a user with thousands of items has no room of its own for what they have in common.',
    source: 'EGCF: Zhang et al. 2024, ACM TOIS, doi 10.1145/3701230',
  },
} as const satisfies Record<string, ConceptDoc>;
