/**
 * Set of (user, item) pairs by open addressing: stores row numbers only and looks the pair up in the owner's columns,
 * so it costs 6 to 24 bytes a pair.
 */

/** Columns that the rows point into; the owner may replace them by longer copies. */
interface PairColumns {
  readonly userIndex: Int32Array;
  readonly itemIndex: Int32Array;
}

const START_SLOTS = 1024;
/** Large tables grow fourfold: moving a pair costs as much as adding it. */
const LARGE_SLOTS = 1 << 18;
const START_ROW_MASK = (1 << 20) - 1;

export class PairTable {
  /** 0 = free, else row + 1 in the bits of `rowMask` and above them bits of the pair's hash; at most two thirds full. */
  private slots: Int32Array;
  private rowMask = START_ROW_MASK;
  private used = 0;

  /** @param expected pairs that the table takes without growing */
  constructor(
    private readonly columns: PairColumns,
    expected = 0,
  ) {
    let slots = START_SLOTS;
    while (slots * 2 < expected * 3) slots *= 2;
    this.slots = new Int32Array(slots);
  }

  /** All rows of `columns`; of a repeated pair the first row stays. */
  static of(columns: PairColumns): PairTable {
    const { length } = columns.userIndex;
    const table = new PairTable(columns, length);
    for (let row = 0; row < length; row++) table.findOrAdd(columns.userIndex[row], columns.itemIndex[row], row);
    return table;
  }

  get size(): number {
    return this.used;
  }

  has(user: number, item: number): boolean {
    return this.slots[this.slotOf(user, item, hashPair(user, item))] !== 0;
  }

  /**
   * The row that holds the pair already, or -1 after `row` was noted for it. The columns must hold the pair at `row`
   * before the next call.
   */
  findOrAdd(user: number, item: number, row: number): number {
    if ((this.used + 1) * 3 > this.slots.length * 2) this.grow();
    const hash = hashPair(user, item);
    const slot = this.slotOf(user, item, hash);
    if (this.slots[slot] !== 0) return (this.slots[slot] & this.rowMask) - 1;
    while (row >= this.rowMask) this.widenRows();
    this.slots[slot] = (hash & ~this.rowMask) | (row + 1);
    this.used++;
    return -1;
  }

  /** Brings the line of cache where the pair is looked for first; see ByteTable.touch. */
  touch(user: number, item: number): number {
    return this.slots[hashPair(user, item) & (this.slots.length - 1)];
  }

  /** Where the pair is, or the free slot where it would go. The columns are only looked at where the hashes agree. */
  private slotOf(user: number, item: number, hash: number): number {
    const { slots, rowMask } = this;
    const { userIndex, itemIndex } = this.columns;
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (let entry = slots[slot]; entry !== 0; entry = slots[slot]) {
      if (((entry ^ hash) & ~rowMask) === 0) {
        const row = (entry & rowMask) - 1;
        if (userIndex[row] === user && itemIndex[row] === item) return slot;
      }
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** One bit more for rows, one less of the hash; the pairs stay where they are. */
  private widenRows(): void {
    const { slots, rowMask } = this;
    const wider = 2 * rowMask + 1;
    for (let slot = 0; slot < slots.length; slot++) slots[slot] &= rowMask | ~wider;
    this.rowMask = wider;
  }

  private grow(): void {
    const { userIndex, itemIndex } = this.columns;
    const { slots: old, rowMask } = this;
    const slots = new Int32Array((old.length < LARGE_SLOTS ? 2 : 4) * old.length);
    const mask = slots.length - 1;
    for (const entry of old) {
      if (entry === 0) continue;
      const row = (entry & rowMask) - 1;
      let slot = hashPair(userIndex[row], itemIndex[row]) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = entry;
    }
    this.slots = slots;
  }
}

function hashPair(user: number, item: number): number {
  let h = Math.imul(user, 0x9e3779b1) ^ Math.imul(item, 0x85ebca77);
  h = Math.imul(h ^ (h >>> 15), 0xc2b2ae3d);
  return h ^ (h >>> 13);
}
