/** Factors of item-item models: at full rank the scores of the model itself, below it the nearest there are, users of any history. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { denseAdjacency, randomGraph } from '../../../tests/random-arrays.js';
import { raggedFromPairs } from '../../core/ragged.js';
import { Rng } from '../../core/rng.js';
import { symmetricEigen } from '../../core/symmetric-eigen.js';
import { type BipartiteCsr, buildBipartiteCsr } from '../../graph/bipartite-csr.js';
import { historiesOf } from '../fold-in.js';
import { encodeHistory } from '../history-vectors.js';
import { ItemKnn } from '../item-knn.js';
import type { Embeddings } from '../recommender.js';
import { easeFactors } from './ease.js';
import { graphFilterFactors } from './graph-filter.js';
import { embeddingsOfFactors, historyOfFactors } from './item-factors.js';
import { itemKnnFactors } from './item-knn-factors.js';

const NUM_USERS = 14;
const NUM_ITEMS = 10;
const plain = randomGraph(NUM_USERS, NUM_ITEMS, 0.3, 'factors');
const weighted = buildBipartiteCsr(
  {
    userIndex: Int32Array.from({ length: plain.numEdges }, (_, edge) => userOf(plain, edge)),
    itemIndex: plain.userNeighbors,
    weight: Float32Array.from({ length: plain.numEdges }, (_, edge) => 1 + (edge % 3)),
  },
  plain,
);

function userOf({ userOffsets }: BipartiteCsr, edge: number): number {
  return userOffsets.findIndex((offset) => offset > edge) - 1;
}

/** R, `[numUsers, numItems]`. */
function dense({ numUsers, numItems, userOffsets, userNeighbors, weight }: BipartiteCsr): number[][] {
  const matrix = Array.from({ length: numUsers }, () => new Array<number>(numItems).fill(0));
  for (const [user, row] of matrix.entries()) {
    for (let edge = userOffsets[user]; edge < userOffsets[user + 1]; edge++)
      row[userNeighbors[edge]] = weight?.[edge] ?? 1;
  }
  return matrix;
}

const product = (a: number[][], b: number[][]): number[][] =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)));
const sumOf = (row: readonly number[]): number => row.reduce((sum, value) => sum + value, 0);
const scoreOf = ({ embeddingDim, users, items }: Embeddings, user: number, item: number): number => {
  let sum = 0;
  for (let d = 0; d < embeddingDim; d++) sum += users[user * embeddingDim + d] * items[item * embeddingDim + d];
  return sum;
};

/** r_u D^-1/2 P D^1/2 / √|r_u| with P the projection on the first `rank` eigenvectors of R̃ᵀ R̃, all dense. */
function naiveGraphFilter(graph: BipartiteCsr, rank: number): number[][] {
  const r = dense(graph);
  const normalised = denseAdjacency(graph)
    .slice(0, graph.numUsers)
    .map((row) => row.slice(graph.numUsers));
  const gram = product(
    normalised[0].map((_, i) => normalised.map((row) => row[i])),
    normalised,
  );
  const { values, vectors } = symmetricEigen(Float64Array.from(gram.flat()), graph.numItems);
  const kept = Array.from({ length: rank }, (_, k) => k).filter((k) => values[k] > 1e-9);
  const at = (item: number, k: number): number => vectors[item * graph.numItems + k];
  const degree = r[0].map((_, item) => sumOf(r.map((row) => row[item])));
  return r.map((row) =>
    degree.map((own, item) => {
      const heard = row.map((value, had) =>
        value === 0 ? 0 : (value / Math.sqrt(degree[had])) * sumOf(kept.map((k) => at(had, k) * at(item, k))),
      );
      return (sumOf(heard) * Math.sqrt(own)) / Math.sqrt(sumOf(row) || 1);
    }),
  );
}

