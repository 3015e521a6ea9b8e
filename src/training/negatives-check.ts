/** Negative sources that make no sense together, or with the main loss: what no single key can show. */
import { LOSSES, type MainLossOptions } from '../losses/index.js';
import { type NegativesOptions, sourcesOf } from '../negatives/index.js';
import type { RunConfig } from './config.js';

/** @returns a sentence, or undefined where all is well */
export function checkNegatives(
  negatives: NegativesOptions,
  main: MainLossOptions,
  { patience, fitOn }: Pick<RunConfig['training'], 'patience' | 'fitOn'>,
): string | undefined {
  const use = LOSSES[main.name].negatives;
  if (use === 'none') {
    const key = negatives.sources ? 'sources' : negatives.falseNegatives === 'keep' ? undefined : 'falseNegatives';
    return (
      key &&
      `negatives.${key} is given, but ${main.name} compares positives with one another only; leave it out, or choose another losses.main.name`
    );
  }
  const names = sourcesOf(negatives, use).map(({ name }) => name);
  const inBatch = sourcesOf(negatives, use).filter(({ name }) => name === 'in-batch');
  if (use === 'sampled' && inBatch.length > 0) {
    return `negatives.sources lists the batch's own positives (in-batch, mixed), but ${main.name} compares a user with its own positive and drawn items only; use in-batch-softmax for both`;
  }
  if (use === 'softmax' && inBatch.length > 1) {
    return `negatives.sources lists the batch's own positives ${inBatch.length} times (in-batch, mixed); under ${main.name} they are there once or not at all`;
  }
  if (
    use === 'softmax' &&
    inBatch.some((source) => 'count' in source && (source.count !== undefined || source.ratio !== 1))
  ) {
    return `negatives.sources: in-batch takes no count or ratio under ${main.name}, where all of the batch is compared; set training.batchSize`;
  }
  if (names.includes('queue') && use === 'pairwise') {
    return `negatives.sources: queue holds vectors for a softmax over many candidates, and ${main.name} compares with one negative at a time; use a softmax loss, or popularity with exponent 1, which draws as the queue is filled`;
  }
  if (names.filter((name) => name === 'queue').length > 1)
    return 'negatives.sources lists queue twice; make one longer';
  if (use === 'softmax' && inBatch.length > 0 && names.includes('hardest-in-batch')) {
    return `negatives.sources: hardest-in-batch picks among the candidates that in-batch compares with already; under ${main.name} leave one of them out`;
  }
  const always = sourcesOf(negatives, use).some(
    ({ name, fromStep, untilStep, afterStall }) =>
      name !== 'queue' && fromStep === 0 && untilStep === undefined && afterStall === undefined,
  );
  if (!always) {
    return `negatives.sources: none of ${names.join(', ')} is drawn at every step; keep one without fromStep, untilStep and afterStall${names.includes('queue') ? ' beside the queue, which is empty at first' : ''}`;
  }
  const waiting = sourcesOf(negatives, use).find(({ afterStall }) => patience > 0 && (afterStall ?? 0) >= patience);
  if (waiting) {
    return `negatives.sources: ${waiting.name} waits for ${waiting.afterStall} validations without improvement, but training stops after ${patience} of them (training.patience)`;
  }
  const unfit = sourcesOf(negatives, use).find(({ afterStall }) => afterStall !== undefined && fitOn === 'train+valid');
  if (unfit) {
    return `negatives.sources: ${unfit.name} waits for validations without improvement, of which there are none with training.fitOn train+valid; give it the fromStep at which it began when epochs were selected`;
  }
  const never = sourcesOf(negatives, use).find(
    ({ fromStep, untilStep }) => untilStep !== undefined && untilStep <= fromStep,
  );
  if (never) {
    return `negatives.sources: ${never.name} is drawn from step ${never.fromStep} until step ${never.untilStep}, which is never`;
  }
  return undefined;
}
