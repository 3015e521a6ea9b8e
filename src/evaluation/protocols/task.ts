/** A task: which items compete and which held-out pairs count. One file a task beside this one; `registry.ts` has them all. */
import { pairsWhere, type Ragged } from '../../core/ragged.js';

/** What a part of a graph holds out, and what training knew. */
export interface HeldOut {
  /** Held-out items, `[numUsers]` rows. */
  readonly relevant: Ragged;
  /** Training interactions, `[numItems]`. */
  readonly itemDegrees: Int32Array;
  /** Training interactions, `[numUsers]`. */
  readonly userDegrees: Int32Array;
  /** What users whom training never saw are made of, `[numUsers]` rows; absent: none are. */
  readonly foldIn?: Ragged;
}

/** The task as a graph's held-out pairs give it. */
export interface Question {
  /** Items that are ranked, ascending; absent: all, `[numCandidates]`. */
  readonly candidates?: Int32Array;
  /** The held-out pairs that count, `[numUsers]` rows: candidates all. */
  readonly relevant: Ragged;
}

export interface Task {
  /** Who competes and what counts, as a sentence. */
  readonly definition: string;
  /** Undefined where nothing of it is held out. */
  readonly ask: (heldOut: HeldOut) => Question | undefined;
}

/** Indices of the degrees that `keep` lets through, ascending. */
export function indicesWhere(degrees: Int32Array, keep: (degree: number) => boolean): Int32Array {
  return Int32Array.from(degrees.keys()).filter((index) => keep(degrees[index]));
}

/** The held-out pairs that `keep` lets through, undefined without any. */
export function keptPairs(pairs: Ragged, keep: (user: number, item: number) => boolean): Ragged | undefined {
  const kept = pairsWhere(pairs, keep);
  return kept.values.length > 0 ? kept : undefined;
}
