/** The neighbour sampler against dense definitions: exact where nothing is left out, unbiased where something is. */
import { beforeAll, describe, expect, it } from 'vitest';
import { denseAdjacency, randomGraph } from '../../tests/random-arrays.js';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { useBackend } from '../backend/index.js';
import { sampleHop } from '../backend/plain/sample-hop.js';
import { drawCounterKey } from '../core/counter-rng.js';
import { Rng } from '../core/rng.js';
import { normalizedAdjacency } from '../graph/adjacency.js';
import type { BipartiteCsr } from '../graph/bipartite-csr.js';
import { droppedValues, NeighborSampler, type SampledBlock, stays } from './index.js';

const graph = randomGraph(9, 12, 0.5, 'sampled-block');
const numNodes = 21;
const dense = denseAdjacency(graph);
const rows = Int32Array.of(0, 3, 8, 9, 15, 20);
const samplerOf = (of: BipartiteCsr): NeighborSampler => new NeighborSampler(normalizedAdjacency(of), of.itemEdges);
const sampler = samplerOf(graph);
const keysOf = (seed: number, count: number) =>
  Array.from({ length: count }, (_, hop) => drawCounterKey(Rng.of(seed, 'keys', hop)));

/** hop_K · … · hop_1 as a dense matrix, `[numRows, numNodes]`, by loops. */
function product(
  block: SampledBlock,
  values: readonly Float32Array[] = block.hops.map((hop) => hop.values),
): number[][] {
  let layer: number[][] = Array.from(block.nodes, (node) =>
    Array.from({ length: numNodes }, (_, j) => (j === node ? 1 : 0)),
  );
  for (const [k, { numRows, offsets, columns }] of block.hops.entries()) {
    layer = Array.from({ length: numRows }, (_, row) => {
      const sum = new Array<number>(numNodes).fill(0);
      for (let entry = offsets[row]; entry < offsets[row + 1]; entry++) {
        for (let j = 0; j < numNodes; j++) sum[j] += values[k][entry] * layer[columns[entry]][j];
      }
      return sum;
    });
  }
  return layer.slice(0, block.numRows);
}

const squared = (a: number[][]): number[][] =>
  a.map((row) => a[0].map((_, j) => row.reduce((sum, value, k) => sum + value * a[k][j], 0)));

