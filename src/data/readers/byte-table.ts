/**
 * Byte strings → numbers by open addressing with linear probing: what a row holds is compared where it lies, so that
 * looking up an id that is known makes no string. Costs some 30 bytes and the bytes themselves for a distinct key.
 */

const START_SLOTS = 1024;
const START_BYTES = 1 << 14;

export class ByteTable {
  /** Entry + 1, 0 = free; a power of two long, at most half full. */
  private slots = new Int32Array(START_SLOTS);
  private used = 0;
  /** Of each entry: its hash, its value, and where its bytes end in `bytes` (they begin where the last one's end). */
  private hashes = new Int32Array(START_SLOTS / 2);
  private values = new Int32Array(START_SLOTS / 2);
  private ends = new Float64Array(START_SLOTS / 2);
  private bytes = new Uint8Array(START_BYTES);

  /** The value under key[start … end), or what `make` gives, which is kept. */
  getOrAdd(key: Uint8Array, start: number, end: number, make: () => number): number {
    const hash = hashOf(key, start, end);
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (let entry = this.slots[slot]; entry !== 0; entry = this.slots[slot]) {
      if (this.hashes[entry - 1] === hash && this.holds(entry - 1, key, start, end)) return this.values[entry - 1];
      slot = (slot + 1) & mask;
    }
    const value = make();
    this.append(key, start, end, hash, value);
    this.slots[slot] = this.used;
    if (this.used * 2 >= this.slots.length) this.grow();
    return value;
  }

  private holds(entry: number, key: Uint8Array, start: number, end: number): boolean {
    const { bytes } = this;
    const from = entry === 0 ? 0 : this.ends[entry - 1];
    const length = end - start;
    if (this.ends[entry] - from !== length) return false;
    for (let i = 0; i < length; i++) if (bytes[from + i] !== key[start + i]) return false;
    return true;
  }

  private append(key: Uint8Array, start: number, end: number, hash: number, value: number): void {
    const from = this.used === 0 ? 0 : this.ends[this.used - 1];
    const to = from + end - start;
    if (to > this.bytes.length) {
      const wider = new Uint8Array(Math.max(to, 2 * this.bytes.length));
      wider.set(this.bytes);
      this.bytes = wider;
    }
    for (let i = start; i < end; i++) this.bytes[from + i - start] = key[i];
    this.hashes[this.used] = hash;
    this.values[this.used] = value;
    this.ends[this.used] = to;
    this.used++;
  }

  private grow(): void {
    const slots = new Int32Array(2 * this.slots.length);
    const mask = slots.length - 1;
    const entries = slots.length / 2;
    const hashes = new Int32Array(entries);
    const values = new Int32Array(entries);
    const ends = new Float64Array(entries);
    hashes.set(this.hashes);
    values.set(this.values);
    ends.set(this.ends);
    for (let entry = 0; entry < this.used; entry++) {
      let slot = hashes[entry] & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = entry + 1;
    }
    Object.assign(this, { slots, hashes, values, ends });
  }
}

/** FNV-1a with a final mix, as the slots take the low bits. */
function hashOf(key: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ key[at], 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
