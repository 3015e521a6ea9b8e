/** Negative sources that make no sense together, or with the main loss. */
import { activeLosses } from '../../losses/index.js';
import { type CandidateUse, type DrawnSourceOptions, sourcesOf } from '../../negatives/index.js';
import type { Registries } from '../registries.js';
import type { RunConfig } from '../run-config.js';

interface DrawnSources {
  readonly sources: readonly DrawnSourceOptions[];
  /** What the main loss compares with. */
  readonly use: CandidateUse;
  readonly mainName: string;
  readonly training: Pick<RunConfig['training'], 'patience' | 'fitOn'>;
  /** Those of the sources that keep vectors of earlier steps. */
  readonly stored: readonly DrawnSourceOptions[];
}

type SourceRule = (drawn: DrawnSources) => string | undefined;

export function negativesConflict(
  { negatives, losses, training }: RunConfig,
  registries: Registries,
): string | undefined {
  const { main } = activeLosses(losses, registries.losses);
  if (main === undefined) return undefined;
  const use = main.row.negatives;
  const mainName = main.options.name;
  if (use === 'none') return givenForNothing(negatives, mainName);
  const sources = sourcesOf(negatives, use);
  const stored = sources.filter(({ name }) => registries.negativeSources[name].isStored);
  const drawn: DrawnSources = { sources, use, mainName, training, stored };
  for (const rule of SOURCE_RULES) {
    const conflict = rule(drawn);
    if (conflict !== undefined) return conflict;
  }
  return undefined;
}

function givenForNothing({ sources, falseNegatives }: RunConfig['negatives'], mainName: string): string | undefined {
  const key = sources ? 'sources' : falseNegatives === 'keep' ? undefined : 'falseNegatives';
  return (
    key &&
    `negatives.${key} is given, but ${mainName} compares positives with one another only; leave it out, or choose another losses.main.name`
  );
}

const inBatchUnderSampled: SourceRule = ({ sources, use, mainName }) =>
  use === 'sampled' && sources.some(({ name }) => name === 'in-batch')
    ? `negatives.sources lists the batch's own positives (in-batch, mixed), but ${mainName} compares a user with its own positive and drawn items only; use in-batch-softmax for both`
    : undefined;

const inBatchTwice: SourceRule = ({ sources, use, mainName }) => {
  const times = sources.filter(({ name }) => name === 'in-batch').length;
  return use === 'softmax' && times > 1
    ? `negatives.sources lists the batch's own positives ${times} times (in-batch, mixed); under ${mainName} they are there once or not at all`
    : undefined;
};

const inBatchCounted: SourceRule = ({ sources, use, mainName }) =>
  use === 'softmax' &&
  sources.some((source) => source.name === 'in-batch' && (source.count !== undefined || source.ratio !== 1))
    ? `negatives.sources: in-batch takes no count or ratio under ${mainName}, where all of the batch is compared; set training.batchSize`
    : undefined;

const storedUnderPairwise: SourceRule = ({ stored, use, mainName }) =>
  use === 'pairwise' && stored.length > 0
    ? `negatives.sources: ${stored[0].name} holds vectors for a softmax over many candidates, and ${mainName} compares with one negative at a time; use a softmax loss, or popularity with exponent 1, which draws as the queue is filled`
    : undefined;

const storedTwice: SourceRule = ({ stored: [first, second] }) => {
  if (second === undefined) return undefined;
  if (first.name === second.name) return `negatives.sources lists ${first.name} twice; make one longer`;
  return `negatives.sources lists ${first.name} and ${second.name}, which both hold vectors; leave one of them out`;
};

const hardestOfTheSame: SourceRule = ({ sources, use, mainName }) => {
  const has = (wanted: string): boolean => sources.some(({ name }) => name === wanted);
  return use === 'softmax' && has('in-batch') && has('hardest-in-batch')
    ? `negatives.sources: hardest-in-batch picks among the candidates that in-batch compares with already; under ${mainName} leave one of them out`
    : undefined;
};

const noneAtEveryStep: SourceRule = ({ sources, stored: [stored] }) => {
  const always = sources.some(
    ({ name, fromStep, untilStep, afterStall }) =>
      name !== stored?.name && fromStep === 0 && untilStep === undefined && afterStall === undefined,
  );
  if (always) return undefined;
  const names = sources.map(({ name }) => name);
  return `negatives.sources: none of ${names.join(', ')} is drawn at every step; keep one without fromStep, untilStep and afterStall${stored ? ` beside the ${stored.name}, which is empty at first` : ''}`;
};

const waitsForTheEnd: SourceRule = ({ sources, training: { patience } }) => {
  const waiting = sources.find(({ afterStall }) => patience > 0 && (afterStall ?? 0) >= patience);
  return (
    waiting &&
    `negatives.sources: ${waiting.name} waits for ${waiting.afterStall} validations without improvement, but training stops after ${patience} of them (training.patience)`
  );
};

const waitsForNothing: SourceRule = ({ sources, training: { fitOn } }) => {
  const unfit = sources.find(({ afterStall }) => afterStall !== undefined && fitOn === 'train+valid');
  return (
    unfit &&
    `negatives.sources: ${unfit.name} waits for validations without improvement, of which there are none with training.fitOn train+valid; give it the fromStep at which it began when epochs were selected`
  );
};

const neverDrawn: SourceRule = ({ sources }) => {
  const never = sources.find(({ fromStep, untilStep }) => untilStep !== undefined && untilStep <= fromStep);
  return (
    never &&
    `negatives.sources: ${never.name} is drawn from step ${never.fromStep} until step ${never.untilStep}, which is never`
  );
};

/** In the order in which they are looked at. */
const SOURCE_RULES: readonly SourceRule[] = Object.freeze([
  inBatchUnderSampled,
  inBatchTwice,
  inBatchCounted,
  storedUnderPairwise,
  storedTwice,
  hardestOfTheSame,
  noneAtEveryStep,
  waitsForTheEnd,
  waitsForNothing,
  neverDrawn,
]);
