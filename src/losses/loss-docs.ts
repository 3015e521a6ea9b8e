/** What `explain` says about the losses; the page of a loss is one row here. */
import type { ConceptDoc } from '../core/concept-doc.js';

export const LOSS_DOCS = {
  'in-batch-softmax': {
    formula: 'mean_i −log softmax_j(⟨user_i, candidate_j⟩ / temperature − logQ_j)_i',
    when: 'The main loss of recall models: one softmax over the batch and whatever other negatives the step draws.',
    goesWrong:
      'A temperature that is too small follows the hardest, often false negatives; without logQ popular items are pushed down.',
    source: 'Yi et al. 2019, RecSys; the refined logQ: Khrylchenko et al. 2025, arXiv 2507.09331',
  },
  bpr: {
    formula: 'mean −log σ(⟨user, positive⟩ − ⟨user, negative⟩)',
    when: 'The classic pairwise loss: to reproduce published LightGCN, SGL and SimGCL figures, or where steps must be cheap.',
    goesWrong:
      'One negative a positive teaches little a step; on large catalogues the softmax losses are better and faster.',
    source: 'Rendle et al. 2009, arXiv 1205.2618',
  },
  'info-nce': {
    formula: 'mean_i −log softmax_j(⟨z1_i, z2_j⟩ / temperature)_i between two views of the same nodes',
    when: 'A small part beside the main loss: makes embeddings robust to missing edges and spreads them out.',
    goesWrong: 'Too large a weight and the model separates nodes that belong together.',
    source: 'van den Oord et al. 2018, arXiv 1807.03748; Wu et al. 2021, arXiv 2010.10783',
  },
  swav: {
    formula: '½ Σ over both directions of −Σ_k q_ik log softmax_k(⟨z_i, c_k⟩ / temperature), q by Sinkhorn-Knopp',
    when: 'Group structure beside the main loss: two views of a node should fall into the same cluster.',
    goesWrong: 'Too many prototypes for the batch die; too small an epsilon makes codes of noise.',
    source: 'Caron et al. 2020, arXiv 2006.09882',
  },
  concat: {
    formula: 'swapped prediction between a user and its positive item over shared item prototypes',
    when: 'As swav, but the two views are the two ends of an interaction: no augmentation is needed.',
    goesWrong: 'Users with mixed tastes are pulled into one cluster at a time.',
    source: 'swapped prediction of Caron et al. 2020, arXiv 2006.09882, between user and item',
  },
  l2: {
    formula: '½ Σ ‖row‖² / batchSize over the batch’s rows of the table',
    when: 'Always a little; more on small data.',
    goesWrong: 'Under cosine it only sets the effective learning rate.',
    source: 'He et al. 2020, arXiv 2002.02126, eq. 15',
  },
} as const satisfies Record<string, ConceptDoc>;
