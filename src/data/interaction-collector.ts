/**
 * Takes rows, alone or as columns, from whatever source, filters them, merges repeats and hands out the log. Row
 * filters work here, so that what they drop never takes memory.
 */
import { DataError } from '../core/errors.js';
import type { DataConfig } from './data-config.js';
import { type DateRange, dateRangeOf, isInRange } from './filters/date-range.js';
import { mergeRepeat } from './filters/deduplicate.js';
import { DROPPED, rateEvent } from './filters/min-rating.js';
import { InteractionColumns } from './interaction-columns.js';
import type { InteractionLog } from './interaction-log.js';
import { EVENT_CODES } from './interaction-set.js';
import { PairTable } from './pair-table.js';
import { OddRows } from './plausibility/odd-rows.js';
import { plausibilityNotes } from './plausibility/plausibility-note.js';
import { unicodeNote } from './plausibility/unicode-forms.js';
import { IdIndex } from './readers/id-index.js';
import { Vocabulary } from './vocabulary.js';

const NUM_EVENTS = Object.keys(EVENT_CODES).length;

/** The keys of the configuration that act on single rows. */
type RowFilterConfig = Pick<DataConfig, 'minRating' | 'belowMinRating' | 'useWeights' | 'from' | 'to' | 'deduplicate'>;

/** How many rows went where. */
interface RowCounts {
  read: number;
  outsideDateRange: number;
  belowMinRating: number;
  repeated: number;
}

/** Some rows as columns; of each only the first `count` entries mean anything. */
interface InteractionBatch {
  readonly count: number;
  /** Dense indices from the collector's `users`, `[≥ count]`. */
  readonly userIndex: Int32Array;
  /** Dense indices from the collector's `items`, `[≥ count]`. */
  readonly itemIndex: Int32Array;
  /** Seconds; absent where the source has none, `[≥ count]`. */
  readonly timestamp?: Float64Array;
  /** Rating or weight; absent where the source has none, `[≥ count]`. */
  readonly weight?: Float64Array | Float32Array;
  /** EVENT_CODES; absent means all positive, `[≥ count]`. */
  readonly event?: Uint8Array;
}

export class InteractionCollector {
  readonly users: IdIndex;
  readonly items: IdIndex;
  readonly counts: RowCounts = { read: 0, outsideDateRange: 0, belowMinRating: 0, repeated: 0 };
  /** Rows and times that look like damage. */
  readonly oddRows = new OddRows();
  private readonly columns = new InteractionColumns();
  private readonly range: DateRange;
  /** One set of pairs per (part, event): a pair may be exposed and then positive, or stand in train and in valid. */
  private readonly pairs: (PairTable | undefined)[] = [];
  /** What the last touches found; keeps the engine from dropping them. */
  touched = 0;
  private part = 0;
  private readonly parts = new Set<number>();
  private numPieces = 0;
  private lowest = Number.POSITIVE_INFINITY;
  private highest = Number.NEGATIVE_INFINITY;
  private piecesWithTime = 0;
  private piecesWithWeight = 0;
  private hasEvents = false;

  constructor(
    private readonly config: RowFilterConfig,
    vocabularies: { users: Vocabulary; items: Vocabulary } = { users: new Vocabulary(), items: new Vocabulary() },
  ) {
    this.users = new IdIndex(vocabularies.users);
    this.items = new IdIndex(vocabularies.items);
    this.range = dateRangeOf(config);
  }

  /**
   * Rows that follow come from this part (PARTS) and have these columns. A part may come in several pieces, of which each
   * begins so.
   *
   * @param source what messages call the piece: a file
   * @throws DataError `DATA_NO_COLUMN` when a filter needs a column that the source lacks.
   */
  beginPart(part: number, has: { timestamp: boolean; weight: boolean }, source: string): void {
    const { minRating, from, to } = this.config;
    const location = { file: source };
    if (minRating !== undefined && !has.weight) {
      throw new DataError('DATA_NO_COLUMN', 'data.minRating needs a rating column; name it with data.columns.weight', {
        location,
      });
    }
    if ((from !== undefined || to !== undefined) && !has.timestamp) {
      const message = 'data.from and data.to need a time column; name it with data.columns.timestamp';
      throw new DataError('DATA_NO_COLUMN', message, { location });
    }
    this.part = part;
    this.parts.add(part);
    this.numPieces++;
    if (has.timestamp) this.piecesWithTime++;
    if (has.weight) this.piecesWithWeight++;
  }

  /**
   * @param user dense index from `users`
   * @param item dense index from `items`
   * @param timestamp seconds, NaN where the source has none
   * @param weight rating or weight, NaN where the source has none
   * @param event EVENT_CODES
   */
  add(user: number, item: number, timestamp: number, weight: number, event: number): void {
    if (this.hasSuspects) this.countSuspects(user, item);
    this.addRow(user, item, timestamp, weight, event);
  }

