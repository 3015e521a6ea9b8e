/** Draws over ranges and choices, and what values become in a configuration. */
import { describe, expect, it } from 'vitest';
import { Rng } from '../core/rng.js';
import { parseAssignments } from '../core/strict-config.js';
import { randomSampler } from './random-sampler.js';
import { assignmentsOf, layerOfValues, type Parameter, parseSearchSpace } from './search-space.js';

const drawn = (parameter: Parameter): (string | number | boolean)[] =>
  Array.from({ length: 8000 }, (_, i) => randomSampler({ p: parameter }, [], Rng.of(1, 'draw', i)).p);
const shareOf = (values: readonly unknown[], fits: (value: never) => boolean): number =>
  values.filter((value) => fits(value as never)).length / values.length;

describe('draws', () => {
  it('of a range are even over it', () => {
    const values = drawn({ kind: 'float', low: 2, high: 6, log: false });
    expect(Math.min(...(values as number[]))).toBeGreaterThanOrEqual(2);
    expect(Math.max(...(values as number[]))).toBeLessThanOrEqual(6);
    expect(shareOf(values, (value: number) => value < 3)).toBeCloseTo(0.25, 1);
  });
  it('of a range on a log scale are even over its powers', () => {
    const values = drawn({ kind: 'float', low: 1e-4, high: 1, log: true });
    expect(shareOf(values, (value: number) => value < 1e-3)).toBeCloseTo(0.25, 1);
    expect(shareOf(values, (value: number) => value < 1e-2)).toBeCloseTo(0.5, 1);
  });
  it('of whole numbers reach both ends as often as the middle', () => {
    const values = drawn({ kind: 'int', low: 1, high: 4, log: false });
    for (const whole of [1, 2, 3, 4]) expect(shareOf(values, (value: number) => value === whole)).toBeCloseTo(0.25, 1);
    expect(new Set(values).size).toBe(4);
  });
  it('of whole numbers on a log scale give each its share of it', () => {
    const values = drawn({ kind: 'int', low: 1, high: 100, log: true });
    const share = Math.log(1.5 / 0.5) / Math.log(100.5 / 0.5);
    expect(shareOf(values, (value: number) => value === 1)).toBeCloseTo(share, 1);
    expect(shareOf(values, (value: number) => value > 100 || value < 1)).toBe(0);
  });
  it('of choices are even', () => {
    const values = drawn({ kind: 'choice', values: ['a', 2, true] });
    for (const choice of ['a', 2, true]) {
      expect(shareOf(values, (value: unknown) => value === choice)).toBeCloseTo(1 / 3, 1);
    }
  });
});

describe('values', () => {
  const values = { 'losses.main.temperature': 0.1, 'losses.main.name': 'bsl', 'encoder.numLayers': 2, flag: true };
  it('are a layer of configuration, and the assignments say the same', () => {
    expect(layerOfValues(values)).toEqual({
      losses: { main: { temperature: 0.1, name: 'bsl' } },
      encoder: { numLayers: 2 },
      flag: true,
    });
    expect(parseAssignments(assignmentsOf(values))).toEqual(layerOfValues(values));
    expect(parseAssignments(assignmentsOf({ a: 'two words: [1', b: 'true' }))).toEqual({
      a: 'two words: [1',
      b: 'true',
    });
  });
});

describe('a space', () => {
  it('takes a range or choices a key, log scale off where nothing is said', () => {
    expect(parseSearchSpace({ a: { kind: 'int', low: 1, high: 2 } }, 'space.yaml')).toEqual({
      a: { kind: 'int', low: 1, high: 2, log: false },
    });
  });
  it.each([
    [{ a: { kind: 'float', low: 0, high: 1, log: true } }, /space\.yaml: a: expected low < high, and low > 0/],
    [{ a: { kind: 'int', low: 0.5, high: 2 } }, /a\.low/],
    [{ a: { kind: 'choice', values: [1] } }, /a\.values: expected a list of length ≥ 2/],
    [{ a: { kind: 'choice', values: [1, 1] } }, /a\.values: expected values that differ/],
    [{ a: { kind: 'float', low: 0, hihg: 1 } }, /a\.hihg: unknown key \(did you mean "high"/],
    [{ a: { low: 0, high: 1 } }, /a\.kind: expected float \| int \| choice/],
    [{ a: 3 }, /a: expected/],
  ])('refuses %j', (value, message) => {
    expect(() => parseSearchSpace(value, 'space.yaml')).toThrow(message);
  });
});
