/** Seeded interactions by power laws: rank r of n comes with probability close to r^−exponent, by inverting its integral. */
import { Rng } from '../../dist/core/rng.js';

const EXPONENT = 0.8;

/** @returns columns `[count]` of users and items */
export function generate(count, numUsers, numItems, seed) {
  const rng = Rng.of(seed, 'scale');
  const userIndex = new Int32Array(count);
  const itemIndex = new Int32Array(count);
  const draw = (n) => Math.min(n - 1, Math.floor(n * rng.uniform() ** (1 / (1 - EXPONENT))));
  for (let row = 0; row < count; row++) {
    // users are spread evenly over half of the rows, so that everybody has some history
    userIndex[row] = row % 2 === 0 ? rng.integer(numUsers) : draw(numUsers);
    itemIndex[row] = draw(numItems);
  }
  return { userIndex, itemIndex };
}
