/** How long pilots are trained in each of the two rounds of successive halving. */

/** Fewer steps than this tell little. */
const LEAST_STEPS = 100;
const MOST_FIRST_EPOCHS = 4;
/** Of so many one goes on, for so many times as many epochs. */
export const REDUCTION = 3;

/** Epochs of both rounds: as many in the first as make enough steps, on small logs four at most. */
export function roundsOf(numPairs: number, batchSize: number): [number, number] {
  const steps = Math.max(1, Math.ceil(numPairs / batchSize));
  const first = Math.min(MOST_FIRST_EPOCHS, Math.ceil(LEAST_STEPS / steps));
  return [first, REDUCTION * first];
}
