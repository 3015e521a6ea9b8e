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
  'sampled-softmax': {
    formula: 'mean_i −log softmax over {positive_i} ∪ drawn of (⟨user_i, item⟩ / temperature − logQ_item)',
    when: 'Where negatives should come from the catalogue and not from what others clicked: small batches, catalogues with a long tail.',
    goesWrong: 'Few uniform draws are all easy: draw thousands, or by popularity; every drawn item costs an embedding.',
    source: 'Bengio & Senécal 2008; Jean et al. 2015, arXiv 1412.2007',
  },
  bsl: {
    formula:
      '−ρ log mean over the positives of u in the batch of exp(⟨u, i⟩ / ρτ) + log Σ_j exp(⟨u, j⟩ / τ − logQ_j), ρ = positiveRatio',
    when: 'Noisy positives (clicks by mistake): with ρ near 1 a user’s odd ones pull less than those that fit.',
    goesWrong:
      'Users must repeat within a batch: large batches and users with many items, otherwise it is the decoupled softmax. Too small a ρ learns only what is known already.',
    source: 'Wu et al. 2023, arXiv 2312.12882',
  },
  hinge: {
    formula: 'mean max(0, margin − ⟨user, positive⟩ + ⟨user, negative⟩)',
    when: 'With hard negatives, where a pair told apart should be left alone; the triplet loss of embedding-based retrieval.',
    goesWrong:
      'With random negatives most pairs soon satisfy the margin and training stands still; too large a margin never ends.',
    source: 'Huang et al. 2020, arXiv 2006.11632',
  },
  'cosine-contrastive': {
    formula: 'mean_i [ 1 − cos(user, positive) + negativeWeight · mean_s max(0, cos(user, negative_s) − margin) ]',
    when: 'Many negatives of each positive (hundreds) at little cost; robust to easy ones, which the margin filters.',
    goesWrong:
      'Needs negatives.numNegatives well above 1, and negativeWeight and margin tuned together; with too little weight all embeddings collapse.',
    source: 'Mao et al. 2021, arXiv 2109.12613',
  },
  'alignment-uniformity': {
    formula: 'mean ‖user − positive‖² + γ/2 [ U(users) + U(positives) ], U(x) = log mean_{i≠j} exp(−2 ‖x_i − x_j‖²)',
    when: 'No negatives to choose and one number to tune: γ. A strong baseline on sparse data.',
    goesWrong:
      'Too small a γ collapses everything, too large a γ ignores the interactions. Popular items repeat in a batch and are pushed from themselves.',
    source: 'Wang & Isola 2020, arXiv 2005.10242; Wang et al. 2022, arXiv 2206.12811',
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
  'nt-xent': {
    formula:
      'mean over the 2N rows of both views of −log exp(⟨z, z′⟩ / τ) / Σ over the 2N − 1 others exp(⟨z, z_j⟩ / τ)',
    when: 'As info-nce, with twice the negatives for the same encodings, and symmetric in the views.',
    goesWrong:
      'Four times the products of info-nce; nodes of one view repel each other too, which an asymmetric pair of views (cross-layer) may not want.',
    source: 'Chen et al. 2020, arXiv 2002.05709',
  },
  dcl: {
    formula: 'mean over the 2N rows of −⟨z, z′⟩ / τ + log Σ over the 2N − 2 negatives exp(⟨z, z_j⟩ / τ)',
    when: 'Small batches, or many easy positives: a positive that is found already does not quiet its negatives.',
    goesWrong: 'Never stops pushing: with a large weight it spreads embeddings beyond what the main loss wants.',
    source: 'Yeh et al. 2021, arXiv 2110.06848',
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
  'prototype-nce': {
    formula:
      'mean −log softmax_k(⟨z_i, c_k⟩ / temperature) at the k-means cluster of i; clusters anew every refreshEvery epochs',
    when: 'Group structure without views: neighbours in meaning that the graph does not connect.',
    goesWrong:
      'Clusters of early, random embeddings are held fast (startEpoch); too large a weight freezes nodes where k-means saw them.',
    source: 'Lin et al. 2022, arXiv 2202.06200',
  },
  l2: {
    formula: '½ Σ ‖row‖² / batchSize over the batch’s rows of the table',
    when: 'Always a little; more on small data.',
    goesWrong: 'Under cosine it only sets the effective learning rate.',
    source: 'He et al. 2020, arXiv 2002.02126, eq. 15',
  },
} as const satisfies Record<string, ConceptDoc>;
