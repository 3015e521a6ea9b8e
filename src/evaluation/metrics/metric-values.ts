/** Metrics of a hit matrix, by report key. */
import type { HitMatrix } from '../hit-matrix.js';
import type { Exposure, Metric } from './metric.js';

/** Per-user values, `[numUsers]` each, of the list and rank metrics among `metrics`. */
export function perUserValues(
  matrix: HitMatrix,
  metrics: ReadonlyMap<string, Metric>,
  topK: readonly number[],
): Record<string, Float32Array> {
  const { depth, hits, numRelevant, meanRanks } = matrix;
  const values: Record<string, Float32Array> = {};
  for (const [name, metric] of metrics) {
    if (metric.kind === 'rank' && meanRanks) values[name] = Float32Array.from(meanRanks);
    if (metric.kind !== 'list') continue;
    for (const wanted of topK) {
      const k = Math.min(wanted, depth);
      const ofUsers = new Float32Array(numRelevant.length);
      for (let row = 0; row < ofUsers.length; row++) {
        ofUsers[row] = metric.ofList(hits, k, numRelevant[row], row * depth, wanted);
      }
      values[`${name}@${wanted}`] = ofUsers;
    }
  }
  return values;
}

/** Values of the exposure metrics among `metrics`. */
export function exposureValues(
  matrix: HitMatrix,
  metrics: ReadonlyMap<string, Metric>,
  topK: readonly number[],
  itemDegrees: Int32Array,
): Record<string, number> {
  const values: Record<string, number> = {};
  for (const k of topK) {
    const counts = exposureCounts(matrix, Math.min(k, matrix.depth), itemDegrees.length);
    const exposure: Exposure = { counts, itemDegrees };
    for (const [name, metric] of metrics) {
      if (metric.kind === 'exposure') values[`${name}@${k}`] = metric.ofExposure(exposure);
    }
  }
  return values;
}

/** How often each item is among the first K of a list, `[numItems]`. */
function exposureCounts({ userIndices, depth, ids }: HitMatrix, k: number, numItems: number): Int32Array {
  const counts = new Int32Array(numItems);
  for (let row = 0; row < userIndices.length; row++) {
    for (let at = row * depth; at < row * depth + k; at++) if (ids[at] >= 0) counts[ids[at]]++;
  }
  return counts;
}

/** Mean, summed in double precision and in index order. NaN of nothing. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}
