/**
 * Gini index of how often each item of the catalogue was recommended: 0 when all equally often, towards 1 when few
 * items take all places. With counts c sorted ascending, Σ (2i − n − 1) c_i / (n Σ c).
 */
import type { Exposure } from './metric.js';

export function gini({ counts }: Exposure): number {
  const sorted = counts.slice().sort();
  const n = sorted.length;
  let weighted = 0;
  let total = 0;
  for (let i = 0; i < n; i++) {
    weighted += (2 * (i + 1) - n - 1) * sorted[i];
    total += sorted[i];
  }
  return total === 0 ? 0 : weighted / (n * total);
}
