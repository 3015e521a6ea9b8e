/**
 * Ids that are more likely damage than names of anything: with control characters or line breaks inside, or a word for a
 * missing value. They are kept as they are, counted, and told with the place where each first came.
 */
import type { FileLocation } from '../../core/errors.js';

/** Words that programs write where there is no value, in any case. */
const MISSING = /^(?:null|nan|none|nil|nat|na|n\/a|#n\/a|<na>|\(null\)|<null>|undefined|missing|\\n)$/i;
/** No word for a missing value is longer. */
const LONGEST_WORD = 9;
/** So many are followed; a file in which every id is broken is told by its first. */
const MOST = 1000;

interface SuspectId {
  readonly index: number;
  readonly id: string;
  readonly why: 'missing' | 'control';
  rows: number;
  /** Of the row or record in which it first came; unknown for interactions in memory. */
  first?: FileLocation;
}

export class SuspectIds {
  private readonly byIndex = new Map<number, SuspectId>();
  /** Asked for every row, so no map is asked. */
  isEmpty = true;
  /** The last ones, whose place is not known yet. */
  private unplaced: SuspectId[] = [];

  /** To be told of every new id. */
  add(id: string, index: number): void {
    const isMissing = id.length <= LONGEST_WORD && !endsInDigit(id) && MISSING.test(id);
    if (!isMissing && !hasControl(id)) return;
    if (this.byIndex.size >= MOST) return;
    const suspect: SuspectId = { index, id, why: isMissing ? 'missing' : 'control', rows: 0 };
    this.byIndex.set(index, suspect);
    this.unplaced.push(suspect);
    this.isEmpty = false;
  }

  get hasUnplaced(): boolean {
    return this.unplaced.length > 0;
  }

  /** Says where the ids came that are new since the last call. @param placeOf the row that holds an id */
  place(placeOf: (index: number) => FileLocation | undefined): void {
    for (const suspect of this.unplaced) suspect.first = placeOf(suspect.index);
    this.unplaced = [];
  }

  /** Counts a row with the id at `index`. */
  countRow(index: number): void {
    const suspect = this.byIndex.get(index);
    if (suspect) suspect.rows++;
  }

  /** Those with most rows first. */
  list(): readonly Readonly<SuspectId>[] {
    return [...this.byIndex.values()].sort((a, b) => b.rows - a.rows || a.index - b.index);
  }
}

/** No word for a missing value does, and most ids do. */
function endsInDigit(id: string): boolean {
  const last = id.charCodeAt(id.length - 1);
  return last >= 0x30 && last <= 0x39;
}

/** Whether one of C0, C1, DEL or the two line separators of Unicode is in it. */
function hasControl(id: string): boolean {
  for (let at = 0; at < id.length; at++) {
    const code = id.charCodeAt(at);
    if (code < 0x20 || (code >= 0x7f && code <= 0x9f) || code === 0x2028 || code === 0x2029) return true;
  }
  return false;
}
