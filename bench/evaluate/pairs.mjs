/** Who is evaluated on what: the pairs of a data set, or made-up ones of a size. */
import { raggedFromPairs, raggedLengths } from '../../dist/core/ragged.js';
import { Rng } from '../../dist/core/rng.js';
import { loadDataset } from '../../dist/data/load-dataset.js';

/** Held-out pairs of the test part; train and validation pairs are excluded. */
export async function pairsOf(folder) {
  const { users, items, train, valid, test } = await loadDataset(folder, {});
  const ragged = (...parts) =>
    raggedFromPairs(
      Int32Array.from(parts.flatMap(({ userIndex }) => [...userIndex])),
      Int32Array.from(parts.flatMap(({ itemIndex }) => [...itemIndex])),
      users.size,
    );
  const name = folder.split(/[\\/]/).filter(Boolean).pop();
  return withDegrees(name, users.size, items.size, ragged(test), ragged(train, valid));
}

/** About 30 excluded items a user, popular ones more often, and seven held out. */
export function madeUpPairs(numUsers, numItems) {
  const rng = Rng.of(1, 'pairs');
  const [excluded, held] = [
    { users: [], items: [] },
    { users: [], items: [] },
  ];
  for (let user = 0; user < numUsers; user++) {
    const seen = new Set();
    for (let i = 0; i < 37; i++) {
      const item = Math.floor(numItems * rng.uniform() ** 3);
      if (seen.has(item)) continue;
      seen.add(item);
      const to = i < 7 ? held : excluded;
      to.users.push(user);
      to.items.push(item);
    }
  }
  const ragged = ({ users, items }) => raggedFromPairs(Int32Array.from(users), Int32Array.from(items), numUsers);
  return withDegrees('made-up', numUsers, numItems, ragged(held), ragged(excluded));
}

function withDegrees(name, numUsers, numItems, relevant, exclude) {
  const itemDegrees = new Int32Array(numItems);
  for (const item of exclude.values) itemDegrees[item]++;
  return { name, numUsers, numItems, relevant, exclude, itemDegrees, userDegrees: raggedLengths(exclude) };
}
