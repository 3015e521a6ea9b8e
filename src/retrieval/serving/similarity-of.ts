/** What tells how alike rows of a side are, in a run or a bundle. */
import { ConfigError } from '../../core/errors.js';
import type { Side } from '../../core/side.js';
import type { Embeddings, Recommender } from '../recommender.js';
import { CosineRanking, SimilarityRanking } from '../similarity-ranking.js';

/**
 * @param recommender of a model that may call items similar without vectors
 * @returns made when first asked for, and kept
 * @throws ConfigError `NO_EMBEDDINGS` where nothing tells
 */
export function similarityOf(
  title: string,
  embeddings: () => Embeddings | undefined,
  recommender?: Recommender,
): (side: Side) => Recommender {
  const made: Partial<Record<Side, Recommender>> = {};
  return (side) => {
    made[side] ??= rankingOf(side, title, embeddings(), recommender);
    return made[side];
  };
}

function rankingOf(
  side: Side,
  title: string,
  embeddings: Embeddings | undefined,
  recommender?: Recommender,
): Recommender {
  if (side === 'item' && recommender?.similarItems) {
    return new SimilarityRanking(recommender as Recommender & Required<Pick<Recommender, 'similarItems'>>);
  }
  if (embeddings && embeddings.embeddingDim > 1) {
    return new CosineRanking(side === 'user' ? embeddings.users : embeddings.items, embeddings.embeddingDim);
  }
  const problem = embeddings
    ? `has one number a${side === 'user' ? ' user' : 'n item'}, all of whose cosines are 1`
    : `ranks without vectors of ${side}s`;
  throw new ConfigError('NO_EMBEDDINGS', `${title} ${problem}; train a model with vectors, e.g. joint`);
}
