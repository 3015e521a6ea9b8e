/**
 * Byte strings → numbers by open addressing with linear probing: what a row holds is compared where it lies, so that
 * looking up an id that is known makes no string. Keys of up to 8 bytes lie in the slots themselves, so that finding
 * one touches one line of cache. Costs 32 to 64 bytes a distinct key, and its bytes where it is longer.
 */

const START_SLOTS = 1024;
const START_BYTES = 1 << 14;
/** Of one slot: low, high, length of the key, value + 1 (0 = free). */
const WORDS = 4;
const SHORT = 8;

export class ByteTable {
  /**
   * `[slots × WORDS]`, a power of two of slots, at most half of them taken. A short key's bytes are low and high; of a
   * long one, low is its hash and high says where it begins in `bytes`, in units of 4.
   */
  private slots = new Int32Array(START_SLOTS * WORDS);
  private used = 0;
  private bytes = new Uint8Array(START_BYTES);
  private bytesUsed = 0;

  /** The value under key[start … end), or -1. */
  find(key: Uint8Array, start: number, end: number): number {
    const { slots } = this;
    const length = end - start;
    const isShort = length <= SHORT;
    const low = isShort ? wordAt(key, start, end) : hashOf(key, start, end);
    const high = isShort ? wordAt(key, start + 4, end) : 0;
    const mask = slots.length - 1;
    for (let at = (homeOf(low, high, length) * WORDS) & mask; slots[at + 3] !== 0; at = (at + WORDS) & mask) {
      if (slots[at] !== low || slots[at + 2] !== length) continue;
      if (isShort ? slots[at + 1] === high : this.holds(slots[at + 1] * 4, key, start, end)) return slots[at + 3] - 1;
    }
    return -1;
  }

  /** Puts `value` (from 0) under key[start … end), which must not be there yet. */
  add(key: Uint8Array, start: number, end: number, value: number): void {
    if (this.used * WORDS * 2 >= this.slots.length) this.grow();
    const length = end - start;
    const isShort = length <= SHORT;
    const low = isShort ? wordAt(key, start, end) : hashOf(key, start, end);
    const high = isShort ? wordAt(key, start + 4, end) : this.append(key, start, end);
    const at = freeSlot(this.slots, homeOf(low, high, length));
    this.slots[at] = low;
    this.slots[at + 1] = high;
    this.slots[at + 2] = length;
    this.slots[at + 3] = value + 1;
    this.used++;
  }

  private holds(from: number, key: Uint8Array, start: number, end: number): boolean {
    const { bytes } = this;
    for (let at = start; at < end; at++) if (bytes[from + at - start] !== key[at]) return false;
    return true;
  }

  /** Where the key begins in `bytes`, in units of 4. */
  private append(key: Uint8Array, start: number, end: number): number {
    const from = this.bytesUsed;
    const to = from + end - start;
    if (to > this.bytes.length) {
      const wider = new Uint8Array(Math.max(to, 2 * this.bytes.length));
      wider.set(this.bytes);
      this.bytes = wider;
    }
    for (let at = start; at < end; at++) this.bytes[from + at - start] = key[at];
    this.bytesUsed = Math.ceil(to / 4) * 4;
    return from / 4;
  }

  private grow(): void {
    const old = this.slots;
    const slots = new Int32Array(2 * old.length);
    for (let from = 0; from < old.length; from += WORDS) {
      if (old[from + 3] === 0) continue;
      const at = freeSlot(slots, homeOf(old[from], old[from + 1], old[from + 2]));
      for (let word = 0; word < WORDS; word++) slots[at + word] = old[from + word];
    }
    this.slots = slots;
  }
}

/** First free slot from `home` on, as an index of its first word. */
function freeSlot(slots: Int32Array, home: number): number {
  const mask = slots.length - 1;
  let at = (home * WORDS) & mask;
  while (slots[at + 3] !== 0) at = (at + WORDS) & mask;
  return at;
}

/** Up to four bytes from `at` on as one number, little end first; 0 where there are none. */
function wordAt(key: Uint8Array, at: number, end: number): number {
  if (at + 4 <= end) return key[at] | (key[at + 1] << 8) | (key[at + 2] << 16) | (key[at + 3] << 24);
  let word = 0;
  for (let shift = 0; at < end; at++, shift += 8) word |= key[at] << shift;
  return word;
}

/** Number of the slot that a key wants, in 28 bits; the table takes the low ones. */
function homeOf(low: number, high: number, length: number): number {
  if (length > SHORT) return low >>> 4;
  let hash = Math.imul(low, 0x9e3779b1) ^ Math.imul(high ^ (low >>> 16), 0x85ebca77);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae3d);
  return (hash ^ (hash >>> 13)) >>> 4;
}

/** FNV-1a with a final mix. */
function hashOf(key: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ key[at], 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
