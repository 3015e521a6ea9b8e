import { describe, expect, it } from 'vitest';
import type { ConfigObject } from '../core/strict-config.js';
import { choosePropagation, PROPAGATION_DEFAULTS } from './propagation.js';
import { resolveConfig } from './resolve-config.js';

const sized = (numEdges: number) => ({ numUsers: 1000, numItems: 500, numEdges });
const config = (more: ConfigObject = {}) => resolveConfig([more], 'test');

describe('choosePropagation', () => {
  it('samples from the stated size on', () => {
    const limit = PROPAGATION_DEFAULTS.fullBytes / (64 * 4) - 1500;
    expect(choosePropagation(config(), sized(limit - 1)).mode).toBe('full');
    expect(choosePropagation(config(), sized(limit))).toMatchObject({ mode: 'sampled', fanOut: [10, 5, 3] });
  });

  it('stays full where something needs the whole graph, and says what', () => {
    const all = {
      views: { first: { name: 'embedding-noise' } },
      losses: { contrastive: { weight: 1, candidates: 'all-node' } },
    };
    const chosen = choosePropagation(config(all), sized(1e9));
    expect(chosen.mode).toBe('full');
    expect(chosen.reason).toMatch(/all-node/);
    expect(() => config({ ...all, training: { propagation: 'sampled' } })).toThrow(/all-node.*propagation full/);
  });

  it('takes what is asked for, whatever the size', () => {
    expect(choosePropagation(config({ training: { propagation: 'full' } }), sized(1e9)).mode).toBe('full');
    const asked = { training: { propagation: 'sampled', fanOut: [4, 3, 2] } };
    expect(choosePropagation(config(asked), sized(10))).toMatchObject({ mode: 'sampled', fanOut: [4, 3, 2] });
  });

  it.each([
    [{ training: { fanOut: [3] } }, /fanOut has 1 numbers, but messages go 3 hops/],
    [{ training: { propagation: 'full', fanOut: [3, 3, 3] } }, /no effect/],
    [{ training: { fanOut: [0, 1, 1] } }, /fanOut/],
  ])('refuses %j', (more, message) => {
    expect(() => config(more)).toThrow(message);
  });
});
