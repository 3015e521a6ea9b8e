/**
 * The lists of an IVF index: for every cluster the codes and the ids of its vectors.
 *
 *   uint64 lists · uint64 nprobe · a flat index of the centroids · direct map, then after what encodes the vectors
 *   'ilar' · uint64 lists · uint64 code bytes · 'full' or 'sprs' · sizes · the codes and the int64 ids of each list
 *   sizes         'full': uint64 count · a uint64 for each list
 *                 'sprs': uint64 count · pairs of uint64, list number and size, of the lists that are not empty
 *   direct map    uint8 kind · uint64 count · count × int64 [· pairs, for a hash table]
 *
 * Holds: 1 ≤ nprobe ≤ lists; one centroid a list; no direct map (it serves to change an index, and we write none);
 * number and code size of the lists are those of the index; sparse pairs are whole, their list numbers ascend and exist
 * (FAISS writes through them); the sizes add up to the index's vectors; the ids are 0 … size-1, each once, since the id
 * map is read at them.
 */
import type { FaissCursor, FaissSetting } from '../faiss-cursor.js';
import { readInnerFlat } from './flat-vectors.js';
import type { FaissHeader } from './header.js';

/**
 * What stands before the encoding of the vectors.
 * @throws DataError `FAISS_DAMAGED`
 */
export function readListsHeader(cursor: FaissCursor, header: FaissHeader): { nlist: number; nprobe: FaissSetting } {
  const nlist = cursor.size('the number of lists');
  const nprobe = { offset: cursor.offset, value: cursor.size('nprobe') };
  if (nlist < 1) throw cursor.damaged('it has no lists');
  cursor.assertRange('nprobe', nprobe.value, [1, nlist]);
  readInnerFlat(cursor, 'the centroids of its lists', { ...header, size: nlist });
  const kind = cursor.uint8('the kind of direct map');
  if (kind !== 0) throw cursor.damaged(`it has a direct map (kind ${kind}), expected none`);
  const { count } = cursor.vector(8, 'the direct map');
  cursor.assertEqual('the length of the direct map', count, 0);
  return { nlist, nprobe };
}

/**
 * @param codes bytes of one vector's code, and whether these are floats, which must be finite
 * @throws DataError `FAISS_DAMAGED`
 */
export function readInvertedLists(
  cursor: FaissCursor,
  { nlist, size, codes }: { nlist: number; size: number; codes: { bytes: number; areFloats: boolean } },
): void {
  const kind = cursor.fourcc();
  if (kind !== 'ilar') throw cursor.damaged(`its lists have the kind "${kind}", where "ilar" was expected`);
  const storedLists = cursor.size('the number of inverted lists');
  const storedBytes = cursor.size("the inverted lists' code size");
  if (storedLists !== nlist || storedBytes !== codes.bytes) {
    throw cursor.damaged(`${storedLists} lists of ${storedBytes} bytes stand for ${nlist} of ${codes.bytes}`);
  }
  const sizes = readListSizes(cursor, { nlist, size });
  const lists = cursor.from(cursor.skip(size * (codes.bytes + 8), 'the inverted lists'));
  const seen = new Uint8Array(size);
  for (const listSize of sizes) {
    const offset = lists.skip(listSize * codes.bytes, 'the codes of a list');
    if (codes.areFloats) lists.assertFinite('the vectors of a list', { offset, count: (listSize * codes.bytes) / 4 });
    readListIds(lists, listSize, seen);
  }
}

/** Sizes of the lists that have any, in the order of the file; they add up to `size`. */
function readListSizes(cursor: FaissCursor, { nlist, size }: { nlist: number; size: number }): number[] {
  const form = cursor.fourcc();
  if (form !== 'full' && form !== 'sprs') {
    throw cursor.damaged(`its list sizes have the form "${form}", where "full" or "sprs" was expected`);
  }
  const isSparse = form === 'sprs';
  const { offset, count } = cursor.vector(8, 'the list sizes');
  if (!isSparse) cursor.assertEqual('the number of list sizes', count, nlist);
  if (isSparse && count % 2 !== 0) throw cursor.damaged(`${count} numbers are no pairs of list and size`);
  const stored = cursor.from(offset);
  const sizes: number[] = [];
  let total = 0;
  let previous = -1;
  for (let at = 0; at < count; at += isSparse ? 2 : 1) {
    if (isSparse) {
      const list = stored.size('a list number');
      cursor.assertRange('a list number', list, [previous + 1, nlist - 1]);
      previous = list;
    }
    const listSize = stored.size('a list size');
    cursor.assertRange('a list size', listSize, [0, size]);
    total += listSize;
    if (listSize > 0) sizes.push(listSize);
  }
  if (total !== size) throw cursor.damaged(`its lists hold ${total} vectors, not ${size}`);
  return sizes;
}

/** @param seen `[size]`, 1 where an id was met before; updated */
function readListIds(cursor: FaissCursor, count: number, seen: Uint8Array): void {
  const { view } = cursor;
  const start = cursor.skip(8 * count, 'the ids of a list');
  for (let at = start; at < start + 8 * count; at += 8) {
    // in halves: a BigInt for each would take most of the time
    const low = view.getUint32(at, true);
    const isOutside = view.getUint32(at + 4, true) !== 0 || low >= seen.length;
    if (isOutside) {
      throw cursor.damaged(`a list holds the id ${view.getBigInt64(at, true)}, expected 0 … ${seen.length - 1}`);
    }
    if (seen[low] === 1) throw cursor.damaged(`its lists hold the id ${low} twice`);
    seen[low] = 1;
  }
}
