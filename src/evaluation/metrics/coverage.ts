/** Share of the catalogue that was recommended to anyone. */
import type { Exposure } from './metric.js';

export function coverage({ counts }: Exposure): number {
  return counts.reduce((distinct, count) => distinct + (count > 0 ? 1 : 0), 0) / counts.length;
}
