/**
 * Which candidates of a batch are not negatives at all: copies of the row's own positive (accidental hits) and other
 * items that the row's user did interact with in training (false negatives).
 */
import type { Ragged } from '../core/ragged.js';
import type { BipartiteCsr } from '../graph/bipartite-csr.js';
import type { PositiveBatch } from './negative-source.js';

export interface MaskOptions {
  /** Mask further copies of the row's positive. */
  readonly accidentalHits: boolean;
  /** Mask every other item of the user's training history; implies nothing about the positive's copies. */
  readonly falseNegatives: boolean;
}

/** The guard of the configuration. */
export interface GuardOptions {
  readonly accidentalHits: 'remove' | 'keep';
  readonly falseNegatives: 'remove' | 'down-weight' | 'keep';
  /** Under `down-weight`: factor of the candidate's part of the loss, in (0, 1]. */
  readonly falseNegativeWeight: number;
}

/** Candidates that a row does not count, or counts less. */
export interface MaskedCandidates {
  /** Columns of each row, never the row's positive column, `[batchSize]` rows. */
  readonly masked: Ragged;
  /** Added to those logits, log of the weight; absent: −∞ for all, `[masked.values.length]`. */
  readonly bias?: Float32Array;
}

/**
 * @param candidates item of each candidate, `[numCandidates]`
 * @param positivesFirst whether column i holds row i's positive, which is then never masked for row i
 * @returns masked columns of each row, `[batchSize]` rows
 */
export function maskedCandidates(
  graph: BipartiteCsr,
  batch: PositiveBatch,
  candidates: Int32Array,
  options: MaskOptions,
  positivesFirst = true,
): Ragged {
  // columns of an item are a chain, ascending: its first one, and for each column the next
  const firstColumn = new Map<number, number>();
  const nextColumn = new Int32Array(candidates.length);
  for (let column = candidates.length - 1; column >= 0; column--) {
    nextColumn[column] = firstColumn.get(candidates[column]) ?? -1;
    firstColumn.set(candidates[column], column);
  }
  const batchSize = batch.userIndex.length;
  const offsets = new Int32Array(batchSize + 1);
  const values: number[] = [];
  for (let row = 0; row < batchSize; row++) {
    const positive = batch.itemIndex[row];
    if (options.accidentalHits) {
      for (let column = firstColumn.get(positive) ?? -1; column >= 0; column = nextColumn[column]) {
        if (!positivesFirst || column !== row) values.push(column);
      }
    }
    if (options.falseNegatives) {
      const user = batch.userIndex[row];
      for (let edge = graph.userOffsets[user]; edge < graph.userOffsets[user + 1]; edge++) {
        const item = graph.userNeighbors[edge];
        if (item === positive) continue;
        for (let column = firstColumn.get(item) ?? -1; column >= 0; column = nextColumn[column]) values.push(column);
      }
    }
    offsets[row + 1] = values.length;
  }
  const masked = { offsets, values: Int32Array.from(values) };
  if (options.falseNegatives) {
    for (let row = 0; row < batchSize; row++) masked.values.subarray(offsets[row], offsets[row + 1]).sort();
  }
  return masked;
}

/** `maskedCandidates` by the guard of the configuration. */
export function guardCandidates(
  graph: BipartiteCsr,
  batch: PositiveBatch,
  candidates: Int32Array,
  guard: GuardOptions,
  positivesFirst: boolean,
): MaskedCandidates {
  const masked = maskedCandidates(
    graph,
    batch,
    candidates,
    { accidentalHits: guard.accidentalHits === 'remove', falseNegatives: guard.falseNegatives !== 'keep' },
    positivesFirst,
  );
  if (guard.falseNegatives !== 'down-weight') return { masked };
  const bias = new Float32Array(masked.values.length).fill(Math.log(guard.falseNegativeWeight));
  for (let row = 0; row < batch.itemIndex.length; row++) {
    for (let at = masked.offsets[row]; at < masked.offsets[row + 1]; at++) {
      if (candidates[masked.values[at]] === batch.itemIndex[row]) bias[at] = Number.NEGATIVE_INFINITY;
    }
  }
  return { masked, bias };
}
