/**
 * The adjacency of a step with some of its edges left out at random, both ways alike (message dropout: Wang et al. 2019, NGCF,
 * SIGIR, arXiv 1905.08108, section 3.3.1). What stays is divided by 1 − share, so that sums keep their expectation; degrees are those
 * of the whole graph. A user of rows `history` is thus made of another part of its history each time.
 */
import { type CounterKey, counterUniform } from '../../core/counter-rng.js';
import type { Adjacency } from '../../graph/adjacency.js';

/** @param share in [0, 1) */
export function droppedMessages(
  adjacency: Adjacency,
  { share, key }: { readonly share: number; readonly key: CounterKey },
): Adjacency {
  const { offsets, columns, values: whole } = adjacency;
  const values = new Float32Array(whole.length);
  for (let row = 0; row + 1 < offsets.length; row++) {
    for (let entry = offsets[row]; entry < offsets[row + 1]; entry++) {
      if (counterUniform(key, edgeCounter(row, columns[entry])) >= share) values[entry] = whole[entry] / (1 - share);
    }
  }
  return { ...adjacency, values };
}

/** The same both ways, whichever edges there are beside it. */
function edgeCounter(a: number, b: number): number {
  return (Math.imul(Math.min(a, b), 0x9e3779b1) + Math.max(a, b)) >>> 0;
}
