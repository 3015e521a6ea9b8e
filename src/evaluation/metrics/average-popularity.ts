/** Mean number of training interactions of a recommended item. */
import type { Exposure } from './metric.js';

export function averagePopularity({ counts, itemDegrees }: Exposure): number {
  let sum = 0;
  let places = 0;
  for (const [item, count] of counts.entries()) {
    sum += count * itemDegrees[item];
    places += count;
  }
  return places === 0 ? 0 : sum / places;
}
