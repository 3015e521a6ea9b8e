/** Densities against their definition over plain sums, against Optuna's figures, and as densities: all of it sums to 1. */
import { describe, expect, it } from 'vitest';
import { Rng } from '../../core/rng.js';
import type { SearchSpace, TrialValues } from '../search-space.js';
import { parzenEstimator } from './parzen-estimator.js';
import { bandwidths } from './range-kernels.js';
import { weightsOf } from './tpe-sampler.js';

const SPACE: SearchSpace = {
  rate: { kind: 'float', low: 1e-5, high: 1, log: true },
  x: { kind: 'float', low: -5, high: 5, log: false },
  depth: { kind: 'int', low: 1, high: 12, log: false },
  size: { kind: 'int', low: 8, high: 256, log: true },
  kind: { kind: 'choice', values: ['a', 'b', 'c'] },
};
const KEYS = Object.keys(SPACE);
const rowOf = (...cells: readonly (string | number)[]): TrialValues =>
  Object.fromEntries(KEYS.map((key, i) => [key, cells[i]]));
const OBSERVED = [
  rowOf(0.01, 1.5, 4, 64, 'b'),
  rowOf(0.02, -4.9, 5, 32, 'b'),
  rowOf(0.5, 1.6, 4, 256, 'a'),
  rowOf(1e-4, 0, 12, 8, 'c'),
];
const ASKED = [rowOf(0.012, 1.4, 4, 60, 'b'), rowOf(1e-5, 5, 1, 8, 'a'), rowOf(0.9, -5, 12, 256, 'c')];
const only = (key: string): SearchSpace => ({ [key]: SPACE[key] });
const ones = (count: number): number[] => new Array<number>(count).fill(1);

/** Log densities of `ASKED` by Optuna 5.0.0, of the first n of `OBSERVED`: `python bench/tune/optuna_reference.py`. */
const OPTUNA: Readonly<Record<number, readonly number[]>> = {
  0: [-13.564334340059842, -11.97733031358705, -15.448220642214425],
  1: [-12.987622112770856, -12.331282052226923, -15.851053305643672],
  2: [-11.822789423437426, -13.063170184605896, -16.532225760772732],
  4: [-11.869744653657692, -13.238725297929438, -16.82818019071944],
};

describe.each([0, 1, 2, 4])('of %i observations', (count) => {
  const estimator = parzenEstimator(SPACE, OBSERVED.slice(0, count), ones(count));

  it('is as dense as Optuna has it', () => {
    ASKED.forEach((values, i) => {
      expect(estimator.logDensity(values)).toBeCloseTo(OPTUNA[count][i], 9);
    });
  });

  it.each(['rate', 'x'])('sums to 1 over %s', (key) => {
    const { logDensity } = parzenEstimator(only(key), OBSERVED.slice(0, count), ones(count));
    const [low, high] = key === 'x' ? [-5, 5] : [Math.log(1e-5), 0];
    const pieces = 20_000;
    const width = (high - low) / pieces;
    let sum = 0;
    for (let i = 0; i < pieces; i++) {
      const place = low + (i + 0.5) * width;
      sum += width * Math.exp(logDensity({ [key]: key === 'x' ? place : Math.exp(place) }));
    }
    expect(sum).toBeCloseTo(1, 6);
  });

  it.each([
    ['depth', Array.from({ length: 12 }, (_, i) => 1 + i)],
    ['size', Array.from({ length: 249 }, (_, i) => 8 + i)],
    ['kind', ['a', 'b', 'c']],
  ] as const)('sums to 1 over %s', (key, values) => {
    const { logDensity } = parzenEstimator(only(key), OBSERVED.slice(0, count), ones(count));
    expect(values.reduce<number>((sum, value) => sum + Math.exp(logDensity({ [key]: value })), 0)).toBeCloseTo(1, 10);
  });

  it('draws what it says is likely', () => {
    const marginal = parzenEstimator(only('depth'), OBSERVED.slice(0, count), ones(count));
    const rng = Rng.of(3, 'draws', count);
    const draws = Array.from({ length: 20_000 }, () => marginal.draw(rng).depth);
    for (const depth of [1, 4, 12]) {
      const share = draws.filter((draw) => draw === depth).length / draws.length;
      const expected = Math.exp(marginal.logDensity({ depth }));
      expect(Math.abs(share - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / draws.length));
    }
  });
});

it('is a mixture of products', () => {
  const weights = [0.2, 0.7, 1, 0.4];
  const whole = parzenEstimator(SPACE, OBSERVED, weights);
  // a weight that dwarfs the others leaves one component of it
  const alone = (i: number, key: string): number => {
    const weighing = i < weights.length ? weights.map((_, j) => (i === j ? 1e30 : 1e-30)) : weights.map(() => 1e-30);
    return Math.exp(parzenEstimator(only(key), OBSERVED, weighing).logDensity(ASKED[0]));
  };
  const all = [...weights, 1];
  const total = all.reduce((sum, weight) => sum + weight, 0);
  const expected = all.reduce(
    (sum, weight, i) => sum + (weight / total) * KEYS.reduce((product, key) => product * alone(i, key), 1),
    0,
  );
  expect(Math.exp(whole.logDensity(ASKED[0])) / expected).toBeCloseTo(1, 9);
});

it('draws components by their weights, and all parameters from one', () => {
  const rng = Rng.of(4, 'components');
  const observed = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? { x: -4, kind: 'a' } : { x: 4, kind: 'b' }));
  const weights = observed.map(({ kind }) => (kind === 'a' ? 3 : 1));
  const { draw } = parzenEstimator({ x: SPACE.x, kind: SPACE.kind }, observed, weights);
  const draws = Array.from({ length: 4000 }, () => draw(rng));
  const shareOf = (kind: string): number => draws.filter((each) => each.kind === kind).length / draws.length;
  expect(shareOf('a') / shareOf('b')).toBeGreaterThan(2.5);
  expect(shareOf('a') / shareOf('b')).toBeLessThan(3.3);
  const leftOf = (kind: string): number => {
    const own = draws.filter((each) => each.kind === kind);
    return own.filter(({ x }) => (x as number) < 0).length / own.length;
  };
  expect(leftOf('a')).toBeGreaterThan(0.85);
  expect(leftOf('b')).toBeLessThan(0.15);
});

describe('bandwidths', () => {
  const scale = { low: 0, high: 10 };
  it('are the distance to the farther neighbour, in any order', () => {
    expect(bandwidths([5, 1, 9, 4], scale)).toEqual([4, 3, 4, 3]);
  });
  it('of a lone value reach the farther end', () => {
    expect(bandwidths([3], scale)).toEqual([7]);
  });
  it('never fall below the floor, which sinks with the number of values', () => {
    expect(bandwidths([2, 2], scale)).toEqual([2.5, 2.5]);
    expect(Math.min(...bandwidths(ones(200), scale))).toBeCloseTo(0.1, 12);
  });
  it('of none are none', () => expect(bandwidths([], scale)).toEqual([]));
});

it('weighs old trials down along a line', () => {
  expect(weightsOf(0)).toEqual([]);
  expect(weightsOf(25)).toEqual(ones(25));
  // numpy.linspace(1 / x, 1, num=x - 25)
  expect(weightsOf(26)).toEqual([1 / 26, ...ones(25)]);
  expect(weightsOf(28)).toEqual([1 / 28, 1 / 28 + (27 / 28) * 0.5, 1, ...ones(25)]);
});
