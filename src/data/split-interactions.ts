/**
 * A filtered log → train, validation and test.
 */
import { DataError } from '../core/errors.js';
import type { DataConfig } from './data-config.js';
import type { InteractionLog } from './interaction-log.js';
import { EVENT_CODES, type Interactions, type SplitInteractions, selectInteractions } from './interaction-set.js';
import type { Positives } from './splits/assignment.js';
import { type DisjointRows, disjointRows } from './splits/disjoint.js';
import { foretells, trainingRowsOfOthers } from './splits/other-events.js';
import { assignParts, resolveSplit } from './splits/registry.js';
import { coldCounts, type SplitDescription, splitNotes } from './splits/split-summary.js';

export interface DescribedSplit extends SplitInteractions {
  readonly split: SplitDescription;
  /** Sentences a reader should know. */
  readonly notes: readonly string[];
}

/**
 * Validation and test hold positives only; train may also hold the other events of its period (its `event` column).
 * All users and items of the log stay, those that are only held out as cold ones. Features are handed on.
 *
 * @throws DataError `DATA_NO_POSITIVES` when nothing is left to split, or what the split itself throws
 */
export function splitLog(
  log: InteractionLog,
  { userFeatures, itemFeatures }: Pick<SplitInteractions, 'userFeatures' | 'itemFeatures'>,
  config: Pick<DataConfig, 'split' | 'seed'>,
): DescribedSplit {
  const { users, items } = log;
  const [positiveRows, otherRows] = rowsByEvent(log);
  if (positiveRows.length === 0) throw new DataError('DATA_NO_POSITIVES', 'no positive interaction is left to split');
  const hasOthers = otherRows.length > 0;
  const { event: _, ...columns } = hasOthers ? selectInteractions(log, positiveRows) : log;
  const positives: Positives = { ...columns, users, items };
  const filePart = log.part && (hasOthers ? selectPart(log.part, positiveRows) : log.part);
  const resolved = resolveSplit(config.split, { parts: filePart !== undefined, timestamps: !!log.timestamp });
  const assignment = assignParts(positives, resolved, config.seed, filePart);

  const rows = disjointRows(positives, assignment);
  const others = selectInteractions(log, otherRows);
  const otherParts = log.part && selectPart(log.part, otherRows);
  const keptOthers = trainingRowsOfOthers(others, otherParts, positives, assignment.part, resolved.name);
  const trainPositives = selectInteractions(positives, rows.train);
  const train = keptOthers.length > 0 ? joined(trainPositives, selectInteractions(others, keptOthers)) : trainPositives;
  const { isFoldIn } = assignment;
  const truth = (heldOut: Int32Array) => (isFoldIn ? heldOut.filter((row) => !isFoldIn[row]) : heldOut);
  const valid = selectInteractions(positives, truth(rows.valid));
  const test = selectInteractions(positives, truth(rows.test));
  const foldInRows = isFoldIn && [...rows.valid, ...rows.test].filter((row) => isFoldIn[row]);

  const split: SplitDescription = {
    requested: config.split.name,
    resolved,
    seed: config.seed,
    counts: {
      train: rows.train.length,
      valid: valid.userIndex.length,
      test: test.userIndex.length,
      ...(foldInRows && { foldIn: foldInRows.length }),
      otherEvents: keptOthers.length,
    },
    cold: {
      valid: coldCounts({ train: trainPositives, heldOut: valid, numUsers: users.size, numItems: items.size }),
      test: coldCounts({ train: trainPositives, heldOut: test, numUsers: users.size, numItems: items.size }),
    },
  };
  return {
    users,
    items,
    train,
    valid,
    test,
    ...(foldInRows && { foldIn: selectInteractions(positives, foldInRows) }),
    userFeatures,
    itemFeatures,
    split,
    notes: [
      ...(config.split.name === 'auto' ? [autoNote(resolved.name)] : []),
      ...assignment.notes,
      ...overlapNotes(rows),
      ...otherEventNotes(otherRows.length, keptOthers.length, foretells(resolved.name, positives)),
      ...splitNotes(split),
      ...mostlyColdNotes(split),
      ...orientationNotes(positives),
    ],
  };
}

