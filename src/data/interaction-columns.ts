/**
 * Parallel interaction columns that grow: typed arrays doubled when full. Missing times and weights are NaN.
 */
import type { Interactions } from './interaction-set.js';

const START_ROWS = 1024;

export class InteractionColumns {
  length = 0;
  /** Only the first `length` entries of each column mean anything, `[capacity]`. */
  userIndex = new Int32Array(START_ROWS);
  itemIndex = new Int32Array(START_ROWS);
  timestamp = new Float64Array(START_ROWS);
  weight = new Float32Array(START_ROWS);
  /** EVENT_CODES. */
  event = new Uint8Array(START_ROWS);
  /** Which file a row came from: PARTS. */
  part = new Uint8Array(START_ROWS);

  push(user: number, item: number, timestamp: number, weight: number, event: number, part: number): void {
    if (this.length === this.userIndex.length) this.grow();
    const row = this.length++;
    this.userIndex[row] = user;
    this.itemIndex[row] = item;
    this.timestamp[row] = timestamp;
    this.weight[row] = weight;
    this.event[row] = event;
    this.part[row] = part;
  }

  /** Copies of the columns at their real length; the optional ones only where asked for. */
  trimmed(has: { timestamp: boolean; weight: boolean; event: boolean }): Interactions {
    const { length } = this;
    return {
      userIndex: this.userIndex.slice(0, length),
      itemIndex: this.itemIndex.slice(0, length),
      timestamp: has.timestamp ? this.timestamp.slice(0, length) : undefined,
      weight: has.weight ? this.weight.slice(0, length) : undefined,
      event: has.event ? this.event.slice(0, length) : undefined,
    };
  }

  private grow(): void {
    this.userIndex = doubled(this.userIndex);
    this.itemIndex = doubled(this.itemIndex);
    this.timestamp = doubled(this.timestamp);
    this.weight = doubled(this.weight);
    this.event = doubled(this.event);
    this.part = doubled(this.part);
  }
}

function doubled<T extends Int32Array | Float64Array | Float32Array | Uint8Array>(column: T): T {
  const wider = new (column.constructor as new (length: number) => T)(2 * column.length);
  wider.set(column);
  return wider;
}
