import { beforeAll, describe, expect, it } from 'vitest';
import { interactionSetFromRows } from '../data/sources/rows.js';
import { buildGraph, type StoredGraph } from '../graph/index.js';
import { recommendForUser, similarToItem } from './by-external-id.js';
import { EmbeddingRecommender } from './embedding-recommender.js';
import { ItemKnn } from './item-knn.js';
import type { Embeddings } from './recommender.js';

let graph: StoredGraph;
let embeddings: Embeddings;
beforeAll(async () => {
  // every user takes three of the items a … e; the split holds one out for validation and one for test
  const takes = { ann: 'abc', bob: 'bcd', cyd: 'cde', dan: 'dea', eve: 'eab' };
  const rows = Object.entries(takes).flatMap(([user, items]) =>
    [...items].map((item, i) => ({ user, item, timestamp: i })),
  );
  graph = await buildGraph(interactionSetFromRows(rows), { data: { split: { name: 'leave-one-out' } } });
  // users alike; item i has the vector (cos, sin) of 10·i degrees: a best, then b, c, …
  const angle = (index: number) => ((graph.items.idOf(index).charCodeAt(0) - 97) * 10 * Math.PI) / 180;
  embeddings = {
    embeddingDim: 2,
    normalized: true,
    users: Float32Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? 1 : 0)),
    items: Float32Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? Math.cos : Math.sin)(angle(i >> 1))),
  };
});
const ids = (items: readonly { id: string }[]) => items.map(({ id }) => id).join('');
const model = () => ({ graph, embeddings, recommender: new EmbeddingRecommender(embeddings) });

describe('recommendForUser', () => {
  it('ranks what the user has neither in train nor in validation', async () => {
    const items = await recommendForUser(model(), 'ann');
    expect(ids(items)).toBe('cde'); // a is in train, b in validation; c is held out for test
    expect(items[0].score).toBeCloseTo(Math.cos(Math.PI / 9), 6);
    expect(items[0].label).toBe('c');
  });

  it('keeps known items where that is asked for, and as many as are wanted', async () => {
    expect(ids(await recommendForUser(model(), 'ann', { includeKnown: true }))).toBe('abcde');
    expect(ids(await recommendForUser(model(), 'eve', { k: 1 }))).toBe('b');
  });

  it('names the nearest id, or shows what ids look like', async () => {
    await expect(recommendForUser(model(), 'anne')).rejects.toThrow('has no user "anne" (did you mean "ann"?)');
    await expect(recommendForUser(model(), '12345678')).rejects.toThrow('ids look like "');
  });
});

describe('similarToItem', () => {
  it('answers from the neighbour table of item-kNN, as far as that goes', async () => {
    const recommender = new ItemKnn(graph.train, { numNeighbors: 2, shrink: 0 });
    for (const item of graph.items.ids) {
      const { ids: near } = recommender.similarItems(Int32Array.of(graph.items.indexOf(item)!), 5);
      const known = [...near].filter((index) => index >= 0).map((index) => graph.items.idOf(index));
      const found = await similarToItem({ graph, recommender }, item, { k: 5 });
      expect(found.map(({ id }) => id)).toEqual(known);
      expect(found.length).toBeLessThanOrEqual(2);
    }
    expect((await similarToItem({ graph, recommender }, graph.items.ids[0], { k: 1 })).length).toBeLessThanOrEqual(1);
  });

  it('ranks by angle, the item itself left out', async () => {
    expect(ids(await similarToItem({ graph, embeddings }, 'b', { k: 2 }))).toMatch(/^(ac|ca)$/);
    expect(ids(await similarToItem({ graph, embeddings }, 'a'))).toBe('bcde');
  });

  it('refuses a model without vectors and an unknown item', async () => {
    await expect(similarToItem({ graph }, 'a')).rejects.toMatchObject({ code: 'NO_EMBEDDINGS' });
    await expect(similarToItem({ graph, embeddings }, 'z')).rejects.toMatchObject({ code: 'UNKNOWN_ID' });
  });
});