/** Rows of positives and rows of all other events, each ascending. */
function rowsByEvent({ userIndex, event }: Interactions): [Int32Array, Int32Array] {
  const positive = new Int32Array(userIndex.length);
  const other = new Int32Array(userIndex.length);
  let numPositive = 0;
  let numOther = 0;
  for (let row = 0; row < userIndex.length; row++) {
    if (event && event[row] !== EVENT_CODES.positive) other[numOther++] = row;
    else positive[numPositive++] = row;
  }
  return [positive.slice(0, numPositive), other.slice(0, numOther)];
}

function selectPart(part: Uint8Array, rows: Int32Array): Uint8Array {
  const selected = new Uint8Array(rows.length);
  for (let i = 0; i < rows.length; i++) selected[i] = part[rows[i]];
  return selected;
}

/** Positives, then the other events, with an event column. */
function joined(positives: Interactions, others: Interactions): Interactions {
  const length = positives.userIndex.length;
  const event = new Uint8Array(length + others.userIndex.length);
  event.fill(EVENT_CODES.positive, 0, length);
  event.set(others.event!, length);
  const concat = <T extends Int32Array | Float64Array | Float32Array>(a: T, b: T): T => {
    const both = new (a.constructor as new (size: number) => T)(a.length + b.length);
    both.set(a);
    both.set(b, a.length);
    return both;
  };
  return {
    userIndex: concat(positives.userIndex, others.userIndex),
    itemIndex: concat(positives.itemIndex, others.itemIndex),
    timestamp: positives.timestamp && concat(positives.timestamp, others.timestamp!),
    weight: positives.weight && concat(positives.weight, others.weight!),
    event,
  };
}

function overlapNotes({ dropped, valid }: DisjointRows): string[] {
  const notes: string[] = [];
  if (dropped.train > 0) {
    const which = dropped.train === valid.length ? 'validation is a subset of train' : 'validation and train overlap';
    notes.push(`${which}: ${dropped.train} of ${valid.length} validation pairs were taken out of train`);
  }
  if (dropped.valid > 0) notes.push(`${dropped.valid} validation interactions repeat a known pair and were dropped`);
  if (dropped.test > 0) {
    notes.push(`${dropped.test} test interactions repeat a pair of train or validation and were dropped`);
  }
  return notes;
}

function otherEventNotes(found: number, kept: number, foretold: boolean): string[] {
  if (found === 0) return [];
  const kinds = `${kept} of ${found} events that are no positives are kept beside train`;
  if (!foretold) return [`${kinds}; the rest came later or are of pairs that are positives in train`];
  return [
    `${kinds}; the rest are of pairs that are positives, the held-out ones included, so that negatives from these events ` +
      'know a little of what is held out; split by time to have it otherwise',
  ];
}

function autoNote(name: string): string {
  if (name !== 'random') return `split: ${name}`;
  return 'split: random, as no time column is known; data.columns.timestamp (--columns timestamp=NAME) names one';
}

/** A global cut through a log in which users come and go. */
function mostlyColdNotes({ resolved, counts, cold }: SplitDescription): string[] {
  if (resolved.name !== 'global-time' || cold.test.pairsOfColdUsers * 2 <= counts.test) return [];
  return [
    'most test interactions are by users whom train never saw; data.split.name=per-user-time keeps all users known',
  ];
}

/** Signs that the wrong columns were taken. */
function orientationNotes({ users, items }: Positives): string[] {
  const notes: string[] = [];
  if (users.size === 1) notes.push('there is only one user; is data.columns.user the right column?');
  if (items.size === 1) notes.push('there is only one item; is data.columns.item the right column?');
  return notes;
}
