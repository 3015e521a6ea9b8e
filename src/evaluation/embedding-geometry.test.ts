import { describe, expect, it } from 'vitest';
import { Rng } from '../core/rng.js';
import type { Embeddings } from '../retrieval/recommender.js';
import { alignmentUniformity } from './alignment-uniformity.js';
import { checkCollapse } from './collapse.js';
import { embeddingGeometry, itemHubness } from './embedding-geometry.js';

const gaussians = (length: number, label: string): Float32Array => {
  const rng = Rng.of(11, label);
  return Float32Array.from({ length }, () => rng.normal());
};
const embeddings = (users: Float32Array, items: Float32Array, embeddingDim: number): Embeddings => ({
  users,
  items,
  embeddingDim,
  normalized: false,
});
const pairsOf = (pairs: number[][]) => ({
  userIndex: Int32Array.from(pairs, (pair) => pair[0]),
  itemIndex: Int32Array.from(pairs, (pair) => pair[1]),
});

describe('alignment and uniformity', () => {
  it('equal their definitions over all pairs', () => {
    const users = gaussians(6 * 3, 'users');
    const items = gaussians(5 * 3, 'items');
    const rows = (values: Float32Array) =>
      Array.from({ length: values.length / 3 }, (_, row) => {
        const v = [...values.subarray(row * 3, row * 3 + 3)];
        const norm = Math.hypot(...v);
        return v.map((value) => value / norm);
      });
    const distance = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0);
    const uniformity = (points: number[][]) => {
      const terms = points.flatMap((a, i) => points.slice(i + 1).map((b) => Math.exp(-2 * distance(a, b))));
      return Math.log(terms.reduce((sum, value) => sum + value, 0) / terms.length);
    };
    const pairs = [
      [0, 1],
      [5, 4],
      [2, 2],
      [0, 3],
    ];
    const result = alignmentUniformity(embeddings(users, items, 3), pairsOf(pairs));
    const distances = pairs.map(([user, item]) => distance(rows(users)[user], rows(items)[item]));
    expect(result.alignment).toBeCloseTo(distances.reduce((sum, value) => sum + value, 0) / 4, 5);
    expect(result.uniformityUsers).toBeCloseTo(uniformity(rows(users)), 5);
    expect(result.uniformityItems).toBeCloseTo(uniformity(rows(items)), 5);
  });

  it('has its closed forms: one point, two opposite points', () => {
    const same = alignmentUniformity(
      embeddings(Float32Array.of(2, 0, 5, 0), Float32Array.of(1, 0, 3, 0), 2),
      pairsOf([
        [0, 0],
        [1, 1],
      ]),
    );
    expect(same).toEqual({ alignment: 0, uniformityUsers: 0, uniformityItems: 0 });
    const opposite = alignmentUniformity(
      embeddings(Float32Array.of(2, 0, -5, 0), Float32Array.of(-1, 0, 0, 3), 2),
      pairsOf([[0, 0]]),
    );
    expect(opposite.alignment).toBe(4);
    expect(opposite.uniformityUsers).toBeCloseTo(-8, 12);
    expect(opposite.uniformityItems).toBeCloseTo(-4, 6);
  });

  it('samples above the limit: near the full figure, the same for the same seed', () => {
    const table = embeddings(gaussians(300 * 4, 'u'), gaussians(200 * 4, 'i'), 4);
    const pairs = pairsOf(Array.from({ length: 3000 }, (_, i) => [i % 300, (i * 7) % 200]));
    const full = alignmentUniformity(table, pairs);
    const sampled = alignmentUniformity(table, pairs, { maxPairs: 2500, seed: 1 });
    for (const key of ['alignment', 'uniformityUsers', 'uniformityItems'] as const) {
      expect(Math.abs(sampled[key] - full[key])).toBeLessThan(0.1);
      expect(sampled[key]).not.toBe(full[key]);
    }
    expect(alignmentUniformity(table, pairs, { maxPairs: 2500, seed: 1 })).toEqual(sampled);
    expect(alignmentUniformity(table, pairs, { maxPairs: 2500, seed: 2 })).not.toEqual(sampled);
  });

  it('never pairs a point with itself', () => {
    // all different points are equally far apart, so any sample has the value of all pairs
    const axes = Float32Array.from({ length: 36 }, (_, at) => (at % 7 === 0 ? 1 : 0));
    const result = alignmentUniformity(embeddings(axes, axes, 6), pairsOf([[0, 0]]), { maxPairs: 10 });
    expect(result.uniformityUsers).toBeCloseTo(-4, 6);
  });

  it('leaves out vectors of zeros', () => {
    const table = embeddings(Float32Array.of(1, 0, 0, 0, 0, 1), Float32Array.of(1, 0, 0, 0), 2);
    const result = alignmentUniformity(
      table,
      pairsOf([
        [0, 0],
        [1, 0],
        [2, 1],
      ]),
    );
    expect(result.alignment).toBe(0);
    expect(result.uniformityUsers).toBeCloseTo(-4, 6);
    expect(result.uniformityItems).toBeNaN();
  });
});

