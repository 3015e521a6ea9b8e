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
    when: 'The first to try: embeddings must not hang on single interactions.',
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
  'edge-addition': {
    formula:
      'addShare · edges new pairs join, random or by the walk user → item → user → item, each with the mean weight; normalised anew',
    when: 'Sparse graphs, where dropping edges leaves users with nothing: similar items stand in for unseen interests.',
    goesWrong:
      'Random pairs are mostly noise; similar ones lean to popular items. It may guess a held-out pair: it knows none.',
    source: 'You et al. 2020, arXiv 2010.13902 (edge perturbation); Cooper et al. 2014, WWW (three-step walks)',
  },
  'layerwise-edge-dropout': {
    formula: 'edge dropout drawn for each layer on its own',
    when: 'A stronger edge dropout: a path of k hops must survive k draws.',
    goesWrong:
      'Every layer is a pass over the whole graph (no rows are left out), so a step costs about twice as much.',
    source: 'SGL-RW: Wu et al. 2021, arXiv 2010.10783, eq. 8',
  },
  'random-walk': {
    formula: 'edges that walks with restart from every node took; normalised anew',
    when: 'Heavy-tailed graphs: active users and hub items are thinned out, users with few interactions keep theirs, and no node loses all.',
    goesWrong: 'Many or long walks take every edge and both views are the graph; on dense graphs few edges are left.',
    source: 'GCC: Qiu et al. 2020, arXiv 2006.09963',
  },
  'history-crop': {
    formula: 'each user keeps ⌊share · n⌋ of its n edges, one after another in time, at least one; normalised anew',
    when: 'Tastes move on: what a user did in a week should say who it is as much as what it did in another. Needs timestamps.',
    goesWrong:
      'Users with one or two edges keep one, so short histories teach little. Too small a share and the views are two users. The third augmentation of its authors, reorder, is not here: a user is a sum, which no order changes.',
    source: 'CL4SRec: Xie et al. 2022, ICDE, arXiv 2010.14395',
  },
  'history-mask': {
    formula: 'every edge is hidden with maskProbability, of each user one at least stays; normalised anew',
    when: 'As edge-dropout, where many users have few edges: none is left with nothing to be made of, which rows history need.',
    goesWrong:
      'Items are not looked after: one with few users may lose all. Too high a probability and a user is its one best-drawn item.',
    source: 'CL4SRec: Xie et al. 2022, ICDE, arXiv 2010.14395',
  },
  'attribute-mask': {
    formula: 'edges to attribute nodes leave with maskProbability; the rest is normalised anew',
    when: 'With encoder.attributes: an embedding must not hang on single attributes, and those that are missing are made up for.',
    goesWrong:
      'Users and items with many interactions hardly change, so for them both views agree for free: pair it with edge-dropout. Refused without attribute nodes.',
    source: 'Yao et al. 2021, arXiv 2007.12865',
  },
  'singular-value': {
    formula: 'layer k = U_q S_q V_qᵀ · clean layer k−1, of the normalised user-item matrix',
    when: 'Against a noisy graph: the other view hears the catalogue-wide structure only. The decomposition is made once and kept for the run; nothing is drawn each step.',
    goesWrong: 'A small rank keeps little but popularity; both views singular-value are the same view.',
    source: 'LightGCL: Cai et al. 2023, arXiv 2302.08191; SVD by Halko et al. 2011, arXiv 0909.4061',
  },
} as const satisfies Record<string, ConceptDoc>;
