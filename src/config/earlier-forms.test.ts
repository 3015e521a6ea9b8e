/** Configurations of version 0.1 are read as what they say now, and runs of theirs keep their names. */
import { describe, expect, it } from 'vitest';
import { type ConfigObject, parseAssignments } from '../core/strict-config.js';
import { fromEarlierForm, fromStoredForm, toEarlierForm } from './earlier-forms.js';
import { PRESETS } from './presets/registry.js';
import { resolveConfig } from './resolve-config.js';

const resolve = (...layers: object[]) => resolveConfig(layers as ConfigObject[], 'test');
const set = (...assignments: string[]) => parseAssignments(assignments);
const fused = { name: 'fused', mode: 'parallel', runs: ['a', 'b'], weights: [1, 2], similarity: 'cosine' };

describe('a configuration of version 0.1', () => {
  it.each([
    [{ name: 'popularity' }],
    [{ name: 'item-knn', numNeighbors: 20, shrink: 3, unitUsers: false }],
    [fused],
    [{ name: 'fused', mode: 'serial', runs: ['a', 'b'], numCandidates: 50 }],
  ])('whose encoder is %j has it as its ranker', (encoder) => {
    const { ranker } = resolve({ seed: 3, encoder, training: { fitOn: 'train' } });
    expect(ranker).toEqual(encoder);
  });

  it('is what it was in files and in single keys, over any preset', () => {
    expect(resolve(PRESETS.joint.config, set('encoder.name=popularity')).ranker).toEqual({ name: 'popularity' });
    const knn = resolve(PRESETS['item-knn'].config, set('encoder.shrink=7', 'encoder.numNeighbors=5')).ranker;
    expect(knn).toEqual({ name: 'item-knn', shrink: 7, numNeighbors: 5, unitUsers: true });
    const renamed = resolve(PRESETS['item-knn'].config, { encoder: { name: 'popularity' } }).ranker;
    expect(renamed).toEqual({ name: 'popularity' });
  });

  it('that names an encoder over an untrained preset trains it', () => {
    const config = resolve(PRESETS.popularity.config, set('encoder.name=lightgcn', 'encoder.numLayers=1'));
    expect(config).toMatchObject({ ranker: { name: 'embeddings' }, encoder: { name: 'lightgcn', numLayers: 1 } });
  });

  it.each([
    [[{ encoder: { name: 'popularity', numLayers: 2 } }], /ranker\.numLayers: unknown key/],
    [[{ encoder: { name: 'item-knn', shrink: -1 } }], /ranker\.shrink: expected a number ≥ 0/],
    [
      [PRESETS.popularity.config, set('encoder.numLayers=2')],
      /encoder\.numLayers is given, but ranker popularity has no/,
    ],
    [[{ encoder: { name: 'lightgcn', shrink: 2 } }], /encoder\.shrink: unknown key/],
  ])('is refused where it was: %j', (layers, message) => {
    expect(() => resolve(...layers)).toThrow(message);
  });

  it('leaves alone what is in today’s form', () => {
    for (const layer of [{}, { encoder: { name: 'table' } }, { ranker: fused }, { encoder: { embeddingDim: 4 } }]) {
      expect(fromEarlierForm(layer)).toBe(layer);
    }
  });

  it('of a stored run has what its version did: no stallShare meant that every validation counts', () => {
    expect(fromStoredForm({ training: { patience: 3 } }).training).toEqual({ patience: 3, stallShare: 'any' });
    expect(fromStoredForm({}).training).toEqual({ stallShare: 'any' });
    expect(fromStoredForm({ training: { stallShare: 0.4 } }).training).toEqual({ stallShare: 0.4 });
    expect(fromStoredForm({ encoder: { name: 'popularity' } }).ranker).toEqual({ name: 'popularity' });
  });

  it('keeps the names of run folders: stallShare counts only where it is not the default', () => {
    const training = (layer: object) => toEarlierForm(resolve(layer as never)).training;
    expect(training({})).not.toHaveProperty('stallShare');
    expect(training({ training: { stallShare: 'any' } })).toHaveProperty('stallShare', 'any');
  });

  it.each([
    [PRESETS.joint.config, { name: 'lightgcn', numLayers: 2 }],
    [PRESETS.popularity.config, { name: 'popularity' }],
    [{ ranker: fused }, fused],
  ])('is what names of run folders are made of: %j', (layer, encoder) => {
    const config = resolve(layer);
    const earlier = toEarlierForm(config);
    expect(earlier.encoder).toMatchObject(encoder);
    expect(Object.keys(earlier)).toEqual(Object.keys(config).filter((key) => key !== 'ranker'));
    expect(Object.keys(earlier).slice(0, 4)).toEqual(['seed', 'data', 'encoder', 'views']);
    const again = resolve(earlier);
    expect(again.ranker).toEqual(config.ranker);
    expect(toEarlierForm(again)).toEqual(earlier);
  });
});
