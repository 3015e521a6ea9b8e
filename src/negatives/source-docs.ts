/** What `explain` and docs/reference/negatives.md say about the sources; the page of a source is one row here. */
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
  exposure: {
    formula: 'of user: uniform among items shown to the user and not taken; of anyone: q(i) ∝ times shown',
    when: 'of user: a small part beside easy negatives, where the log says what was shown. of anyone: unigram sampling by exposure instead of by clicks.',
    goesWrong:
      'Alone it fails: a recall model ranks the whole catalogue and has then never seen what the earlier system would not show; what was shown is also what the user half liked.',
    source: 'Huang et al. 2020, arXiv 2006.11632, section 4.1 (impressions as negatives lose most of the recall)',
  },
  attribute: {
    formula: 'uniform among the other items with the same value of an attribute as the positive',
    when: 'Retrieval must tell items of one city, category or genre apart, which random negatives never ask of it.',
    goesWrong:
      'Too many of them, and the attribute itself is no longer learned: nothing refutes items of other values.',
    source:
      'practice of industrial recall (location of the query in Huang et al. 2020, arXiv 2006.11632); ours in this form',
  },
  rejected: {
    formula: 'uniform among the items with a rejected event of the user',
    when: 'Two-sided markets and dislike buttons: few, but certainly negative, and hard because the two sides had met.',
    goesWrong: 'Only the few users who have any learn from it; a rejection may be about the moment, not the taste.',
    source: 'practice of two-sided markets: Grbovic & Cheng 2018, KDD (rejections by hosts)',
  },
  eliminated: {
    formula: 'uniform among the items that a ranker cut for the user, of one stage or any',
    when: 'Makes recall agree with the rankers behind it: what they always cut need not be recalled.',
    goesWrong:
      'What the fine ranker cut was nearly good enough: many false negatives; recall also learns the rankers’ mistakes.',
    source: 'practice of cascade systems; ours in this form',
  },
  'rank-window': {
    formula: 'uniform among ranks from … to of a model’s ranking for the user, training items left out',
    when: 'Hard negatives from the whole catalogue without false ones at the top; about one in a hundred beside easy ones.',
    goesWrong:
      'Hard negatives alone, or too many, lose recall: the easy part of the catalogue goes unrefuted. Too near the top they are false.',
    source: 'Huang et al. 2020, arXiv 2006.11632, section 6.1 (ranks 101-500; easy : hard = 100 : 1)',
  },
  'hardest-in-batch': {
    formula:
      'the items of the batch with the highest score for the user, its own left out; equal scores by their place in the batch',
    when: 'Hard negatives for free in pairwise losses; at most two or so a positive.',
    goesWrong:
      'The hardest of a large batch are often false negatives: use negatives.falseNegatives=remove. Early in training they are noise.',
    source: 'Huang et al. 2020, arXiv 2006.11632, section 6.1; Schroff et al. 2015, arXiv 1503.03832',
  },
  ann: {
    formula:
      'uniform among the top of the ranking by the model itself, from an index over the catalogue rebuilt every refreshEvery steps',
    when: 'When training has stopped getting better on easy negatives: these are the items that the model would wrongly recall now.',
    goesWrong:
      'The top is full of items that the user would take: leave the first ranks out, or keep the part small. Stale where refreshEvery is large.',
    source: 'ANCE: Xiong et al. 2021, arXiv 2007.00808',
  },
  queue: {
    formula:
      'vectors of the last `size` positives by an encoder ξ ← momentum · ξ + (1 − momentum) · θ; live columns carry their gradient',
    when: 'Batches are small and a softmax wants more negatives than they have.',
    goesWrong:
      'With gradient: none items are pushed away by the live part of the columns only and pulled as ever, which cost 10 to 53 % of ndcg (bench/experiments/queue); own slots carry nothing. Where the batch is large already a queue adds little. Distributed as the batch is, so logQ is needed as much.',
    source: 'MoCo: He et al. 2020, arXiv 1911.05722; Wang et al. 2020, arXiv 1912.06798; the carried gradient is ours',
  },
  labelled: {
    formula: 'uniform among the items that a file lists for the user',
    when: 'Bad cases that people found in the results and want gone.',
    goesWrong: 'Cures the listed cases, not their cause; the embeddings of the users in the file bend around them.',
    source: 'practice of industrial recall (hand-labelled cases, Huang et al. 2020, arXiv 2006.11632)',
  },
} as const satisfies Record<string, ConceptDoc>;
