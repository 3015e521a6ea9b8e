/**
 * p-values of several tests of one family, corrected so that the chance of any false alarm among them stays that of a single
 * test (Holm 1979, "A simple sequentially rejective multiple test procedure"): the i-th smallest of m is multiplied by m − i + 1, and
 * none is smaller than one before it.
 */

/** @param pValues `[numTests]` @returns corrected, at most 1, in the same order */
export function holmCorrected(pValues: readonly number[]): number[] {
  const order = pValues.map((_, test) => test).sort((a, b) => pValues[a] - pValues[b]);
  const corrected = new Array<number>(pValues.length);
  let largest = 0;
  for (const [rank, test] of order.entries()) {
    largest = Math.max(largest, Math.min(1, pValues[test] * (pValues.length - rank)));
    corrected[test] = largest;
  }
  return corrected;
}
