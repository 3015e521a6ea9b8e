/** An adjacency with messages left out. */
import { expect, it } from 'vitest';
import { randomGraph } from '../../../tests/random-arrays.js';
import { normalizedAdjacency } from '../../graph/adjacency.js';
import { droppedMessages } from './dropped-messages.js';

const graph = randomGraph(60, 80, 0.3, 'dropped-messages');
const whole = normalizedAdjacency(graph);
const at = (low: number, share = 0.3) => droppedMessages(whole, { share, key: { low, high: 7 } });

it('leaves out the share, scales up the others, both ways alike', () => {
  const before = whole.values.slice();
  const { offsets, columns, values } = at(1);
  const byPair = new Map<string, number>();
  for (let row = 0; row < whole.numNodes; row++) {
    for (let entry = offsets[row]; entry < offsets[row + 1]; entry++) {
      expect([0, Math.fround(whole.values[entry] / 0.7)]).toContain(values[entry]);
      byPair.set(`${row} ${columns[entry]}`, values[entry]);
    }
  }
  for (const [pair, value] of byPair) expect(byPair.get(pair.split(' ').reverse().join(' '))).toBe(value);
  // about 1440 edges: 0.3 ± 4 standard deviations
  const left = values.filter((value) => value > 0).length / values.length;
  expect(Math.abs(left - 0.7)).toBeLessThan(0.05);
  expect(whole.values).toEqual(before);
});

it('draws by its key, an edge apart from the others that are there', () => {
  expect(at(1).values).toEqual(at(1).values);
  expect(at(1).values).not.toEqual(at(2).values);
  expect(at(1, 0).values).toEqual(whole.values);
  const keep = Uint8Array.from({ length: graph.numEdges }, (_, edge) => edge % 2);
  const half = normalizedAdjacency(graph, keep);
  const drawn = droppedMessages(half, { share: 0.3, key: { low: 1, high: 7 } });
  const stays = (of: typeof drawn): Set<string> => {
    const pairs = new Set<string>();
    for (let row = 0; row < of.numNodes; row++) {
      for (let e = of.offsets[row]; e < of.offsets[row + 1]; e++)
        if (of.values[e] > 0) pairs.add(`${row} ${of.columns[e]}`);
    }
    return pairs;
  };
  const all = stays(at(1));
  expect([...stays(drawn)].every((pair) => all.has(pair))).toBe(true);
});
