import { describe, expect, it } from 'vitest';
import type { ConfigObject } from '../core/strict-config.js';
import { learningRateAt } from '../training/schedule.js';
import { ranksByCosine } from './active-parts.js';
import { PRESET_NAMES, PRESETS, presetOf } from './presets/registry.js';
import { resolveConfig } from './resolve-config.js';

const resolve = (...layers: ConfigObject[]) => resolveConfig(layers, 'test');

describe('presets', () => {
  it.each(PRESET_NAMES)('%s resolves, and what it resolves to resolves to itself', (name) => {
    const config = resolve(PRESETS[name].config as ConfigObject);
    expect(resolve(config as unknown as ConfigObject)).toEqual(config);
  });

  it('of an unknown name list the known ones and the nearest', () => {
    expect(() => presetOf('xsimgl')).toThrow(/did you mean "xsimgcl"\?.*two-tower/s);
  });
});

describe('configuration', () => {
  it('names the path of an unknown key and the nearest known one', () => {
    expect(() => resolve({ training: { batchsize: 3 } })).toThrow(/training\.batchsize.*did you mean "batchSize"/s);
  });

  it('drops the old kind’s keys when a layer changes the main loss', () => {
    const config = resolve(PRESETS['two-tower'].config as ConfigObject, { losses: { main: { name: 'bpr' } } });
    expect(config.losses.main).toEqual({ name: 'bpr', weight: 1, similarity: 'inner-product' });
  });

  it('takes an encoder written out over a preset’s short one, and a short one over that', () => {
    const rows = { name: 'history' };
    const long = { encoder: { rows, propagation: { name: 'deep', numLayers: 2 } } };
    const config = resolve(PRESETS.lightgcn.config as ConfigObject, { encoder: { embeddingDim: 16 } }, long);
    expect(config.encoder).toMatchObject({ embeddingDim: 16, rows, propagation: { name: 'deep', activation: 'tanh' } });
    expect(config.encoder).not.toHaveProperty('name');
    expect(resolve(config as unknown as ConfigObject)).toEqual(config);
    const kept = resolve(config as unknown as ConfigObject, { encoder: { propagation: { name: 'lightgcn' } } });
    expect(kept.encoder).toMatchObject({ rows, propagation: { name: 'lightgcn', numLayers: 2 } });
    const short = resolve(config as unknown as ConfigObject, { encoder: { name: 'table' } });
    expect(short.encoder).toEqual({ name: 'table', embeddingDim: 16, initialization: 'xavier' });
  });

  it.each([
    [{ training: { monitor: 'recall@7' } }, /evaluation\.topK is \[10,20,50\]; add 7/],
    [{ losses: { contrastive: { weight: 1 } } }, /views that differ/],
    [
      {
        losses: { contrastive: { weight: 1 } },
        views: { first: { name: 'singular-value' }, second: { name: 'singular-value' } },
      },
      /both singular-value/,
    ],
    [{ losses: { main: { name: 'bpr', weight: 0 } } }, /nothing to train/],
    [
      {
        encoder: { name: 'table' },
        losses: { contrastive: { weight: 1 } },
        views: { first: { name: 'edge-dropout' } },
      },
      /encoder table passes no messages/,
    ],
    [
      { losses: { main: { name: 'alignment-uniformity' } }, negatives: { sources: [{ name: 'uniform' }] } },
      /negatives\.sources is given, but alignment-uniformity compares positives with one another only/,
    ],
    [
      { losses: { main: { name: 'alignment-uniformity' } }, negatives: { falseNegatives: 'remove' } },
      /negatives\.falseNegatives is given, but alignment-uniformity compares/,
    ],
    [{ training: { epochs: 0 } }, /training\.epochs: expected a number ≥ 1, got 0/],
    [
      { losses: { main: { name: 'sampled-softmax' } }, negatives: { sources: [{ name: 'mixed' }] } },
      /sampled-softmax compares a user with its own positive and drawn items only/,
    ],
    [
      { losses: { main: { similarity: 'inner-product', temperature: { name: 'adaptive' } } } },
      /adaptive temperature is set from cosines/,
    ],
    [{ losses: { main: { temperature: { name: 'learned', initial: 2 } } } }, /min < initial < max/],
    [{ losses: { main: { name: 'bsl', temperature: { name: 'adaptive' } } } }, /losses\.main\.temperature/],
    [
      { losses: { main: { weight: 0, name: 'bpr' }, prototypes: { name: 'prototype-nce', weight: 1 } } },
      /add a main loss/,
    ],
    [{ losses: { prototypes: { name: 'prototype-nce', epsilon: 1 } } }, /epsilon: unknown key/],
    [{ views: { pairing: 'cross-layer', contrastLayer: 4 } }, /has 3 layers/],
    [{ encoder: { name: 'lightgcn', layerCombination: [1, 1] } }, /expected 4 weights/],
    [{ views: { pairing: 'self', first: { name: 'edge-dropout' } } }, /self, which has no views/],
    [
      { views: { pairing: 'cross-layer', second: { name: 'edge-dropout' } } },
      /views\.second is edge-dropout: set it to identity/,
    ],
    [
      {
        encoder: { name: 'lightgcn', numLayers: 0 },
        losses: { contrastive: { weight: 1 } },
        views: { first: { name: 'embedding-noise' } },
      },
      /moves the output of layers, but encoder\.numLayers is 0/,
    ],
    [
      {
        encoder: { rows: { name: 'table' }, propagation: { name: 'none' } },
        losses: { contrastive: { weight: 1 } },
        views: { first: { name: 'edge-dropout' } },
      },
      /encoder of rows table and propagation none passes no messages/,
    ],
    [
      { encoder: { rows: { name: 'history' }, propagation: { name: 'lightgcn' } }, training: { fanOut: [3, 3, 3] } },
      /fanOut has 3 numbers, but messages go 4 hops/,
    ],
    [{ ranker: { name: 'popularty' } }, /ranker\.name: expected embeddings \| popularity.*did you mean "popularity"/],
    [{ ranker: { name: 'item-knn', numLayers: 2 } }, /ranker\.numLayers: unknown key/],
    [
      { negatives: { sources: [{ name: 'in-batch' }, { name: 'uniform', fromStep: 100, untilStep: 50 }] } },
      /which is never/,
    ],
    [
      {
        negatives: { sources: [{ name: 'in-batch' }, { name: 'uniform', afterStall: 2 }] },
        training: { fitOn: 'train+valid' },
      },
      /there are none with training\.fitOn train\+valid/,
    ],
    [
      {
        encoder: { rows: { name: 'tower' }, propagation: { name: 'none' } },
        coldStart: { teacher: { run: 'there', student: 'rows' } },
      },
      /coldStart\.teacher\.student is about scores, but coldStart\.teacher\.of is vectors/,
    ],
    [{ views: { pairing: 'self' }, losses: { prototypes: { weight: 1 } } }, /swav predicts one view from another/],
    [{ losses: { auxiliary: { name: 'bpr' } } }, /losses\.auxiliary\.name/],
    [{ losses: { auxiliary: { temperature: { name: 'adaptive' } } } }, /losses\.auxiliary\.temperature/],
    [{ losses: { main: { weight: 0 } } }, /nothing to train/],
    [{ views: { first: { name: 'attribute-mask' } } }, /views\.first is attribute-mask, .* but the encoder has none/],
    [
      { losses: { l2: { attributes: true } } },
      /losses\.l2\.attributes is true, but the encoder has no attribute nodes/,
    ],
  ])('refuses a contradiction: %j', (layer, message) => {
    expect(() => resolve(layer as ConfigObject)).toThrow(message);
  });

  it('ranks as the main loss compares, unless told otherwise', () => {
    expect(ranksByCosine(resolve({}))).toBe(true);
    expect(ranksByCosine(resolve({ losses: { main: { name: 'bpr' } } }))).toBe(false);
    expect(ranksByCosine(resolve({ losses: { main: { name: 'bpr' } }, evaluation: { similarity: 'cosine' } }))).toBe(
      true,
    );
  });
});

describe('learning-rate schedule', () => {
  const training = (schedule: ConfigObject) => resolve({ training: { learningRate: 0.5, schedule } }).training;

  it('is constant by default', () => {
    expect(
      [1, 500, 1000].map((step) => learningRateAt(training({ name: 'constant' }), { step, stepsOfEpochs: 1000 })),
    ).toEqual([0.5, 0.5, 0.5]);
  });

  it('rises linearly, then falls by a cosine to its final share', () => {
    const cosine = training({ name: 'cosine', warmupSteps: 10, finalRate: 0.1 });
    expect(learningRateAt(cosine, { step: 5, stepsOfEpochs: 110 })).toBeCloseTo(0.25, 10);
    expect(learningRateAt(cosine, { step: 10, stepsOfEpochs: 110 })).toBeCloseTo(0.5, 10);
    expect(learningRateAt(cosine, { step: 60, stepsOfEpochs: 110 })).toBeCloseTo(0.5 * (0.1 + 0.9 * 0.5), 10);
    expect(learningRateAt(cosine, { step: 110, stepsOfEpochs: 110 })).toBeCloseTo(0.05, 10);
  });
});
