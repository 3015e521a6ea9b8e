/**
 * The ordered corrections between similarity and softmax, in one place: similarity → temperature → logQ correction →
 * accidental-hit and false-negative mask → log-softmax → per-anchor loss → mean. The fused softmax op takes them
 * together as a plan; this file is the only one that makes plans.
 */
import type { Ragged } from '../../core/ragged.js';
import type { SoftmaxPlan } from '../../ops/index.js';

export interface LogitCorrections {
  /** Divides the similarities. Too small: only the hardest negatives teach; too large: all teach alike, and little. */
  readonly temperature: number;
  /** log-probability with which each candidate was sampled; its negative is added to the logits, `[numCandidates]`. */
  readonly logQ?: Float32Array;
  /** Candidates that do not count for an anchor, one row an anchor. */
  readonly masked?: Ragged;
}

/** @param positive column of each anchor's positive, `[numAnchors]` */
export function logitPlan(positive: Int32Array, { temperature, logQ, masked }: LogitCorrections): SoftmaxPlan {
  return { positive, temperature, keyBias: logQ?.map((value) => -value), masked };
}

/** 0 … length-1: anchor i's positive is candidate i. */
export function diagonal(length: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => i);
}
