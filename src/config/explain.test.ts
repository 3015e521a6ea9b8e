/** Every entry of every registry can be explained, in full. */
import { describe, expect, it } from 'vitest';
import { EXPLAINED, explain, explainableNames, explainPreset } from './explain.js';
import { PRESETS } from './presets/registry.js';

describe.each(Object.entries(EXPLAINED))('%s', (family, { entries }) => {
  it.each(Object.keys(entries))('%s has a doc and its options', (name) => {
    const doc = explain(name).find((one) => one.family === family)!;
    for (const part of [doc.formula, doc.when, doc.goesWrong, doc.source]) expect(part.length).toBeGreaterThan(8);
    // a year, or a word on why there is none
    expect(doc.source).toMatch(/\d{4}|ours/);
    for (const { name: option, kind } of doc.options) expect([option, kind]).not.toContain('');
  });
});

describe('explain', () => {
  it('reads options and defaults from the schema', () => {
    const [{ options }] = explain('edge-dropout');
    expect(options.find(({ name }) => name === 'dropProbability')).toMatchObject({ kind: 'number', default: 0.1 });
    const [{ options: more }] = explain('bpr');
    expect(more.find(({ name }) => name === 'similarity')).toMatchObject({ kind: 'cosine | inner-product' });
  });

  it('explains a name that two registries have twice', () => {
    const names = explainableNames();
    for (const name of names) expect(explain(name).length).toBeGreaterThan(0);
  });

  it('knows presets, also those that share their name with an encoder', () => {
    expect(explain('simgcl')).toEqual([]);
    expect(explainPreset('simgcl')).toEqual({ name: 'simgcl', ...PRESETS.simgcl });
    expect(explain('history').map(({ family }) => family)).toEqual(['encoder', 'rows']);
    expect(explainPreset('history')?.config.encoder).toEqual(PRESETS.history.config.encoder);
    expect(explainPreset('edge-dropout')).toBeUndefined();
    expect(() => explain('simgl')).toThrow(/did you mean "simgcl"/);
  });

  it('knows rows and propagations, and where they go', () => {
    expect(explain('deep')).toMatchObject([{ family: 'propagation', key: 'encoder.propagation' }]);
    const [form, propagation] = explain('lightgcn');
    expect([form.key, propagation.key]).toEqual(['encoder', 'encoder.propagation']);
    expect(propagation.options.find(({ name }) => name === 'numLayers')).toMatchObject({ default: 3 });
  });

  it('says which name was meant', () => {
    expect(() => explain('edge-dropuot')).toThrow(/did you mean "edge-dropout"/);
  });
});
