/** Φ against its integral and known answers; cut-off draws against the mass of stretches. */
import { expect, it } from 'vitest';
import { Rng } from '../../core/rng.js';
import { drawWithin, logNormalDensity, massIn, normalCdf } from './normal-distribution.js';

/** Simpson's rule over the density. */
function integrated(from: number, to: number, normal = { mean: 0, deviation: 1 }, pieces = 20_000): number {
  const width = (to - from) / pieces;
  let sum = 0;
  for (let i = 0; i <= pieces; i++) {
    const weight = i === 0 || i === pieces ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * Math.exp(logNormalDensity(normal, from + i * width));
  }
  return (sum * width) / 3;
}

it('is the integral of the density, and half at 0', () => {
  expect(normalCdf(0)).toBeCloseTo(0.5, 15);
  for (const z of [-6, -3.6, -3.5, -2, -0.3, 0.7, 1.96, 3.53, 3.54, 5]) {
    expect(normalCdf(z)).toBeCloseTo(integrated(-12, z), 12);
    expect(normalCdf(z) + normalCdf(-z)).toBeCloseTo(1, 14);
  }
});

it('keeps its digits far out (Abramowitz & Stegun, table 26.2)', () => {
  expect(normalCdf(-5) / 2.866515718791939e-7).toBeCloseTo(1, 12);
  expect(normalCdf(-10) / 7.61985302416053e-24).toBeCloseTo(1, 12);
  const far = massIn({ mean: 0, deviation: 1 }, { low: 8, high: 9 });
  expect(far / massIn({ mean: 0, deviation: 1 }, { low: -9, high: -8 })).toBeCloseTo(1, 12);
  expect(far / integrated(8, 9)).toBeCloseTo(1, 9);
});

it('draws within a stretch as often as the density has it', () => {
  const normal = { mean: 2.8, deviation: 1.5 };
  const stretch = { low: -1, high: 3 };
  const rng = Rng.of(1, 'draws');
  const draws = Array.from({ length: 20_000 }, () => drawWithin(normal, stretch, rng));
  expect(Math.min(...draws)).toBeGreaterThanOrEqual(-1);
  expect(Math.max(...draws)).toBeLessThanOrEqual(3);
  const share = draws.filter((draw) => draw < 2).length / draws.length;
  const expected = massIn(normal, { low: -1, high: 2 }) / massIn(normal, stretch);
  // four standard errors
  expect(Math.abs(share - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / draws.length));
});
