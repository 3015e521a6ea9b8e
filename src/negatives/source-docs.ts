/** What `explain` and docs/negatives.md say about the sources; the page of a source is one row here. */
import type { ConceptDoc } from '../core/concept-doc.js';

export const SOURCE_DOCS = {
  uniform: {
    formula: 'q(i) = 1 / numItems, with replacement',
    when: 'The default of pairwise losses, and beside in-batch negatives: the recall stage ranks the whole catalogue, so the whole catalogue must be seen as negatives. Easy negatives are what recall needs most of.',
    goesWrong:
      'Alone, the negatives soon are trivial and stop teaching; popular items are hardly ever refuted and come up everywhere.',
    source: 'Rendle et al. 2009, arXiv 1205.2618',
  },
  popularity: {
    formula: 'q(i) ∝ degree(i)^exponent; 0.75 by default, 0 is uniform, 1 the distribution of the positives',
    when: 'Negatives that a user is likely to have seen: an item that everybody takes and this user did not says more than one that nobody takes.',
    goesWrong:
      'With exponent 1 and no logQ, rare items are never refuted and rank too high; popular ones are pushed down for being popular.',
    source: 'Mikolov et al. 2013, arXiv 1310.4546 (the exponent)',
  },
  'in-batch': {
    formula: 'candidates = the positives of the batch; q(i) = degree(i) / numEdges',
    when: 'The default of softmax losses: as many negatives as the batch has rows, embedded anyway.',
    goesWrong:
      'Items appear as often as they are popular, so without logQ popular items are pushed down; items outside the batch are never refuted; small batches have few negatives.',
    source: 'Yi et al. 2019, RecSys',
  },
  mixed: {
    formula: 'in-batch + ratio · batchSize uniform items; q = the mixture of both',
    when: 'When the catalogue has a long tail that batches seldom show: selection bias of in-batch negatives goes away at the price of an index batch.',
    goesWrong: 'Too large a ratio makes most negatives trivial and the step dear.',
    source: 'Yang et al. 2020, WWW companion',
  },
  hot: {
    formula: 'uniform among the share of items with the highest degree',
    when: 'Recommendations are dominated by hits: extra hot negatives press popularity down, more than logQ-corrected sampling would.',
    goesWrong:
      'Hot items that users do want are pressed down as well; with `corrected: true` logQ undoes the pressing.',
    source: 'practice of industrial recall; ours in this form',
  },
  cold: {
    formula: 'uniform among the share of items with the lowest degree, items without interactions included',
    when: 'Rare or new items come up for everybody because nothing ever refuted them.',
    goesWrong:
      'Items that are rare only because they are new are told to nobody. Use features or a cold-start encoder for those.',
    source: 'practice of industrial recall; ours in this form',
  },
} as const satisfies Record<string, ConceptDoc>;
