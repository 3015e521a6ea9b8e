/**
 * Numbers as buckets: bucket b holds what is at least bounds[b-1] and less than bounds[b]; the first and the last are open.
 * No bucket is empty in fitting, so whatever number comes later falls into one that was trained.
 */

/**
 * Bounds of up to `count` buckets of about as many numbers each. Equal numbers are never parted, so that a number which
 * comes up often makes a bucket of its own and the others fewer.
 *
 * @param sorted ascending, finite
 * @returns ascending, `[numBuckets - 1]`
 */
export function quantileBounds(sorted: Float64Array, count: number): number[] {
  const bounds: number[] = [];
  for (let bucket = 1; bucket < count; bucket++) {
    const bound = sorted[Math.floor((bucket * sorted.length) / count)];
    // JSON knows no -0
    if (bound > (bounds.at(-1) ?? sorted[0])) bounds.push(bound + 0);
  }
  return bounds;
}

/** The bucket of a finite number: how many bounds it has reached. */
export function bucketOf(bounds: readonly number[], number: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (number >= bounds[middle]) low = middle + 1;
    else high = middle;
  }
  return low;
}
