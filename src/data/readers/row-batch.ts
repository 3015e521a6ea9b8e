/**
 * Good rows of one buffer, gathered so that their ids and pairs are looked up together: the tables are larger than the
 * caches, and look-ups that do not wait for each other cost a fraction of single ones. Order and results are those of
 * one row after another.
 */
import type { InteractionCollector } from '../interaction-collector.js';
import type { IdIndex } from './id-index.js';
import type { ByteCells } from './row-cells.js';

const ROWS = 1024;

export class RowBatch {
  private bytes: Buffer = Buffer.alloc(0);
  private count = 0;
  /** Where the ids lie in `bytes`, `[ROWS]` each. */
  private readonly userStarts = new Int32Array(ROWS);
  private readonly userEnds = new Int32Array(ROWS);
  private readonly itemStarts = new Int32Array(ROWS);
  private readonly itemEnds = new Int32Array(ROWS);
  /** What the collector takes, `[ROWS]` each. */
  private readonly users = new Int32Array(ROWS);
  private readonly items = new Int32Array(ROWS);
  private readonly timestamps = new Float64Array(ROWS);
  private readonly weights = new Float64Array(ROWS);
  private readonly events = new Uint8Array(ROWS);
  private readonly lines = new Float64Array(ROWS);

  /** @param file where the rows come from, for messages */
  constructor(
    private readonly collector: InteractionCollector,
    private readonly file: string,
  ) {}

  /**
   * Takes a row with these columns; its ids must not be empty. The buffer must keep its content until `flush`.
   *
   * @param line counts from 1
   */
  push(
    cells: ByteCells,
    userColumn: number,
    itemColumn: number,
    timestamp: number,
    weight: number,
    event: number,
    line: number,
  ): void {
    if (this.count === ROWS || cells.bytes !== this.bytes) {
      this.flush();
      this.bytes = cells.bytes;
    }
    const row = this.count++;
    this.userStarts[row] = cells.start(userColumn);
    this.userEnds[row] = cells.end(userColumn);
    this.itemStarts[row] = cells.start(itemColumn);
    this.itemEnds[row] = cells.end(itemColumn);
    this.timestamps[row] = timestamp;
    this.weights[row] = weight;
    this.events[row] = event;
    this.lines[row] = line;
  }

  /** Hands everything to the collector. */
  flush(): void {
    const { collector, bytes, count, users, items } = this;
    if (count === 0) return;
    collector.users.ofBytesAll(bytes, this.userStarts, this.userEnds, count, users);
    collector.items.ofBytesAll(bytes, this.itemStarts, this.itemEnds, count, items);
    this.placeSuspects(collector.users, users);
    this.placeSuspects(collector.items, items);
    const { timestamps: timestamp, weights: weight, events: event } = this;
    collector.addAll({ count, userIndex: users, itemIndex: items, timestamp, weight, event });
    this.count = 0;
  }

  private placeSuspects({ suspects }: IdIndex, indices: Int32Array): void {
    if (!suspects.hasUnplaced) return;
    suspects.place((index) => ({ file: this.file, line: this.lines[indices.subarray(0, this.count).indexOf(index)] }));
  }
}
