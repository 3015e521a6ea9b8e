/**
 * The candidate list of one softmax step: the batch's own positives first, then what other sources add (mixed negative
 * sampling, Yang et al. 2020, WWW companion), with the log-probability of each under the mixture of all sources.
 */
import type { Rng } from '../core/rng.js';
import type { NegativeSource, PositiveBatch } from './negative-source.js';

export interface Candidates {
  /** Dense item indices, `[numCandidates]`; the first batchSize are the batch's positives in order. */
  readonly ids: Int32Array;
  /** log Σ_s share_s · q_s(id), share_s = the source's part of the list, `[numCandidates]`. */
  readonly logQ: Float32Array;
}

/** @param sources in-batch first; its draw puts the positives at the head of the list */
export function drawCandidates(sources: readonly NegativeSource[], batch: PositiveBatch, rng: Rng): Candidates {
  const draws = sources.map((source) => source.draw(batch, rng));
  const total = draws.reduce((sum, ids) => sum + ids.length, 0);
  const ids = new Int32Array(total);
  let at = 0;
  for (const draw of draws) {
    ids.set(draw, at);
    at += draw.length;
  }
  const logQ = new Float32Array(total);
  for (let i = 0; i < total; i++) {
    let probability = 0;
    for (let s = 0; s < sources.length; s++) probability += (draws[s].length / total) * sources[s].probability(ids[i]);
    logQ[i] = Math.log(probability);
  }
  return { ids, logQ };
}