  private get hasSuspects(): boolean {
    return !(this.users.suspects.isEmpty && this.items.suspects.isEmpty);
  }

  private countSuspects(user: number, item: number): void {
    this.users.suspects.countRow(user);
    this.items.suspects.countRow(item);
  }

  private addRow(user: number, item: number, timestamp: number, weight: number, event: number): void {
    const { columns, counts, config } = this;
    counts.read++;
    if (!isInRange(this.range, timestamp)) {
      counts.outsideDateRange++;
      return;
    }
    if (weight < this.lowest) this.lowest = weight;
    if (weight > this.highest) this.highest = weight;
    const rated = rateEvent(event, weight, config);
    if (rated !== event) counts.belowMinRating++;
    if (rated === DROPPED) return;
    if (rated !== EVENT_CODES.positive) this.hasEvents = true;
    if (config.deduplicate !== 'none') {
      const key = this.part * NUM_EVENTS + rated;
      this.pairs[key] ??= new PairTable(columns);
      const known = this.pairs[key].findOrAdd(user, item, columns.length);
      if (known >= 0) {
        counts.repeated++;
        mergeRepeat(config.deduplicate, columns, known, timestamp, weight);
        return;
      }
    }
    columns.push(user, item, timestamp, weight, rated, this.part);
  }

  /** The rows of a batch, in their order, as `add` would take them. */
  addAll({ count, userIndex, itemIndex, timestamp, weight, event }: InteractionBatch): void {
    const likely = this.pairs[this.part * NUM_EVENTS + EVENT_CODES.positive];
    if (likely) {
      let touched = 0;
      for (let row = 0; row < count; row++) touched ^= likely.touch(userIndex[row], itemIndex[row]);
      this.touched = touched;
    }
    if (this.hasSuspects) for (let row = 0; row < count; row++) this.countSuspects(userIndex[row], itemIndex[row]);
    for (let row = 0; row < count; row++) {
      this.addRow(
        userIndex[row],
        itemIndex[row],
        timestamp ? timestamp[row] : Number.NaN,
        weight ? weight[row] : Number.NaN,
        event ? event[row] : EVENT_CODES.positive,
      );
    }
  }

  /** The log; a column exists where every piece had it, weights only where they are to be used. */
  finish(): InteractionLog {
    const { columns, config, numPieces } = this;
    const sums = config.deduplicate === 'sum' && this.counts.repeated > 0;
    const hasWeights = config.useWeights && (sums || this.piecesWithWeight === numPieces);
    if (sums && hasWeights && this.piecesWithWeight < numPieces) fillMissing(columns.weight, columns.length);
    return {
      users: this.users.vocabulary,
      items: this.items.vocabulary,
      ...columns.trimmed({
        timestamp: this.piecesWithTime === numPieces,
        weight: hasWeights,
        event: this.hasEvents,
      }),
      part: this.parts.size > 1 ? columns.part.slice(0, columns.length) : undefined,
    };
  }

  /** What the filters did, as sentences; `data.` keys say how to change it. */
  notes(): string[] {
    const { read, outsideDateRange, belowMinRating, repeated } = this.counts;
    const { users, items, oddRows: rows } = this;
    const notes = plausibilityNotes({ users: users.suspects, items: items.suspects, rows }, read);
    for (const [ids, what] of [
      [users, 'user'],
      [items, 'item'],
    ] as const) {
      const note = unicodeNote(ids.vocabulary.ids, what);
      if (note !== undefined) notes.push(note);
    }
    if (outsideDateRange > 0) notes.push(`${outsideDateRange} of ${read} rows lie outside data.from … data.to`);
    if (belowMinRating > 0) {
      const fate = this.config.belowMinRating === 'drop' ? 'were left out' : 'count as rejected';
      notes.push(`${belowMinRating} of ${read} rows are rated below ${this.config.minRating} and ${fate}`);
    }
    const { minRating, useWeights } = this.config;
    if (minRating === undefined && !useWeights && this.lowest < this.highest) {
      notes.push(
        `ratings ${this.lowest} … ${this.highest} were all taken as positive; data.minRating (--min-rating) says from which on`,
      );
    }
    if (repeated > 0) {
      notes.push(`${repeated} of ${read} rows repeat a pair (data.deduplicate=${this.config.deduplicate})`);
    }
    if (this.piecesWithTime > 0 && this.piecesWithTime < this.numPieces) {
      notes.push('only some of the files have timestamps: none are used');
    }
    return notes;
  }
}

function fillMissing(weight: Float32Array, length: number): void {
  for (let row = 0; row < length; row++) if (Number.isNaN(weight[row])) weight[row] = 1;
}
