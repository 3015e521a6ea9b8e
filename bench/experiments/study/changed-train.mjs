/**
 * Training pairs taken away or made up, held-out pairs left as they are: how a model fares on less of a log, or on a
 * worse one. All draws depend on `SEED` alone, so that runs of any seed learn from the same log.
 */
import { EVENT_CODES, Rng, selectInteractions } from '../../../dist/index.js';

const SEED = 1;
const isPositive = ({ event }, row) => event === undefined || event[row] === EVENT_CODES.positive;

/**
 * Of each user's positive pairs a random share, rounded up, so that nobody who had one is left without; items may be.
 * @param {import('../../../dist/index.js').SplitInteractions} split
 * @param {number} share 0 … 1
 */
export function withShare(split, share) {
  const { train } = split;
  const rng = Rng.of(SEED, 'share of training pairs');
  const ofUser = new Map();
  for (let row = 0; row < train.userIndex.length; row++) {
    if (!isPositive(train, row)) continue;
    const user = train.userIndex[row];
    ofUser.set(user, [...(ofUser.get(user) ?? []), row]);
  }
  const kept = new Set();
  for (const user of [...ofUser.keys()].sort((a, b) => a - b)) {
    const rows = rng.shuffle(ofUser.get(user));
    for (const row of rows.slice(0, Math.ceil(share * rows.length))) kept.add(row);
  }
  const rows = Int32Array.from(train.userIndex.keys()).filter((row) => kept.has(row) || !isPositive(train, row));
  return { ...split, train: selectInteractions(train, rows) };
}

/**
 * Pairs beside the true ones: a user drawn as often as it occurs in train, an item drawn uniformly, no pair that is known.
 * A pair takes its other columns from the true one whose user it has.
 * @param {number} share of the positive training pairs
 */
export function withWrongPairs(split, share) {
  const { train, valid, test, items } = split;
  const rng = Rng.of(SEED, 'wrong training pairs');
  const keyOf = (user, item) => user * items.size + item;
  const taken = new Set(
    [train, valid, test].flatMap((part) => Array.from(part.userIndex, (user, row) => keyOf(user, part.itemIndex[row]))),
  );
  const true_ = Int32Array.from(train.userIndex.keys()).filter((row) => isPositive(train, row));
  const number = Math.round(share * true_.length);
  const models = [];
  const wrongItems = [];
  while (models.length < number) {
    const row = true_[rng.integer(true_.length)];
    const item = rng.integer(items.size);
    const key = keyOf(train.userIndex[row], item);
    if (taken.has(key)) continue;
    taken.add(key);
    models.push(row);
    wrongItems.push(item);
  }
  const all = [...train.userIndex.keys(), ...models];
  const longer = selectInteractions(train, all);
  longer.itemIndex.set(wrongItems, train.userIndex.length);
  return { ...split, train: longer };
}

/** Held-out pairs of items (and users) without a training pair left out: the warm task as a data set of its own. */
export function warmOnly(split) {
  const { train } = split;
  const rows = [...train.userIndex.keys()].filter((row) => isPositive(train, row));
  const users = new Set(rows.map((row) => train.userIndex[row]));
  const items = new Set(rows.map((row) => train.itemIndex[row]));
  const warm = (part) => {
    const all = Int32Array.from(part.userIndex.keys());
    return selectInteractions(
      part,
      all.filter((row) => users.has(part.userIndex[row]) && items.has(part.itemIndex[row])),
    );
  };
  return { ...split, valid: warm(split.valid), test: warm(split.test) };
}
