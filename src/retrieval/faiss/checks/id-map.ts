/**
 * The ids behind an id map ('IxMp', or 'IxM2', which FAISS also turns around): the vector at position p of the inner index
 * answers to ids[p].
 *
 *   code · header · the inner index · uint64 count · count × int64
 *
 * Holds: header and inner index agree; count is their number of vectors; an id map holds no id map. To be served, ids
 * must further be item numbers, 0 … 2^31 - 1, each once: those are what search answers with, and `has` is asked about
 * every id that comes back.
 */
import { ConfigError, DataError } from '../../../core/errors.js';
import { alignedCopy, type FaissCursor } from '../faiss-cursor.js';
import { assertFits, type FaissHeader, MOST_ID } from './header.js';

export const ID_MAP_CODES: readonly string[] = ['IxMp', 'IxM2'];

/**
 * What follows the inner index.
 * @returns ids by position, `[header.size]`
 * @throws DataError `FAISS_DAMAGED`
 */
export function readIdMap(cursor: FaissCursor, header: FaissHeader, inner: FaissHeader): BigInt64Array {
  const { offset, count } = cursor.vector(8, 'the ids');
  if (count !== header.size || inner.size !== header.size || inner.embeddingDim !== header.embeddingDim) {
    throw cursor.damaged(`${count} ids stand for ${inner.size} vectors of ${inner.embeddingDim} numbers`);
  }
  assertFits(cursor, 'the vectors in the id map', inner, header);
  return new BigInt64Array(alignedCopy(cursor.bytes, { offset, length: 8 * count }));
}

/** The item numbers that an index answers with. */
export class ItemIds {
  /** One more than the largest; the number of items where every item is in the index. */
  readonly limit: number;
  /** Only where some number below `limit` is missing. */
  private readonly known: Set<number> | undefined;

  private constructor(
    size: number,
    /** `[size]`; undefined where the position is the id. */
    private readonly byPosition: Int32Array | undefined,
  ) {
    let largest = size - 1;
    for (const id of byPosition ?? []) if (id > largest) largest = id;
    this.limit = largest + 1;
    if (this.limit > size) this.known = new Set(byPosition);
  }

  /**
   * @param ids as in the file, `[size]`; undefined without an id map
   * @throws ConfigError `INDEX_IDS` for ids that are no item numbers; DataError `FAISS_DAMAGED` for one that occurs twice
   */
  static of({ size, ids }: { size: number; ids?: BigInt64Array }, path: string): ItemIds {
    if (ids === undefined) return new ItemIds(size, undefined);
    // in halves: a BigInt for each would take most of the time
    const halves = new Int32Array(ids.buffer, ids.byteOffset, 2 * ids.length);
    const numbers = new Int32Array(ids.length);
    for (let at = 0; at < numbers.length; at++) {
      if (halves[2 * at + 1] !== 0 || halves[2 * at] < 0) {
        throw new ConfigError(
          'INDEX_IDS',
          `${path}: it has ids outside 0 … ${MOST_ID} (${ids[at]}); only row numbers are served`,
        );
      }
      numbers[at] = halves[2 * at];
    }
    const twice = repeated(numbers);
    if (twice !== undefined) {
      throw new DataError('FAISS_DAMAGED', `its id map has the id ${twice} twice; export it again`, {
        location: { file: path },
      });
    }
    return new ItemIds(size, numbers);
  }

  has(id: number): boolean {
    if (!Number.isInteger(id) || id < 0 || id >= this.limit) return false;
    return this.known === undefined || this.known.has(id);
  }

  at(position: number): number {
    return this.byPosition === undefined ? position : this.byPosition[position];
  }
}

/** A number that occurs more than once. */
function repeated(numbers: Int32Array): number | undefined {
  let ascends = true;
  for (let at = 1; at < numbers.length; at++) ascends &&= numbers[at] > numbers[at - 1];
  if (ascends) return undefined;
  const sorted = numbers.slice().sort();
  return sorted.find((number, at) => at > 0 && number === sorted[at - 1]);
}
