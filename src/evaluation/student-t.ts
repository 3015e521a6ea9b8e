/**
 * Two-sided p-value of Student's t distribution through the regularised incomplete beta function,
 * p = I_x(df/2, 1/2) with x = df / (df + t²) (Abramowitz & Stegun 1964, 26.5.27 and 26.7.1).
 */

/** Probability of |T| ≥ |t| with `degreesOfFreedom` > 0. */
export function studentTTwoSided({
  t,
  degreesOfFreedom,
}: {
  readonly t: number;
  readonly degreesOfFreedom: number;
}): number {
  if (!Number.isFinite(t)) return Number.isNaN(t) ? Number.NaN : 0;
  const square = t * t;
  return regularizedBeta({
    x: degreesOfFreedom / (degreesOfFreedom + square),
    oneMinusX: square / (degreesOfFreedom + square),
    a: degreesOfFreedom / 2,
    b: 0.5,
  });
}

interface BetaArguments {
  readonly x: number;
  /** An argument of its own because 1 - x loses its digits where x is close to 1. */
  readonly oneMinusX: number;
  readonly a: number;
  readonly b: number;
}

/** I_x(a, b). */
export function regularizedBeta({ x, oneMinusX, a, b }: BetaArguments): number {
  if (x <= 0) return 0;
  if (oneMinusX <= 0) return 1;
  // the continued fraction converges fast on this side of the mean; the other side by symmetry
  if (x > (a + 1) / (a + b + 2)) return 1 - regularizedBeta({ x: oneMinusX, oneMinusX: x, a: b, b: a });
  const logFront = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(oneMinusX);
  return (Math.exp(logFront) / a) * betaFraction(x, a, b);
}

/** Continued fraction 26.5.8 by the modified Lentz algorithm (Thompson & Barnett 1986). */
function betaFraction(x: number, a: number, b: number): number {
  const TINY = 1e-300;
  const awayFromZero = (value: number): number => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m <= MAX_ITERATIONS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let change = 1;
    for (const term of [even, odd]) {
      d = 1 / awayFromZero(1 + term * d);
      c = awayFromZero(1 + term / c);
      change = c * d;
      result *= change;
    }
    if (Math.abs(change - 1) < 1e-15) return result;
  }
  throw new RangeError(`incomplete beta: no convergence in ${MAX_ITERATIONS} iterations at x=${x}, a=${a}, b=${b}`);
}

/** About sqrt(max(a, b)) are needed: enough for a hundred million users. */
const MAX_ITERATIONS = 100_000;

/** Stirling's series with the argument shifted above 15, where six terms give full double precision. */
function logGamma(z: number): number {
  let shift = 0;
  let y = z;
  while (y < 15) {
    shift += Math.log(y);
    y += 1;
  }
  const inverse = 1 / y;
  const square = inverse * inverse;
  const series =
    inverse *
    (1 / 12 -
      square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square * (1 / 1188 - (square * 691) / 360360)))));
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
