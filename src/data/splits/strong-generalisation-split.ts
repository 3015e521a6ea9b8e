/**
 * Strong generalisation (Marlin 2004; Liang et al. 2018, arXiv 1802.05814, § 4.1; RecPack's StrongGeneralization, Michiels et al.
 * 2022, arXiv 2207.02544): a share of the users is drawn and train never sees them. Of what each of them had, a share is the
 * input from which the user is made when the model is judged (fold-in), the rest is the truth. Users with one interaction have
 * no input and truth both, and stay in train.
 *
 * Users are drawn by a number named by their id, as for the cold splits; of each the input by a stream named by the id. Different
 * from RecPack: validation and test have users of their own, and every held-out user keeps one pair of input and of truth.
 */
import { Rng } from '../../core/rng.js';
import { PARTS } from '../interaction-log.js';
import { type Assignment, heldOutCounts, type Positives, rowsByUser } from './assignment.js';

interface UnseenUserRatios {
  /** Shares of the users. */
  readonly validRatio: number;
  readonly testRatio: number;
  /** Share of a held-out user's interactions that is input. */
  readonly foldInRatio: number;
}

export function splitStrongGeneralisation(positives: Positives, ratios: UnseenUserRatios, seed: number): Assignment {
  const { users } = positives;
  const { offsets, rows } = rowsByUser(positives);
  const drawn = users.ids.map((id) => Rng.of(seed, 'split', 'strong', id).uniform());
  const divisible = Array.from(users.ids.keys()).filter((user) => numItemsOf(user) > 1);
  const order = divisible.sort((a, b) => drawn[a] - drawn[b] || a - b);
  const [numValid, numTest] = heldOutCounts(order.length, ratios);
  const part = new Uint8Array(positives.userIndex.length);
  const isFoldIn = new Uint8Array(part.length);
  for (const [rank, user] of order.slice(0, numTest + numValid).entries()) {
    const own = rows.subarray(offsets[user], offsets[user + 1]);
    for (const row of own) part[row] = rank < numTest ? PARTS.test : PARTS.valid;
    const items = Int32Array.from(new Set(Array.from(own, (row) => positives.itemIndex[row])));
    Rng.of(seed, 'split', 'strong', 'fold-in', users.idOf(user)).shuffle(items);
    const numInput = Math.min(items.length - 1, Math.max(1, Math.round(items.length * ratios.foldInRatio)));
    // by item: repeats of a pair are on one side
    const input = new Set(items.subarray(0, numInput));
    for (const row of own) if (input.has(positives.itemIndex[row])) isFoldIn[row] = 1;
  }
  const note = `${numTest} users are in test only, ${numValid} in validation only, a part of what each had as input`;
  return { part, isFoldIn, notes: [note] };

  function numItemsOf(user: number): number {
    return new Set(Array.from(rows.subarray(offsets[user], offsets[user + 1]), (row) => positives.itemIndex[row])).size;
  }
}
