/** The hardest of a batch, on every backend: as a sort of all scores has it, equal ones by their place, chosen in the step or before it. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomGraph } from '../../../tests/random-arrays.js';
import { RUNNABLE_BACKENDS } from '../../../tests/runnable-backends.js';
import { awaitsReads, useBackend } from '../../backend/index.js';
import { Rng } from '../../core/rng.js';
import { edgeUsers, hasEdge, itemDegrees } from '../../graph/bipartite-csr.js';
import { createSource, type MinedSource, NO_ITEM, negativeSourceSchema } from '../index.js';

const [size, dim] = [40, 3];
const graph = randomGraph(12, 30, 0.2, 'hardest');
const batch = { userIndex: edgeUsers(graph).slice(0, size), itemIndex: graph.userNeighbors.slice(0, size) };

/** Small whole numbers: scores are exact on every backend, and many are equal. */
function wholeRows(label: string): Float32Array {
  const rng = Rng.of(5, label);
  return Float32Array.from({ length: size * dim }, () => rng.integer(5) - 2);
}
const [users, items] = [wholeRows('users'), wholeRows('items')];

function sorted(removeKnown: boolean, perQuery: number): { expected: number[]; numTies: number } {
  const expected: number[] = [];
  let numTies = 0;
  for (let row = 0; row < size; row++) {
    const score = (column: number): number => {
      let sum = 0;
      for (let d = 0; d < dim; d++) sum += users[row * dim + d] * items[column * dim + d];
      return sum;
    };
    const best = Array.from({ length: size }, (_, column) => column)
      .filter((column) => batch.itemIndex[column] !== batch.itemIndex[row])
      .filter((column) => !removeKnown || !hasEdge(graph, batch.userIndex[row], batch.itemIndex[column]))
      .sort((a, b) => score(b) - score(a) || a - b);
    if (best.length > perQuery && score(best[perQuery - 1]) === score(best[perQuery])) numTies++;
    for (let slot = 0; slot < perQuery; slot++) {
      expected.push(slot < best.length ? batch.itemIndex[best[slot]] : NO_ITEM);
    }
  }
  return { expected, numTies };
}

describe.each(RUNNABLE_BACKENDS)('hardest-in-batch on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  const make = (removeKnown: boolean): MinedSource => {
    const context = { graph, itemDegrees: itemDegrees(graph), seed: 1, removeKnown };
    return createSource(context, negativeSourceSchema.parse({ name: 'hardest-in-batch' })) as MinedSource;
  };
  const rows = (): [tf.Tensor2D, tf.Tensor2D] => [tf.tensor2d(users, [size, dim]), tf.tensor2d(items, [size, dim])];

  it.each([
    [false, 3],
    [true, 3],
    [true, size],
  ])(
    'takes the highest scores off the diagonal; known items left out: %s, %i a query',
    async (removeKnown, perQuery) => {
      const { expected, numTies } = sorted(removeKnown, perQuery);
      if (perQuery < size) expect(numTies).toBeGreaterThan(5);
      else expect(expected).toContain(NO_ITEM);
      const before = tf.memory().numTensors;
      const [userRows, itemRows] = rows();
      const source = make(removeKnown);
      expect([...(await source.mineAhead(userRows, itemRows, batch, perQuery))]).toEqual(expected);
      if (!awaitsReads()) expect([...source.mine(userRows, itemRows, batch, perQuery)]).toEqual(expected);
      tf.dispose([userRows, itemRows]);
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  it('in the middle of a step says so where numbers have to be awaited', () => {
    const mine = () => tf.tidy(() => make(false).mine(...rows(), batch, 1));
    if (awaitsReads()) expect(mine).toThrow(/in the middle of a step/);
    else expect(mine()).toHaveLength(size);
  });
});
