/**
 * The normal distribution function Φ and normal distributions cut off at both ends. Φ(z) = erfc(−z / √2) / 2; erfc by the series of erf
 * (Abramowitz & Stegun 1964, 7.1.6) near 0 and by Laplace's continued fraction (7.1.14) further out.
 */
import type { Rng } from '../../core/rng.js';
import type { Scale } from '../scale.js';

export interface Normal {
  readonly mean: number;
  readonly deviation: number;
}

/** Where the series gives way: both have full precision there. */
const SERIES_UP_TO = 2.5;

/** Φ(z), to about 1e-15 absolutely, and for z < 0 relatively as well. */
export function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const tail = x < SERIES_UP_TO ? (1 - erfSeries(x)) / 2 : erfcFraction(x) / 2;
  return z < 0 ? tail : 1 - tail;
}

/** erf(x) = 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1)). */
function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** erfc(x) = e^(−x²)/√π · 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + …)))), from the inside out. */
function erfcFraction(x: number): number {
  let below = x;
  for (let n = 60; n > 0; n--) below = x + n / 2 / below;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * below);
}

/** Probability of lying in a stretch. */
export function massIn({ mean, deviation }: Normal, { low, high }: Scale): number {
  const [a, b] = [(low - mean) / deviation, (high - mean) / deviation];
  // above the mean by symmetry: there Φ has lost the digits that tell the ends apart
  return a > 0 ? normalCdf(-a) - normalCdf(-b) : normalCdf(b) - normalCdf(a);
}

export function logNormalDensity({ mean, deviation }: Normal, x: number): number {
  const z = (x - mean) / deviation;
  return -0.5 * z * z - Math.log(deviation) - 0.5 * Math.log(2 * Math.PI);
}

/**
 * Drawn until it lies in the stretch.
 * @param normal its mean lies in the stretch, and its deviation is no greater than the stretch is long: every third draw fits at least
 */
export function drawWithin({ mean, deviation }: Normal, { low, high }: Scale, rng: Rng): number {
  for (;;) {
    const draw = mean + deviation * rng.normal();
    if (draw >= low && draw <= high) return draw;
  }
}