describe('hubness of items', () => {
  const naive = (items: Float32Array, dim: number, k: number): number => {
    const rows = Array.from({ length: items.length / dim }, (_, row) => [
      ...items.subarray(row * dim, (row + 1) * dim),
    ]);
    const cosine = (a: number[], b: number[]) =>
      a.reduce((sum, value, i) => sum + value * b[i], 0) / (Math.hypot(...a) * Math.hypot(...b));
    const counts = rows.map(() => 0);
    for (const [row, vector] of rows.entries()) {
      const others = [...rows.keys()].filter((other) => other !== row);
      others.sort((a, b) => cosine(vector, rows[b]) - cosine(vector, rows[a]));
      for (const other of others.slice(0, k)) counts[other]++;
    }
    const moment = (power: number) => counts.reduce((sum, count) => sum + (count - k) ** power, 0) / counts.length;
    return moment(3) / moment(2) ** 1.5;
  };

  it('is the skewness of how often an item is among the nearest of another', async () => {
    const items = gaussians(60 * 6, 'hubs');
    const users = gaussians(3 * 6, 'users');
    for (const k of [1, 5, 10]) {
      expect(await itemHubness(embeddings(users, items, 6), { k })).toBeCloseTo(naive(items, 6, k), 6);
    }
    const geometry = await embeddingGeometry(embeddings(users, items, 6), pairsOf([[0, 1]]));
    expect(geometry.hubnessItems).toBeCloseTo(naive(items, 6, 10), 6);
    expect(geometry).toMatchObject(alignmentUniformity(embeddings(users, items, 6), pairsOf([[0, 1]])));
  });

  it('has its closed forms: a star of which the middle is the nearest of all others, and a ring', async () => {
    // rays e_0 + 2 e_i around e_0: the middle is nearest to each, and has some ray for its own nearest
    const rays = 9;
    const dim = rays + 1;
    const star = new Float32Array((rays + 1) * dim);
    star[0] = 1;
    for (let ray = 1; ray <= rays; ray++) {
      star[ray * dim] = 1;
      star[ray * dim + ray] = 2;
    }
    const counts = [rays, 1, ...new Array(rays - 1).fill(0)];
    const mean = 1;
    const moment = (power: number) => counts.reduce((sum, count) => sum + (count - mean) ** power, 0) / counts.length;
    expect(await itemHubness(embeddings(star, star, dim), { k: 1 })).toBeCloseTo(moment(3) / moment(2) ** 1.5, 10);
    const ring = Float32Array.from({ length: 24 }, (_, at) => {
      const angle = (2 * Math.PI * Math.floor(at / 2)) / 12;
      return at % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
    });
    expect(await itemHubness(embeddings(ring, ring, 2), { k: 2 })).toBe(0);
  });

  it('leaves out items without a vector, and has nothing to say of two', async () => {
    const items = gaussians(30 * 4, 'some');
    const more = new Float32Array(35 * 4);
    more.set(items);
    const users = gaussians(4, 'one');
    const [own, padded] = [
      await itemHubness(embeddings(users, items, 4), { k: 3 }),
      await itemHubness(embeddings(users, more, 4), { k: 3 }),
    ];
    expect(padded).toBeCloseTo(own, 10);
    expect(await itemHubness(embeddings(users, items.subarray(0, 8), 4))).toBeNaN();
  });

  it('asks a sample of many: the same for the same seed', async () => {
    const table = embeddings(gaussians(4, 'one'), gaussians(300 * 4, 'many'), 4);
    const sampled = await itemHubness(table, { maxQueries: 100 });
    expect(await itemHubness(table, { maxQueries: 100 })).toBe(sampled);
    expect(await itemHubness(table, { maxQueries: 100, seed: 1 })).not.toBe(sampled);
    expect(Math.abs(sampled - (await itemHubness(table)))).toBeLessThan(0.5);
  });
});

