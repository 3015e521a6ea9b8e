/** Spherical k-means: planted clusters found, each point at its nearest centroid, the same every time, degenerate input. */
import { describe, expect, it } from 'vitest';
import { randomMatrix } from '../../../tests/random-arrays.js';
import { RUNNABLE_BACKENDS } from '../../../tests/runnable-backends.js';
import { useBackend } from '../../backend/index.js';
import { Rng } from '../../core/rng.js';
import { kMeans } from '../index.js';

const dim = 6;
const unit = (values: Float32Array): Float32Array =>
  values.map((value, at) => value / Math.hypot(...values.subarray(at - (at % dim), at - (at % dim) + dim)));
const cosine = (a: Float32Array, i: number, b: Float32Array, j: number): number => {
  let sum = 0;
  for (let d = 0; d < dim; d++) sum += a[i * dim + d] * b[j * dim + d];
  return sum;
};

describe.each(RUNNABLE_BACKENDS)('k-means on %s', (backend) => {
  const centres = unit(randomMatrix(4, dim, 'centres'));
  const noise = randomMatrix(200, dim, 'noise');
  const points = unit(noise.map((value, at) => 0.1 * value + centres[(Math.floor(at / dim) % 4) * dim + (at % dim)]));

  it('finds planted clusters, from some start', async () => {
    await useBackend(backend);
    const tries = [];
    for (const seed of [1, 2, 3, 4, 5])
      tries.push(await kMeans(points, { dim, numClusters: 4, iterations: 50, rng: Rng.of(seed) }));
    const best = tries.reduce((a, b) => (b.meanCosine > a.meanCosine ? b : a));
    expect(best.converged).toBe(true);
    const labels = [0, 1, 2, 3].map((k) => best.assignment[k]);
    expect(new Set(labels).size).toBe(4);
    for (const [point, cluster] of best.assignment.entries()) expect(cluster).toBe(labels[point % 4]);
  });

  it('puts every point with its nearest centroid, which is the direction of its points', async () => {
    await useBackend(backend);
    const scattered = unit(randomMatrix(150, dim, 'scattered'));
    const { assignment, centroids, converged } = await kMeans(scattered, {
      dim,
      numClusters: 9,
      iterations: 200,
      rng: Rng.of(3),
    });
    expect(converged).toBe(true);
    for (let point = 0; point < 150; point++) {
      const own = cosine(scattered, point, centroids, assignment[point]);
      for (let k = 0; k < 9; k++) expect(cosine(scattered, point, centroids, k)).toBeLessThanOrEqual(own + 1e-6);
    }
    for (let k = 0; k < 9; k++) {
      const sum = new Float64Array(dim);
      for (let at = 0; at < scattered.length; at++) {
        if (assignment[Math.floor(at / dim)] === k) sum[at % dim] += scattered[at];
      }
      const length = Math.hypot(...sum);
      expect(length).toBeGreaterThan(0);
      for (let d = 0; d < dim; d++) expect(centroids[k * dim + d]).toBeCloseTo(sum[d] / length, 5);
    }
  });

  it('is the same for the same seed, and stops when it may not go on', async () => {
    await useBackend(backend);
    const runs = [];
    for (const seed of [7, 7, 8])
      runs.push(await kMeans(points, { dim, numClusters: 5, iterations: 3, rng: Rng.of(seed) }));
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2].centroids).not.toEqual(runs[0].centroids);
    expect(
      await kMeans(unit(randomMatrix(150, dim, 'scattered')), { dim, numClusters: 9, iterations: 1, rng: Rng.of(3) }),
    ).toMatchObject({
      iterations: 1,
      converged: false,
    });
  });

  it('gives equal points to one cluster each time, and fills empty ones', async () => {
    await useBackend(backend);
    const same = new Float32Array(10 * dim).map((_, at) => (at % dim === 0 ? 1 : 0));
    const { assignment, centroids } = await kMeans(same, { dim, numClusters: 3, iterations: 10, rng: Rng.of(1) });
    expect(new Set(assignment)).toEqual(new Set([0]));
    for (const value of centroids) expect(Number.isFinite(value)).toBe(true);
    const three = await kMeans(points.slice(0, 3 * dim), { dim, numClusters: 3, iterations: 10, rng: Rng.of(1) });
    expect([...three.assignment].sort()).toEqual([0, 1, 2]);
    await expect(
      kMeans(points.slice(0, 2 * dim), { dim, numClusters: 3, iterations: 10, rng: Rng.of(1) }),
    ).rejects.toThrow(/as many clusters as points \(2\), got 3/);
  });
});
