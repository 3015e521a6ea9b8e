/** The file of a bundle that says which items its users have, so that nobody is shown them again: user, item and part of each pair. */
import { join } from 'node:path';
import { writeNewFile } from '../core/disk/durable-write.js';
import { DataError } from '../core/errors.js';
import { type Ragged, raggedFromPairs } from '../core/ragged.js';
import { SEEN_PARTS, type SeenPart, type ServedModel } from '../retrieval/serving/served-model.js';
import { BUNDLE_FILES, type BundleManifest } from './bundle-manifest.js';
import { decodeNpy, encodeNpy } from './npy.js';

/** Items of every user, by part: a row a user. */
export type SeenItems = Readonly<Record<SeenPart, Ragged>>;

/** Writes int32 `[3, pairs]`: row of the user, row of the item, number of the part in `SEEN_PARTS`. */
export function writeSeen(folder: string, { users, itemsOf }: ServedModel): void {
  const ofUsers = SEEN_PARTS.map((part) => users.ids.map((_, user) => itemsOf(user, [part])));
  const numPairs = ofUsers.flat().reduce((sum, { length }) => sum + length, 0);
  const all = new Int32Array(3 * numPairs);
  let at = 0;
  for (const [part, rows] of ofUsers.entries()) {
    for (const [user, items] of rows.entries()) {
      all.fill(user, at, at + items.length);
      all.set(items, numPairs + at);
      all.fill(part, 2 * numPairs + at, 2 * numPairs + at + items.length);
      at += items.length;
    }
  }
  writeNewFile(join(folder, BUNDLE_FILES.seen), encodeNpy(all, [3, numPairs]));
}

export function seenFacts(): NonNullable<BundleManifest['seen']> {
  return { file: BUNDLE_FILES.seen, parts: SEEN_PARTS };
}

/** @throws DataError `BUNDLE_DAMAGED` */
export function seenOfBundle(bytes: Uint8Array, file: string, { users, items }: BundleManifest['counts']): SeenItems {
  const { shape, values } = decodeNpy(bytes, file);
  const damaged = (problem: string): DataError =>
    new DataError('BUNDLE_DAMAGED', `${problem}; export it again`, { location: { file } });
  if (!(values instanceof Int32Array) || shape.length !== 2 || shape[0] !== 3) {
    throw damaged(`expected int32 numbers of shape [3, pairs], got [${shape.join(', ')}]`);
  }
  const [user, item, part] = [0, 1, 2].map((row) => values.subarray(row * shape[1], (row + 1) * shape[1]));
  for (const [column, limit, what] of [
    [user, users, 'user'],
    [item, items, 'item'],
    [part, SEEN_PARTS.length, 'part'],
  ] as const) {
    const wrong = column.find((value) => value < 0 || value >= limit);
    if (wrong !== undefined) throw damaged(`there is no ${what} ${wrong}: ${limit} ${what}s`);
  }
  const rowsOf = (number: number): Ragged => {
    const at = Int32Array.from(part.keys()).filter((pair) => part[pair] === number);
    return raggedFromPairs(
      at.map((pair) => user[pair]),
      at.map((pair) => item[pair]),
      users,
    );
  };
  return { train: rowsOf(0), validation: rowsOf(1), test: rowsOf(2) };
}
