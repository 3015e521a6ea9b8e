/**
 * Asynchronous successive halving (Li et al. 2018, arXiv 1810.05934, algorithm 2): every trial first gets few epochs; of those at a rung the
 * best 1 / reduction go on to the next one, as soon as there are enough of them to say so. Nobody waits for anybody.
 *
 * The rungs are r, r·η, r·η² … and the epochs of a whole training last. A trial that is promoted goes on from its checkpoint, where the
 * authors' pseudocode leaves open whether it begins anew.
 */
export interface AshaOptions {
  /** Epochs of the first rung. Too few: noise decides, and whoever learns slowly is out; too many: little is saved. */
  readonly minEpochs: number;
  /** Of so many at a rung one goes on, η. Too small: little is saved; too large: the first rung decides everything. */
  readonly reduction: number;
}

/** What counts of a trial. */
export interface RungTrial {
  /** Its value at each rung that it has reached, the first one first, greater is better; −∞ where it failed. */
  readonly values: readonly number[];
  /** Whether it waits at the last of them. One that ended early, or failed, does not. */
  readonly waits: boolean;
}

/** Epochs of each rung, rising. Without options there is one: all epochs. */
export function rungsOf(options: AshaOptions | undefined, epochs: number): number[] {
  const rungs: number[] = [];
  if (options) for (let rung = options.minEpochs; rung < epochs; rung *= options.reduction) rungs.push(rung);
  return [...rungs, epochs];
}

/**
 * Which trial goes on to the next rung: of the highest rung with one that may, the best.
 * @param numRungs a trial at the last one has nowhere to go
 * @returns its index, or undefined
 */
export function promotable(trials: readonly RungTrial[], numRungs: number, reduction: number): number | undefined {
  for (let rung = numRungs - 2; rung >= 0; rung--) {
    const there = trials.flatMap(({ values }, index) => (values.length > rung ? [index] : []));
    // the earlier one of equals: sort keeps their order
    const ranked = there.sort((a, b) => trials[b].values[rung] - trials[a].values[rung]);
    const best = ranked.slice(0, Math.floor(there.length / reduction));
    const next = best.find((index) => trials[index].waits && trials[index].values.length === rung + 1);
    if (next !== undefined) return next;
  }
  return undefined;
}
