/** Losses, negatives and positives: what is asked of the embeddings. */
import { ANN, CONTRAST, LABELLED, PROTOTYPES, QUEUE, sources, TWO_DROPOUTS, trained } from './case.mjs';

export const LOSSES = [
  trained('sampled-softmax', 'two-tower', [
    'losses.main={name: sampled-softmax}',
    sources('{name: uniform, count: 64}'),
  ]),
  trained('bsl', 'lightgcn', ['losses.main={name: bsl, temperature: {name: learned}}']),
  trained('hinge', 'lightgcn', ['losses.main={name: hinge}', 'negatives.numNegatives=4']),
  trained('cosine-contrastive', 'two-tower', ['losses.main={name: cosine-contrastive}', 'negatives.numNegatives=8']),
  trained('auxiliary-bsl', 'lightgcn-bpr', [
    'losses.auxiliary={name: bsl, weight: 0.5, temperature: {name: scheduled, steps: 9}}',
  ]),
  trained('auxiliary-alignment', 'lightgcn', ['losses.auxiliary={name: alignment-uniformity, weight: 0.3}']),
  trained('head-mlp', 'lightgcn', [
    ...TWO_DROPOUTS,
    'losses.contrastive={name: nt-xent, weight: 0.1, temperature: {name: learned}, head: {name: mlp, hiddenDim: 12, outputDim: 8}}',
  ]),
  trained('head-linear', 'lightgcn', [
    ...TWO_DROPOUTS,
    'losses.contrastive={name: dcl, weight: 0.1, temperature: {name: scheduled, steps: 9, shape: linear}, head: {name: linear, outputDim: 8}}',
  ]),
  trained('concat', 'lightgcn', ['losses.prototypes={name: concat, weight: 0.1, numItemPrototypes: 8}']),
  trained('prototype-nce', 'lightgcn', [
    'losses.prototypes={name: prototype-nce, weight: 0.1, startEpoch: 2}',
    ...PROTOTYPES,
  ]),
  trained('temperature-learned', 'lightgcn', ['losses.main.temperature={name: learned}', 'losses.main.logQ=refined']),
  trained('temperature-adaptive', 'two-tower', ['losses.main.temperature={name: adaptive}'], { graph: 'wide' }),
  trained('without-main', 'lightgcn', [
    'losses.main.weight=0',
    'losses.auxiliary={weight: 1, temperature: {name: learned}}',
    ...TWO_DROPOUTS,
    CONTRAST,
  ]),
];

export const NEGATIVES = [
  trained('queue', 'lightgcn', [QUEUE]),
  trained('queue-stale', 'two-tower', [
    sources('{name: in-batch}, {name: queue, size: 300, momentum: 0, gradient: none, fromStep: 4}'),
    'losses.main.similarity=inner-product',
  ]),
  trained('ann', 'lightgcn', [ANN]),
  trained(
    'rank-window',
    'lightgcn-bpr',
    [
      sources(
        '{name: uniform, ratio: 3}, {name: rank-window, from: 11, to: 40, model: runs/two-tower, refreshEvery: 4}',
      ),
      'negatives.numNegatives=4',
    ],
    { needs: ['two-tower'] },
  ),
  trained('hardest-in-batch', 'lightgcn-bpr', [
    sources('{name: uniform}, {name: hardest-in-batch}'),
    'negatives.numNegatives=4',
    'negatives.falseNegatives=remove',
  ]),
  trained('mixed', 'lightgcn', [sources('{name: mixed, ratio: 0.5}'), 'negatives.falseNegatives=remove']),
  trained('curriculum', 'two-tower', [
    sources(
      '{name: in-batch}, {name: popularity, count: 32, untilStep: 15}, {name: hot, count: 4, fromStep: 5}, ' +
        '{name: cold, count: 8, afterStall: 1}, {name: attribute, attribute: genre, count: 2}',
    ),
    'negatives.falseNegatives=down-weight',
    'training.epochs=5',
  ]),
  trained('streaming', 'two-tower', [
    'negatives.frequency={name: streaming, numBuckets: 64}',
    'negatives.accidentalHits=keep',
  ]),
  trained('labelled', 'two-tower', [sources(`{name: in-batch}, {name: labelled, file: ${LABELLED.file}, count: 1}`)]),
  trained(
    'events',
    'lightgcn',
    [
      sources(
        '{name: in-batch}, {name: exposure, count: 2}, {name: rejected, count: 1}, {name: eliminated, stage: fine, count: 1}',
      ),
      'training.epochs=2',
    ],
    { graph: 'log' },
  ),
];

export const POSITIVES = [
  trained('positives', 'two-tower', [
    'positives={downSampling: word2vec, threshold: 0.01, coldRepeats: 5, userBalance: 0.5}',
  ]),
  trained(
    'positives-exposed',
    'two-tower',
    ['positives={downSampling: plain, cap: 20, exposedWeight: 0.1}', 'training.maxSteps=20'],
    { graph: 'log' },
  ),
  trained('positives-rated', 'lightgcn', ['positives.weights=edge'], { graph: 'rated' }),
];
