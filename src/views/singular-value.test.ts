/** The truncated decomposition against full ones known by other means, and the view made of it. */
import { describe, expect, it } from 'vitest';
import { denseAdjacency, randomGraph } from '../../tests/random-arrays.js';
import { Rng } from '../core/rng.js';
import { normalizedAdjacency } from '../graph/adjacency.js';
import { buildBipartiteCsr } from '../graph/bipartite-csr.js';
import { truncatedSvd } from '../graph/spectrum/truncated-svd.js';
import { drawView, viewSchema } from './index.js';

const graph = randomGraph(25, 18, 0.3, 'svd');
const adjacency = normalizedAdjacency(graph);
const block = denseAdjacency(graph)
  .slice(0, 25)
  .map((row) => row.slice(25));

describe('truncated SVD', () => {
  it('at full rank gives the matrix back, with orthonormal vectors', () => {
    const { values, left, right } = truncatedSvd(adjacency, graph, 18, Rng.of(1));
    const k = values.length;
    for (let user = 0; user < 25; user++) {
      for (let item = 0; item < 18; item++) {
        let sum = 0;
        for (let c = 0; c < k; c++) sum += left[user * k + c] * values[c] * right[item * k + c];
        expect(sum).toBeCloseTo(block[user][item], 6);
      }
    }
    for (let a = 0; a < k; a++) {
      for (let b = 0; b < k; b++) {
        let sum = 0;
        for (let user = 0; user < 25; user++) sum += left[user * k + a] * left[user * k + b];
        expect(sum).toBeCloseTo(a === b ? 1 : 0, 6);
      }
    }
  });

  it('at low rank leaves exactly the squares of the values it dropped (Eckart-Young)', () => {
    const all = truncatedSvd(adjacency, graph, 18, Rng.of(1)).values;
    const { values, left, right } = truncatedSvd(adjacency, graph, 4, Rng.of(2));
    for (let c = 0; c < 4; c++) expect(values[c]).toBeCloseTo(all[c], 5);
    let error = 0;
    for (let user = 0; user < 25; user++) {
      for (let item = 0; item < 18; item++) {
        let sum = 0;
        for (let c = 0; c < 4; c++) sum += left[user * 4 + c] * values[c] * right[item * 4 + c];
        error += (block[user][item] - sum) ** 2;
      }
    }
    expect(error).toBeCloseTo(
      all.slice(4).reduce((sum, value) => sum + value ** 2, 0),
      4,
    );
  });

  it('of a connected graph has 1 as its largest value, with square roots of degrees for vectors', () => {
    const star = buildBipartiteCsr(
      { userIndex: Int32Array.of(0, 0, 1), itemIndex: Int32Array.of(0, 1, 1) },
      { numUsers: 2, numItems: 2 },
    );
    const { values, left } = truncatedSvd(normalizedAdjacency(star), star, 1, Rng.of(1));
    expect(values[0]).toBeCloseTo(1, 6);
    expect(Math.abs(left[0])).toBeCloseTo(Math.sqrt(2 / 3), 6);
    expect(Math.abs(left[1])).toBeCloseTo(Math.sqrt(1 / 3), 6);
  });
});

describe('the singular-value view', () => {
  const draw = (seed: number, rank: number) =>
    drawView(
      { lifetime: 'step', graph, adjacency, numLayers: 2 },
      viewSchema.parse({ name: 'singular-value', rank }),
      Rng.of(seed),
    );

  it('is made once a graph and rank, whatever the draw', () => {
    expect(draw(1, 3).lowRank).toBe(draw(2, 3).lowRank);
    expect(draw(1, 4).lowRank).not.toBe(draw(1, 3).lowRank);
  });

  it('is users · itemsᵀ of the asked rank', () => {
    const { rank, users, items } = draw(1, 18).lowRank!;
    for (let user = 0; user < 25; user++) {
      for (let item = 0; item < 18; item++) {
        let sum = 0;
        for (let c = 0; c < rank; c++) sum += users[user * rank + c] * items[item * rank + c];
        expect(sum).toBeCloseTo(block[user][item], 4);
      }
    }
  });
});