describe('graph filter', () => {
  it.each([
    ['every singular vector', plain, NUM_ITEMS],
    ['three of them', plain, 3],
    ['edges with weights', weighted, 4],
  ])('scores as eigenvectors of the dense matrix do: %s', (_, graph, rank) => {
    const factors = graphFilterFactors(graph, rank, Rng.of(1, 'factors'));
    const embeddings = embeddingsOfFactors(factors, graph);
    const expected = naiveGraphFilter(graph, rank);
    for (let user = 0; user < NUM_USERS; user++) {
      for (let item = 0; item < NUM_ITEMS; item++) {
        expect(scoreOf(embeddings, user, item)).toBeCloseTo(expected[user][item], 5);
      }
    }
  });

  it('with every singular vector gives back what the user had, and nothing else', () => {
    // of more users than items, R has a singular vector for each item: V Vᵀ is the identity
    const graph = randomGraph(30, 8, 0.5, 'full rank');
    const embeddings = embeddingsOfFactors(graphFilterFactors(graph, 8, Rng.of(3)), graph);
    const r = dense(graph);
    for (const [user, row] of r.entries()) {
      for (const [item, had] of row.entries()) {
        expect(scoreOf(embeddings, user, item)).toBeCloseTo(had / Math.sqrt(sumOf(row) || 1), 5);
      }
    }
  });

  it('of one singular vector ranks by popularity within a connected graph', () => {
    const graph = randomGraph(30, 8, 0.5, 'full rank');
    const embeddings = embeddingsOfFactors(graphFilterFactors(graph, 1, Rng.of(3)), graph);
    const degree = dense(graph)[0].map((_, item) => sumOf(dense(graph).map((row) => row[item])));
    const ratio = degree.map((own, item) => scoreOf(embeddings, 0, item) / own);
    for (const one of ratio) expect(one).toBeCloseTo(ratio[0], 6);
  });

  it('is the same for the same seed', () => {
    const made = (seed: number) => graphFilterFactors(plain, 3, Rng.of(seed, 'factors'));
    expect(made(5)).toEqual(made(5));
    expect(made(5)).not.toEqual(made(6));
  });
});

/** B of EASE, its diagonal 0, by Gauss-Jordan elimination of Xᵀ X + λ I. */
function naiveEase(x: number[][], lambda: number): number[][] {
  const transposed = x[0].map((_, i) => x.map((row) => row[i]));
  const gram = product(transposed, x);
  const size = gram.length;
  const rows = gram.map((row, i) => [
    ...row.map((value, j) => value + (i === j ? lambda : 0)),
    ...row.map((_, j) => (i === j ? 1 : 0)),
  ]);
  for (let pivot = 0; pivot < size; pivot++) {
    rows[pivot] = rows[pivot].map((value) => value / rows[pivot][pivot]);
    for (let i = 0; i < size; i++) {
      const share = rows[i][pivot];
      if (i !== pivot) rows[i] = rows[i].map((value, j) => value - share * rows[pivot][j]);
    }
  }
  const p = rows.map((row) => row.slice(size));
  return p.map((row, i) => row.map((value, j) => (i === j ? 0 : -value / p[j][j])));
}

