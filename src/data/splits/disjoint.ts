/**
 * Makes train, validation and test disjoint pair sets: a pair stays in the first part that holds it, and held-out parts
 * lose repeats of their own. (Train keeps its repeats: they are merged into one weighted edge.)
 */
import { PARTS } from '../interaction-log.js';
import type { Assignment, Positives } from './assignment.js';
import { rowsByUser } from './assignment.js';

export interface DisjointRows {
  /** Rows of the interactions, ascending. */
  readonly train: Int32Array;
  readonly valid: Int32Array;
  readonly test: Int32Array;
  /** Rows that an earlier part, or for held-out rows their own, knew already. */
  readonly dropped: { readonly train: number; readonly valid: number; readonly test: number };
}

const NUM_PARTS = Object.keys(PARTS).length;
const DROPPED = NUM_PARTS;

/** Goes user by user with one stamp per item: linear in interactions, one number an item of extra memory. */
export function disjointRows(positives: Positives, { part, validBeforeTrain }: Assignment): DisjointRows {
  const order = validBeforeTrain ? [PARTS.valid, PARTS.train, PARTS.test] : [PARTS.train, PARTS.valid, PARTS.test];
  const { offsets, rows } = rowsByUser(positives);
  const stamps = new Int32Array(positives.items.size).fill(-1);
  const finalPart = part.slice();
  const dropped = [0, 0, 0];
  for (let user = 0; user < positives.users.size; user++) {
    for (const current of order) {
      const stamp = user * NUM_PARTS + current;
      for (let at = offsets[user]; at < offsets[user + 1]; at++) {
        const row = rows[at];
        if (part[row] !== current) continue;
        const item = positives.itemIndex[row];
        const isKnown = stamps[item] >= user * NUM_PARTS;
        if (isKnown && !(current === PARTS.train && stamps[item] === stamp)) {
          finalPart[row] = DROPPED;
          dropped[current]++;
        } else stamps[item] = stamp;
      }
    }
  }
  return {
    train: rowsOfPart(finalPart, PARTS.train),
    valid: rowsOfPart(finalPart, PARTS.valid),
    test: rowsOfPart(finalPart, PARTS.test),
    dropped: { train: dropped[PARTS.train], valid: dropped[PARTS.valid], test: dropped[PARTS.test] },
  };
}

/** Rows whose entry is `code`, ascending. */
export function rowsOfPart(part: Uint8Array, code: number): Int32Array {
  const rows = new Int32Array(part.length);
  let length = 0;
  for (let row = 0; row < part.length; row++) if (part[row] === code) rows[length++] = row;
  return rows.slice(0, length);
}
