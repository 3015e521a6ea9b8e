/** The two forms of an encoder's options. */
import { describe, expect, it } from 'vitest';
import { parseStrict } from '../core/strict-config.js';
import { ENCODER_NAMES, encoderParts, encoderSchema } from './index.js';

const parse = (options: object) => parseStrict(encoderSchema, options, 'encoder');
const layers = { numLayers: 3, layerCombination: 'mean' };

describe('encoder options', () => {
  it.each([
    [{ name: 'table' }, { name: 'table' }, { name: 'none' }],
    [{ name: 'lightgcn' }, { name: 'table' }, { name: 'lightgcn', ...layers, residual: 'none' }],
    [
      { name: 'lightgcn', numLayers: 2, residual: 'previous', layerCombination: 'learned' },
      { name: 'table' },
      { name: 'lightgcn', numLayers: 2, residual: 'previous', layerCombination: 'learned' },
    ],
    [
      { name: 'lightgcn', residual: 'refined' },
      { name: 'table' },
      { name: 'deep', ...layers, residual: 'refined', activation: 'none' },
    ],
    [
      { name: 'lightgcn', activation: 'tanh' },
      { name: 'table' },
      { name: 'deep', ...layers, residual: 'none', activation: 'tanh' },
    ],
    [
      { name: 'history', numLayers: 1 },
      { name: 'history' },
      { name: 'lightgcn', ...layers, numLayers: 1, residual: 'none' },
    ],
    [
      { name: 'history', activation: 'tanh', residual: { name: 'first', share: 0.2 } },
      { name: 'history' },
      { name: 'deep', ...layers, residual: { name: 'first', share: 0.2 }, activation: 'tanh' },
    ],
  ])('of a short form %j are rows and propagation', (short, rows, propagation) => {
    const initialization = { name: 'normal', std: 0.2 };
    const parts = encoderParts(parse({ ...short, initialization, embeddingDim: 7 }));
    expect(parts).toEqual({ embeddingDim: 7, rows: { ...rows, initialization }, propagation, attributes: [] });
    // what they stand for can be written out
    expect(encoderParts(parse(parts))).toEqual(parts);
  });

  it('have the same defaults in both forms', () => {
    for (const name of ENCODER_NAMES) {
      const { rows, propagation, embeddingDim } = encoderParts(parse({ name }));
      const long = parse({ rows: { name: rows.name }, propagation: { name: propagation.name } });
      expect(long).toEqual({ embeddingDim, rows, propagation, attributes: [] });
    }
    expect(encoderParts(parse({ name: 'lightgcn', attributes: ['city'] })).attributes).toEqual(['city']);
  });

  const none = { name: 'none' };
  const table = { name: 'table' };
  it.each([
    [{ name: 'lightgcm' }, /name: expected lightgcn \| history \| table, got "lightgcm" \(did you mean "lightgcn"\?\)/],
    [{ name: 'table', numLayers: 2 }, /numLayers: unknown key of what is chosen there; known keys: embeddingDim/],
    [{ name: 'history', rows: table }, /rows\.?.*: unknown key/],
    [{ name: 'history', numLayers: 4 }, /numLayers: expected a number ≤ 3, got 4/],
    [
      { rows: { name: 'tabel' }, propagation: none },
      /rows\.name: expected table \| history \| tower, got "tabel" \(did you mean/,
    ],
    [
      { rows: table, propagation: { name: 'lightgcn', numLayer: 2 } },
      /numLayer: unknown key \(did you mean "numLayers"/,
    ],
    [
      { rows: table, propagation: { name: 'lightgcn', activation: 'tanh' } },
      /activation: unknown key of what is chosen/,
    ],
    [{ rows: table }, /propagation: missing; expected object$/],
    [{ embeddingDim: 4 }, /rows: missing; expected object, or name: lightgcn \| history \| table/],
    [{ rows: table, propagation: none, numLayers: 3 }, /numLayers: unknown key/],
    [
      { rows: table, propagation: { name: 'deep', layerCombination: [1] } },
      /propagation\.layerCombination: expected 4 weights/,
    ],
    [
      { rows: { name: 'history' }, propagation: { name: 'lightgcn', numLayers: 4 } },
      /propagation\.numLayers: rows history take a hop of their own: 3 at most/,
    ],
    [{ rows: table, propagation: none, attributes: ['city'] }, /attributes: propagation none passes no messages/],
    [
      { rows: table, propagation: { name: 'lightgcn-plus-plus' }, attributes: ['city'] },
      /attributes: propagation lightgcn-plus-plus counts the edges of users and items alone/,
    ],
    [
      { rows: { name: 'history' }, propagation: { name: 'deep' }, attributes: ['city'] },
      /attributes: rows history are made of items alone/,
    ],
  ])('refuse %j', (options, message) => {
    expect(() => parse(options)).toThrow(message);
  });
});