describe.each(RUNNABLE_BACKENDS)('NeighborSampler on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  it('draws what the plain kernel draws, number for number', () => {
    const big = randomGraph(900, 700, 0.02, 'big');
    const fanOuts = [10, 5, 3];
    const asked = Int32Array.from({ length: 400 }, (_, i) => 4 * i);
    const actual = samplerOf(big).sample(asked, fanOuts, keysOf(3, 3));
    const nodeAt = new Int32Array(1600);
    nodeAt.set(asked);
    const placeOf = new Int32Array(1600).fill(-1);
    for (const [place, node] of asked.entries()) placeOf[node] = place;
    let numRows = asked.length;
    for (const [hop, fanOut] of fanOuts.entries()) {
      const matrix = normalizedAdjacency(big);
      const key = keysOf(3, 3)[hop];
      const drawn = sampleHop({ matrix, itemEdges: big.itemEdges, fanOut, key, nodeAt, placeOf, numRows });
      expect(actual.hops[2 - hop]).toEqual(drawn);
      numRows = drawn.numColumns;
    }
    expect(actual.nodes).toEqual(nodeAt.slice(0, numRows));
  });

  it('holds whole neighbourhoods where the fan-out reaches the largest degree', () => {
    const actual = product(sampler.sample(rows, [12, 12], keysOf(1, 2)));
    const expected = squared(dense);
    for (const [i, row] of rows.entries()) {
      for (let j = 0; j < numNodes; j++) expect(actual[i][j]).toBeCloseTo(expected[row][j], 6);
    }
  });

  it('draws no more than the fan-out, and estimates two hops without bias', () => {
    const draws = 6000;
    const sums = Array.from(rows, () => new Array<number>(numNodes).fill(0));
    const squares = Array.from(rows, () => new Array<number>(numNodes).fill(0));
    for (let seed = 0; seed < draws; seed++) {
      const block = sampler.sample(rows, [3, 2], keysOf(seed, 2));
      for (const [k, fanOut] of [2, 3].entries()) {
        const { offsets } = block.hops[k];
        for (let row = 0; row < offsets.length - 1; row++) {
          expect(offsets[row + 1] - offsets[row]).toBeLessThanOrEqual(fanOut);
        }
      }
      for (const [i, row] of product(block).entries()) {
        for (let j = 0; j < numNodes; j++) {
          sums[i][j] += row[j];
          squares[i][j] += row[j] ** 2;
        }
      }
    }
    const expected = squared(dense);
    let varied = 0;
    for (const [i, row] of rows.entries()) {
      for (let j = 0; j < numNodes; j++) {
        const mean = sums[i][j] / draws;
        const variance = Math.max(0, squares[i][j] / draws - mean * mean);
        if (variance > 1e-4) varied++;
        expect(Math.abs(mean - expected[row][j])).toBeLessThan(5 * Math.sqrt(variance / draws) + 1e-6);
      }
    }
    expect(varied).toBeGreaterThan(20);
  });

  it('is the same for the same keys whatever was drawn in between, and another for others', () => {
    const once = sampler.sample(rows, [3, 2], keysOf(5, 2));
    sampler.sample(Int32Array.of(1, 2), [2, 2], keysOf(6, 2));
    expect(sampler.sample(rows, [3, 2], keysOf(5, 2))).toEqual(once);
    expect(sampler.sample(rows, [3, 2], keysOf(7, 2))).not.toEqual(once);
  });

  it('draws for a node do not depend on which other nodes are asked', () => {
    const key = keysOf(5, 1);
    const drawnBy = (block: SampledBlock, row: number): number[] => {
      const [{ offsets, columns }] = block.hops;
      return [...columns.subarray(offsets[row], offsets[row + 1])].map((at) => block.nodes[at]);
    };
    expect(drawnBy(sampler.sample(Int32Array.of(3), [3], key), 0)).toEqual(
      drawnBy(sampler.sample(rows, [3], key), rows.indexOf(3)),
    );
  });

  it('transposes its hops', () => {
    for (const { offsets, columns, transposed, numColumns } of sampler.sample(rows, [3, 2], keysOf(2, 2)).hops) {
      const pairs: string[] = [];
      for (let row = 0; row < offsets.length - 1; row++) {
        for (let entry = offsets[row]; entry < offsets[row + 1]; entry++)
          pairs.push(`${entry}:${row}-${columns[entry]}`);
      }
      const back: string[] = [];
      for (let column = 0; column < numColumns; column++) {
        for (let at = transposed.offsets[column]; at < transposed.offsets[column + 1]; at++) {
          back.push(`${transposed.order[at]}:${transposed.columns[at]}-${column}`);
        }
      }
      expect(back.sort()).toEqual(pairs.sort());
    }
  });
});

describe('dropout over a block', () => {
  const key = { low: 7, high: 8 };

  it.each(['edges', 'nodes'] as const)('of %s is that of the whole graph, over the degrees left in the mean', (of) => {
    const dropout = { of, probability: 0.4, key };
    const numberOf = (user: number, item: number): number => graph.userNeighbors.indexOf(item, graph.userOffsets[user]);
    const keeps = (user: number, item: number): boolean =>
      of === 'edges'
        ? stays(dropout, numberOf(user, item))
        : stays(dropout, user) && stays(dropout, graph.numUsers + item);
    const matrix = dense.map((row, i) =>
      row.map((value, j) => {
        if (value === 0) return 0;
        const [user, item] = i < j ? [i, j - graph.numUsers] : [j, i - graph.numUsers];
        return keeps(user, item) ? value / 0.6 : 0;
      }),
    );
    const block = sampler.sample(rows, [12, 12], keysOf(1, 2));
    const actual = product(block, droppedValues(block, dropout));
    const expected = squared(matrix);
    let zeros = 0;
    for (const [i, row] of rows.entries()) {
      for (let j = 0; j < numNodes; j++) {
        expect(actual[i][j]).toBeCloseTo(expected[row][j], 5);
        if (expected[row][j] === 0) zeros++;
      }
    }
    expect(zeros).toBeLessThan(rows.length * numNodes);
  });
});
