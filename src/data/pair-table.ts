/**
 * Set of (user, item) pairs by open addressing: stores row numbers only and looks the pair up in the owner's columns,
 * so it costs 6 to 12 bytes a pair.
 */

/** Columns that the rows point into; the owner may replace them by longer copies. */
export interface PairColumns {
  readonly userIndex: Int32Array;
  readonly itemIndex: Int32Array;
}

const START_SLOTS = 1024;

export class PairTable {
  /** Row + 1, 0 = free; a power of two long, at most two thirds full. */
  private slots = new Int32Array(START_SLOTS);
  private used = 0;

  constructor(private readonly columns: PairColumns) {}

  /** All rows of `columns`; of a repeated pair the first row stays. */
  static of(columns: PairColumns): PairTable {
    const table = new PairTable(columns);
    for (let row = 0; row < columns.userIndex.length; row++) {
      table.findOrAdd(columns.userIndex[row], columns.itemIndex[row], row);
    }
    return table;
  }

  get size(): number {
    return this.used;
  }

  has(user: number, item: number): boolean {
    return this.slots[this.slotOf(user, item)] !== 0;
  }

  /**
   * The row that holds the pair already, or -1 after `row` was noted for it. The columns must hold the pair at `row`
   * before the next call.
   */
  findOrAdd(user: number, item: number, row: number): number {
    const slot = this.slotOf(user, item);
    if (this.slots[slot] !== 0) return this.slots[slot] - 1;
    this.slots[slot] = row + 1;
    this.used++;
    if (this.used * 3 > this.slots.length * 2) this.grow(user, item, row);
    return -1;
  }

  /** Where the pair is, or the free slot where it would go. */
  private slotOf(user: number, item: number): number {
    const { userIndex, itemIndex } = this.columns;
    const mask = this.slots.length - 1;
    let slot = hashPair(user, item) & mask;
    for (let row = this.slots[slot]; row !== 0; row = this.slots[slot]) {
      if (userIndex[row - 1] === user && itemIndex[row - 1] === item) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** The newest row is not in the columns yet, so its pair comes as arguments. */
  private grow(newUser: number, newItem: number, newRow: number): void {
    const { userIndex, itemIndex } = this.columns;
    const old = this.slots;
    this.slots = new Int32Array(2 * old.length);
    const mask = this.slots.length - 1;
    for (const entry of old) {
      if (entry === 0) continue;
      const isNew = entry - 1 === newRow;
      let slot = hashPair(isNew ? newUser : userIndex[entry - 1], isNew ? newItem : itemIndex[entry - 1]) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = entry;
    }
  }
}

function hashPair(user: number, item: number): number {
  let h = Math.imul(user, 0x9e3779b1) ^ Math.imul(item, 0x85ebca77);
  h = Math.imul(h ^ (h >>> 15), 0xc2b2ae3d);
  return h ^ (h >>> 13);
}
