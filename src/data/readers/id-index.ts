/**
 * External id → dense index for readers: strings go to the vocabulary; ids given as bytes are looked up as bytes (small
 * whole numbers by an array), so that a file makes one string per distinct id and not per cell.
 */
import { SuspectIds } from '../plausibility/suspect-ids.js';
import type { Vocabulary } from '../vocabulary.js';
import { ByteTable } from './byte-table.js';

const ZERO = 48;
const NINE = 57;
/** 7 digits: the table never outgrows 40 MB. */
const MAX_DIGITS = 7;

export class IdIndex {
  /** Dense index + 1 of the id that is this number's decimal form, 0 where unknown. */
  private byNumber = new Int32Array(1024);

  /** What the last touches found; keeps the engine from dropping them. */
  touched = 0;
  private readonly byBytes = new ByteTable();

  /** Ids that look like damage. */
  readonly suspects = new SuspectIds();

  constructor(readonly vocabulary: Vocabulary) {
    for (const [index, id] of vocabulary.ids.entries()) this.suspects.add(id, index);
  }

  /** Index of `id`, added at the end if new. */
  ofText(id: string): number {
    const { vocabulary } = this;
    const before = vocabulary.size;
    const index = vocabulary.add(id);
    if (vocabulary.size > before) this.suspects.add(id, index);
    return index;
  }

  /** Index of the id in bytes[start … end) (UTF-8), added at the end if new. */
  ofBytes(bytes: Buffer, start: number, end: number): number {
    const number = plainNumber(bytes, start, end);
    if (number < 0) {
      const known = this.byBytes.find(bytes, start, end);
      if (known >= 0) return known;
      const index = this.ofText(bytes.toString('utf8', start, end));
      this.byBytes.add(bytes, start, end, index);
      return index;
    }
    if (number >= this.byNumber.length) this.grow(number);
    const known = this.byNumber[number];
    if (known > 0) return known - 1;
    const index = this.vocabulary.add(String(number));
    this.byNumber[number] = index + 1;
    return index;
  }

  /** The same for bytes[starts[i] … ends[i]) for every i below `count`, in this order, into `out`. */
  ofBytesAll(bytes: Buffer, starts: Int32Array, ends: Int32Array, count: number, out: Int32Array): void {
    // `out` first holds where each id will be looked for; numbers lie in a table that needs no such help
    if (count > 0 && plainNumber(bytes, starts[0], ends[0]) < 0) {
      for (let i = 0; i < count; i++) out[i] = this.byBytes.home(bytes, starts[i], ends[i]);
      this.touched = this.byBytes.touch(out, count);
    }
    for (let i = 0; i < count; i++) out[i] = this.ofBytes(bytes, starts[i], ends[i]);
  }

  private grow(number: number): void {
    const wider = new Int32Array(Math.max(number + 1, 2 * this.byNumber.length));
    wider.set(this.byNumber);
    this.byNumber = wider;
  }
}

/** The number whose canonical decimal form stands there, else -1: `07` and `+7` are ids of their own. */
function plainNumber(bytes: Buffer, start: number, end: number): number {
  const length = end - start;
  if (length === 0 || length > MAX_DIGITS || (length > 1 && bytes[start] === ZERO)) return -1;
  let number = 0;
  for (let at = start; at < end; at++) {
    const digit = bytes[at];
    if (digit < ZERO || digit > NINE) return -1;
    number = number * 10 + (digit - ZERO);
  }
  return number;
}
