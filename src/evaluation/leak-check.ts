/** Held-out pairs must be neither training edges nor excluded from the ranking; finds the ones that are. */
import { assertLength, TwinlightError } from '../core/errors.js';
import type { Ragged } from '../core/ragged.js';

export interface Leak {
  /** Held-out pairs that are also known. */
  readonly numPairs: number;
  /** The first of them, by user, then item. */
  readonly userIndex: number;
  readonly itemIndex: number;
}

/**
 * Both row-wise ascending, `[numUsers]` rows; a CSR's `{ offsets: userOffsets, values: userNeighbors }` will do.
 *
 * @returns undefined when no pair is in both
 */
export function findLeak(known: Ragged, heldOut: Ragged): Leak | undefined {
  assertLength('heldOut (rows)', heldOut.offsets.length, known.offsets.length);
  let numPairs = 0;
  let first: { userIndex: number; itemIndex: number } | undefined;
  for (let user = 0; user < known.offsets.length - 1; user++) {
    let at = known.offsets[user];
    for (let held = heldOut.offsets[user]; held < heldOut.offsets[user + 1]; held++) {
      const item = heldOut.values[held];
      while (at < known.offsets[user + 1] && known.values[at] < item) at++;
      if (at === known.offsets[user + 1]) break;
      if (known.values[at] !== item) continue;
      numPairs++;
      first ??= { userIndex: user, itemIndex: item };
    }
  }
  return first && { numPairs, ...first };
}

/** @throws TwinlightError `EVAL_LEAK` (exit code 3) when a held-out pair is in `known`, the training or excluded pairs */
export function assertNoLeak(known: Ragged, heldOut: Ragged): void {
  const leak = findLeak(known, heldOut);
  if (leak === undefined) return;
  throw new TwinlightError(
    'EVAL_LEAK',
    `${leak.numPairs} held-out ${leak.numPairs === 1 ? 'pair is' : 'pairs are'} also among the training or excluded ` +
      `pairs, first user ${leak.userIndex} with item ${leak.itemIndex} (dense indices): the figures would be ` +
      'worthless; rebuild the graph with these pairs in one split only',
    { exitCode: 3 },
  );
}
