/**
 * What a split decides: one part for every positive interaction.
 */
import type { Interactions } from '../interaction-set.js';
import type { Vocabulary } from '../vocabulary.js';

/** What splits work on: the positive interactions only. */
export interface Positives extends Interactions {
  readonly users: Vocabulary;
  readonly items: Vocabulary;
}

export interface Assignment {
  /** PARTS, one an interaction, `[numInteractions]`. */
  readonly part: Uint8Array;
  /** 1 where a held-out interaction is input from which its user is made, not truth, `[numInteractions]`. */
  readonly isFoldIn?: Uint8Array;
  /** Whether a pair in both train and validation belongs to validation; otherwise it belongs to train. */
  readonly validBeforeTrain?: boolean;
  /** Sentences about how it was cut. */
  readonly notes: readonly string[];
}

/** Rows of each user in row order (CSR): rows[offsets[u] … offsets[u+1]). */
interface RowsByUser {
  /** `[numUsers + 1]` */
  readonly offsets: Int32Array;
  /** `[numInteractions]` */
  readonly rows: Int32Array;
}

export function rowsByUser({ userIndex, users }: Pick<Positives, 'userIndex' | 'users'>): RowsByUser {
  const offsets = new Int32Array(users.size + 1);
  for (const user of userIndex) offsets[user + 1]++;
  for (let user = 0; user < users.size; user++) offsets[user + 1] += offsets[user];
  const next = offsets.slice(0, users.size);
  const rows = new Int32Array(userIndex.length);
  for (let row = 0; row < userIndex.length; row++) rows[next[userIndex[row]]++] = row;
  return { offsets, rows };
}

/**
 * How many of `total` are held out for test and validation: each share rounded, but at least one stays in train
 * (validation gives way first).
 */
export function heldOutCounts(total: number, ratios: { validRatio: number; testRatio: number }): [number, number] {
  const test = Math.min(Math.round(total * ratios.testRatio), Math.max(0, total - 1));
  const valid = Math.min(Math.round(total * ratios.validRatio), Math.max(0, total - 1 - test));
  return [valid, test];
}
