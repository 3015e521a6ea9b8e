/**
 * Skewness of how often items are recommended: E (N − μ)³ / σ³ over the items of the catalogue, N the number of top-K lists
 * that an item is in. It is the hubness of Radovanović, Nanopoulos & Ivanović 2010 (JMLR 11, "Hubs in Space", section 2.2),
 * with users as the points that ask and items as the neighbours. 0 where lists are spread evenly about their mean, or all
 * items are shown equally often; (n − 2) / √(n − 1) where one of n items takes every place.
 */
import type { Exposure } from './metric.js';

export const hubness = ({ counts }: Exposure): number => skewness(counts);

/** Third standardised moment of the whole population, in two passes; 0 where all values are equal, NaN of nothing. */
export function skewness(values: ArrayLike<number>): number {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i];
  const mean = sum / n;
  let squares = 0;
  let cubes = 0;
  for (let i = 0; i < n; i++) {
    const deviation = values[i] - mean;
    squares += deviation ** 2;
    cubes += deviation ** 3;
  }
  return squares === 0 ? 0 : cubes / n / (squares / n) ** 1.5;
}
