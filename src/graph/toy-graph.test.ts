import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildGraph } from './build-graph.js';
import { loadGraph } from './graph-store.js';
import { toyInteractions } from './toy-interactions.js';

const graphs = resolve(import.meta.dirname, '../../graphs');

describe('the toy graph in graphs/', () => {
  it('loads, and is what the toy interactions give', async () => {
    const fresh = await buildGraph(toyInteractions(), {
      name: 'toy',
      data: { split: { name: 'leave-one-out' } },
      describedAs: { kind: 'toy', seed: 1 },
    });
    const stored = await loadGraph(resolve(graphs, fresh.manifest.id));
    expect(stored.manifest.counts).toMatchObject({ users: 12, items: 15, validPairs: 12, testPairs: 12 });
    expect(stored.manifest.hash).toBe(fresh.manifest.hash);
    expect(stored.manifest.source).toEqual(fresh.manifest.source);
  });

  it('has users who keep to their favourite kind', () => {
    const set = toyInteractions(5);
    const kind = set.itemFeatures!.columns.kind;
    if (kind.kind !== 'categorical') throw new Error('kind is categorical');
    for (let user = 0; user < 12; user++) {
      const own = Array.from(set.userIndex.keys()).filter((row) => set.userIndex[row] === user);
      expect(new Set(own.map((row) => set.itemIndex[row])).size).toBe(6);
      expect(own.filter((row) => kind.codes[set.itemIndex[row]] === user % 3).length).toBe(4);
    }
  });
});