describe('checkCollapse', () => {
  const DIM = 8;
  const noise = gaussians(500 * DIM, 'noise');

  it('is quiet about spread-out vectors, whose effective rank is near the dimension', () => {
    const check = checkCollapse(noise, DIM, 'user');
    expect(check.diagnosis).toBeUndefined();
    expect(Math.abs(check.meanCosine)).toBeLessThan(0.02);
    expect(check.effectiveRank).toBeGreaterThan(7.8);
    expect(check.effectiveRank).toBeLessThanOrEqual(DIM + 1e-9);
  });

  it('is quiet about a common direction that leaves room for taste', () => {
    expect(
      checkCollapse(
        noise.map((value) => value + 2),
        DIM,
        'user',
      ).diagnosis,
    ).toBeUndefined();
  });

  it('raises the alarm for one point, for two opposite points, for zeros and for NaN', () => {
    const onePoint = noise.map((value) => 1 + 0.01 * value);
    expect(checkCollapse(onePoint, DIM, 'item').diagnosis).toMatch(
      /item embeddings are nearly one point: mean cosine 0\.99/,
    );
    const line = noise.map((value, at) => (Math.floor(at / DIM) % 2 ? 1 : -1) * (1 + 1e-4 * value));
    expect(checkCollapse(line, DIM, 'user').diagnosis).toMatch(
      /user embeddings are nearly one line: effective rank 1\.0/,
    );
    expect(checkCollapse(new Float32Array(DIM * 3), DIM, 'user').diagnosis).toMatch(/all user embeddings are zero/);
    expect(
      checkCollapse(
        noise.map((value, at) => (at === 77 ? Number.NaN : value)),
        DIM,
        'user',
      ).diagnosis,
    ).toMatch(/NaN/);
  });

  it('has the mean cosine of all pairs and the rank of independent directions', () => {
    const axes = Float32Array.of(1, 0, 0, 0, 3, 0, 0, 0, 2);
    const check = checkCollapse(axes, 3, 'user');
    expect(check.meanCosine).toBeCloseTo(0, 12);
    expect(check.effectiveRank).toBeCloseTo(3, 10);
    const table = noise.slice(0, 6 * DIM);
    const cosines: number[] = [];
    for (let a = 0; a < 6; a++) {
      for (let b = 0; b < a; b++) {
        const x = table.subarray(a * DIM, (a + 1) * DIM);
        const y = table.subarray(b * DIM, (b + 1) * DIM);
        cosines.push(x.reduce((sum, value, i) => sum + value * y[i], 0) / (Math.hypot(...x) * Math.hypot(...y)));
      }
    }
    const mean = cosines.reduce((sum, value) => sum + value, 0) / cosines.length;
    expect(checkCollapse(table, DIM, 'user').meanCosine).toBeCloseTo(mean, 6);
  });

  it('costs an instant at any width, and sees the same there', () => {
    for (const [numRows, dim] of [
      [6, 4096],
      [500, 1024],
      [1500, 2048],
      [1500, 300],
    ]) {
      const wide = gaussians(numRows * dim, `wide ${dim}`);
      const begin = performance.now();
      const check = checkCollapse(wide, dim, 'user');
      expect(performance.now() - begin).toBeLessThan(2000);
      expect(check.diagnosis).toBeUndefined();
      expect(check.effectiveRank).toBeGreaterThan(0.9 * Math.min(numRows, 100));
      const line = wide.map((value, at) => (Math.floor(at / dim) % 2 ? 1 : -1) * (1 + 1e-4 * value));
      expect(checkCollapse(line, dim, 'user').diagnosis).toMatch(/nearly one line: effective rank 1\.0/);
      const point = wide.map((value) => 1 + 0.01 * value);
      expect(checkCollapse(point, dim, 'user').diagnosis).toMatch(/nearly one point: mean cosine 0\.99/);
    }
  });

  it('has the same rank from rows as from columns', () => {
    // 9 rows of 8 numbers, and the same rows with zeros behind them
    const rows = noise.slice(0, 9 * DIM);
    const wide = new Float32Array(9 * 50);
    for (let row = 0; row < 9; row++) wide.set(rows.subarray(row * DIM, (row + 1) * DIM), row * 50);
    const { effectiveRank } = checkCollapse(rows, DIM, 'user');
    expect(checkCollapse(wide, 50, 'user').effectiveRank).toBeCloseTo(effectiveRank, 6);
  });

  it('samples rows above its limit', () => {
    const check = checkCollapse(noise, DIM, 'user', { maxRows: 50 });
    expect(check.meanCosine).not.toBe(checkCollapse(noise, DIM, 'user').meanCosine);
    expect(check.diagnosis).toBeUndefined();
  });

  it('says nothing about vectors of one dimension, nor about too few', () => {
    expect(checkCollapse(new Float32Array(50).fill(1), 1, 'user').diagnosis).toBeUndefined();
    expect(checkCollapse(Float32Array.of(1, 1, 1, 1), 2, 'user').diagnosis).toBeUndefined();
  });
});
