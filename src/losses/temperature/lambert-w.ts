/** Principal branch of Lambert's W, the inverse of w·e^w (Corless et al. 1996), by Halley's iteration. */

/** @param x at least −1/e; smaller values count as −1/e, where W is −1 */
export function lambertW(x: number): number {
  if (x <= -1 / Math.E) return -1;
  // near the branch point by its series in √(2(ex + 1)), elsewhere by the logarithm
  const p = Math.sqrt(2 * (Math.E * x + 1));
  let w = x < 1 ? -1 + p - (p * p) / 3 + (11 * p ** 3) / 72 : Math.log(x) - Math.log(Math.max(1, Math.log(x)));
  if (x > -0.25 && x < 1) w = x / (1 + x);
  for (let iteration = 0; iteration < 50; iteration++) {
    const power = Math.exp(w);
    const error = w * power - x;
    const step = error / (power * (w + 1) - ((w + 2) * error) / (2 * w + 2));
    if (!Number.isFinite(step)) return w;
    w -= step;
    if (Math.abs(step) <= 1e-14 * (1 + Math.abs(w))) return w;
  }
  return w;
}
