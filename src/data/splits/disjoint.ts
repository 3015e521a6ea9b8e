/**
 * Makes train, validation and test disjoint pair sets: a held-out pair that an earlier part holds is dropped, and so is
 * its repetition within its own part. (Train keeps its repeats: they are merged into one weighted edge.)
 */
import { PARTS } from '../interaction-log.js';
import type { Interactions } from '../interaction-set.js';
import { PairTable } from '../pair-table.js';

export interface DisjointRows {
  /** Rows of the interactions, ascending. */
  readonly train: readonly number[];
  readonly valid: readonly number[];
  readonly test: readonly number[];
  /** Held-out rows whose pair was known already. */
  readonly dropped: { readonly valid: number; readonly test: number };
}

export function disjointRows(interactions: Interactions, part: Uint8Array): DisjointRows {
  const { userIndex, itemIndex } = interactions;
  const seen = new PairTable(interactions);
  const isNew = (row: number): boolean => seen.findOrAdd(userIndex[row], itemIndex[row], row) < 0;
  const rowsIn = (code: number): number[] => {
    const rows: number[] = [];
    for (let row = 0; row < part.length; row++) if (part[row] === code) rows.push(row);
    return rows;
  };
  const train = rowsIn(PARTS.train);
  for (const row of train) isNew(row);
  const allValid = rowsIn(PARTS.valid);
  const valid = allValid.filter(isNew);
  const allTest = rowsIn(PARTS.test);
  const test = allTest.filter(isNew);
  return {
    train,
    valid,
    test,
    dropped: { valid: allValid.length - valid.length, test: allTest.length - test.length },
  };
}
