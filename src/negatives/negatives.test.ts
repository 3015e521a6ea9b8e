import { describe, expect, it } from 'vitest';
import { randomGraph } from '../../tests/random-arrays.js';
import { Rng } from '../core/rng.js';
import { edgeUsers, hasEdge, itemDegrees } from '../graph/bipartite-csr.js';
import { drawCandidates, maskedCandidates, NEGATIVE_SOURCE_NAMES, NEGATIVE_SOURCES } from './index.js';

const graph = randomGraph(30, 20, 0.3, 'negatives');
const degrees = itemDegrees(graph);
const batch = {
  userIndex: edgeUsers(graph).filter((_, edge) => edge % 5 === 0),
  itemIndex: graph.userNeighbors.filter((_, edge) => edge % 5 === 0),
};

describe.each(NEGATIVE_SOURCE_NAMES)('source %s', (name) => {
  const source = NEGATIVE_SOURCES[name]({ itemDegrees: degrees, numDraws: 64 });

  it('has probabilities that sum to 1', () => {
    const sum = Array.from(degrees, (_, item) => source.probability(item)).reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo(1, 6);
  });

  it('draws as many known items as it says, the same for the same seed', () => {
    const ids = source.draw(batch, Rng.of(1));
    expect(ids).toHaveLength(source.count(batch.itemIndex.length));
    for (const id of ids) expect(id >= 0 && id < graph.numItems).toBe(true);
    expect(source.draw(batch, Rng.of(1))).toEqual(ids);
  });
});

it('uniform draws reach every item about equally often', () => {
  const draws = NEGATIVE_SOURCES.uniform({ itemDegrees: degrees, numDraws: 20_000 }).draw(batch, Rng.of(2));
  const counts = new Array<number>(graph.numItems).fill(0);
  for (const id of draws) counts[id]++;
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(1000));
});

describe('drawCandidates', () => {
  it('puts the positives first and weighs the sources by their share of the list', () => {
    const context = { itemDegrees: degrees, numDraws: 10 };
    const sources = [NEGATIVE_SOURCES['in-batch'](context), NEGATIVE_SOURCES.uniform(context)];
    const { ids, logQ } = drawCandidates(sources, batch, Rng.of(3));
    const size = batch.itemIndex.length;
    expect(ids.slice(0, size)).toEqual(batch.itemIndex);
    expect(ids).toHaveLength(size + 10);
    for (const [i, id] of ids.entries()) {
      const mixture = (size / (size + 10)) * (degrees[id] / graph.numEdges) + (10 / (size + 10)) * (1 / graph.numItems);
      expect(logQ[i]).toBeCloseTo(Math.log(mixture), 5);
    }
  });
});

describe('maskedCandidates', () => {
  const candidates = Int32Array.from([...batch.itemIndex, 0, 1, 2, 3]);

  it.each([
    [true, false],
    [false, true],
    [true, true],
    [false, false],
  ])('masks accidental hits: %s, false negatives: %s', (accidentalHits, falseNegatives) => {
    const masked = maskedCandidates(graph, batch, candidates, { accidentalHits, falseNegatives });
    for (let row = 0; row < batch.userIndex.length; row++) {
      const expected: number[] = [];
      for (let column = 0; column < candidates.length; column++) {
        const item = candidates[column];
        const copy = item === batch.itemIndex[row] && column !== row;
        const known = item !== batch.itemIndex[row] && hasEdge(graph, batch.userIndex[row], item);
        if ((accidentalHits && copy) || (falseNegatives && known)) expected.push(column);
      }
      expect([...masked.values.subarray(masked.offsets[row], masked.offsets[row + 1])]).toEqual(expected);
    }
  });
});
