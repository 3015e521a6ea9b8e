/** Which parts of a configuration are on: what follows from several keys at once, computed here and nowhere else. */
import { encoderParts } from '../encoders/index.js';
import type { ActiveLosses } from '../losses/index.js';
import type { RunConfig } from './run-config.js';

type Losses = Pick<RunConfig, 'losses'>;

/** Whether the run has an encoder that is trained. */
export function isTrained({ ranker }: Pick<RunConfig, 'ranker'>): boolean {
  return ranker.name === 'embeddings';
}

/** Whether something is compared across views: a contrastive loss, or prototypes that predict one view from another. */
export function usesViews({ contrastive, prototypes }: ActiveLosses): boolean {
  return contrastive !== undefined || prototypes?.row.compares === 'views';
}

/** Whether a loss is about users and their items. */
export function usesPairs({ losses: { main, auxiliary } }: Losses): boolean {
  return main.weight > 0 || auxiliary.weight > 0;
}

/** Whether the encoder passes messages over attribute nodes. */
export function usesAttributes({ encoder }: Pick<RunConfig, 'encoder'>): boolean {
  return encoderParts(encoder).attributes.length > 0;
}

/** Whether the encoder reads what is known of users and items. */
export function readsFields({ encoder }: Pick<RunConfig, 'encoder'>): boolean {
  return encoderParts(encoder).rows.name === 'tower';
}

/** Whether users and items are compared by cosine when ranking and exporting. */
export function ranksByCosine({ evaluation, losses }: Pick<RunConfig, 'evaluation' | 'losses'>): boolean {
  const similarity = evaluation.similarity === 'as-trained' ? losses.main.similarity : evaluation.similarity;
  return similarity === 'cosine';
}