describe('EASE', () => {
  it.each([
    ['pairs', plain, 2],
    ['edges with weights', weighted, 0.5],
    ['a strong λ', plain, 100],
  ])('of every singular vector scores what a user has not had as the inverse does: %s', (_, graph, lambda) => {
    const options = { rank: NUM_ITEMS, regularization: lambda };
    const embeddings = embeddingsOfFactors(easeFactors(graph, options, Rng.of(1, 'factors')), graph);
    const x = dense(graph);
    const scores = product(x, naiveEase(x, lambda));
    const largest = Math.max(...scores.flat().map(Math.abs));
    let compared = 0;
    for (const [user, row] of x.entries()) {
      for (const [item, had] of row.entries()) {
        if (had > 0 || sumOf(row) === 0) continue;
        const score = scoreOf(embeddings, user, item) * Math.sqrt(sumOf(row));
        expect(score / largest).toBeCloseTo(scores[user][item] / largest, 4);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(NUM_USERS);
  });

  it('of fewer comes nearer with every one that is added', () => {
    const x = dense(plain);
    const expected = product(x, naiveEase(x, 2));
    const missed = [2, 5, 9].map((rank) => {
      const factors = easeFactors(plain, { rank, regularization: 2 }, Rng.of(1, 'factors'));
      expect(factors.embeddingDim).toBe(rank);
      const embeddings = embeddingsOfFactors(factors, plain);
      let sum = 0;
      for (const [user, row] of x.entries()) {
        for (const [item, had] of row.entries()) {
          const score = scoreOf(embeddings, user, item) * Math.sqrt(sumOf(row));
          if (had === 0) sum += (score - expected[user][item]) ** 2;
        }
      }
      return sum;
    });
    expect(missed[1]).toBeLessThan(missed[0]);
    expect(missed[2]).toBeLessThan(missed[1]);
  });
});

describe('item-kNN', () => {
  const options = { numNeighbors: 4, shrink: 0.5 };

  it.each([
    ['pairs', plain],
    ['edges with weights', weighted],
  ])('of every singular value scores as the table of neighbours does: %s', async (_, graph) => {
    const knn = new ItemKnn(graph, options);
    const embeddings = embeddingsOfFactors(itemKnnFactors(knn, NUM_ITEMS, Rng.of(1, 'factors')), graph);
    const everyone = Int32Array.from({ length: NUM_USERS }, (_, user) => user);
    const { ids, scores } = await knn.recommend(everyone, NUM_ITEMS);
    for (const [user, row] of dense(graph).entries()) {
      const expected = new Array<number>(NUM_ITEMS).fill(0);
      for (let at = user * NUM_ITEMS; at < (user + 1) * NUM_ITEMS; at++)
        if (ids[at] >= 0) expected[ids[at]] = scores[at];
      for (const [item, score] of expected.entries()) {
        expect(scoreOf(embeddings, user, item) * Math.sqrt(sumOf(row))).toBeCloseTo(score, 5);
      }
    }
  });

  it('of fewer is the nearest table of that rank: what is missing are the squares of the values left out', () => {
    const knn = new ItemKnn(plain, options);
    const { offsets, columns, values } = knn.votes();
    const table = Array.from({ length: NUM_ITEMS }, () => new Array<number>(NUM_ITEMS).fill(0));
    for (const [item, row] of table.entries()) {
      for (let at = offsets[item]; at < offsets[item + 1]; at++) row[columns[at] - NUM_ITEMS] = values[at];
    }
    const transposed = table.map((_, i) => table.map((row) => row[i]));
    const squares = symmetricEigen(Float64Array.from(product(transposed, table).flat()), NUM_ITEMS).values;
    const { embeddingDim, said, items } = itemKnnFactors(knn, 3, Rng.of(1, 'factors'));
    expect(embeddingDim).toBe(3);
    let missing = 0;
    for (const [i, row] of table.entries()) {
      for (const [j, value] of row.entries()) {
        missing += (value - scoreOf({ embeddingDim, users: said, items, normalized: false }, i, j)) ** 2;
      }
    }
    expect(missing).toBeCloseTo(sumOf([...squares.slice(3)]), 5);
  });

  it('has no vectors where no two items have a user in common', () => {
    const graph = buildBipartiteCsr(
      { userIndex: Int32Array.of(0, 1), itemIndex: Int32Array.of(0, 1) },
      { numUsers: 2, numItems: 2 },
    );
    expect(() => itemKnnFactors(new ItemKnn(graph), 2, Rng.of(1))).toThrow(/no two items have a user in common/);
  });
});

describe('users of factors', () => {
  const factors = graphFilterFactors(weighted, 4, Rng.of(1, 'factors'));

  it('are what a history makes of the same items, in any order', () => {
    const { users } = embeddingsOfFactors(factors, weighted);
    const vectors = historyOfFactors(factors, true);
    fc.assert(
      fc.property(fc.nat(NUM_USERS - 1), fc.boolean(), (user, isReversed) => {
        const [first, last] = [weighted.userOffsets[user], weighted.userOffsets[user + 1]];
        const [items, counts] = [weighted.userNeighbors.slice(first, last), weighted.weight!.slice(first, last)];
        if (isReversed) for (const of of [items, counts]) of.reverse();
        const made = encodeHistory(vectors, items, counts);
        for (const [d, value] of made.entries()) expect(value).toBeCloseTo(users[user * 4 + d], 6);
      }),
    );
  });

  it('that training never saw are made of what is folded in; who has nothing is zeros', () => {
    const graph = buildBipartiteCsr(
      { userIndex: Int32Array.of(0, 0, 1, 1), itemIndex: Int32Array.of(0, 1, 1, 2) },
      { numUsers: 4, numItems: 4 },
    );
    const own = graphFilterFactors(graph, 2, Rng.of(1));
    const foldIn = raggedFromPairs(Int32Array.of(2, 2), Int32Array.of(0, 1), 4);
    const { users } = embeddingsOfFactors(own, historiesOf(graph, foldIn));
    expect(users.slice(2, 4)).not.toEqual(users.slice(0, 2));
    expect(users.slice(4)).toEqual(Float32Array.of(...users.slice(0, 2), 0, 0));
  });
});
