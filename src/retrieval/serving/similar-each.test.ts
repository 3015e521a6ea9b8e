/** Neighbours of all rows are those of each, and those of a plain sort of cosines; item-kNN's are its table. */
import { describe, expect, it } from 'vitest';
import { FILTERS, filteredRun } from '../../../tests/filtered-run.js';
import type { Side } from '../../core/side.js';
import { servingOfRun } from '../../runs/serving-of-run.js';
import { ItemKnn } from '../item-knn.js';
import { popularityEmbeddings } from '../popularity.js';
import type { Servable } from './served-model.js';
import { type SimilarEachOptions, type SimilarRows, similarEach, similarTo } from './similar-each.js';

const run = filteredRun('nowhere');
const recommender = new ItemKnn(run.graph.train, { numNeighbors: 6 });
const knn: Servable = {
  serving: servingOfRun({ ...run, embeddings: undefined, historyVectors: undefined, recommender }),
};
const { ids } = run.graph.items;

async function all(model: Servable, side: Side, options: SimilarEachOptions): Promise<SimilarRows[]> {
  const found: SimilarRows[] = [];
  for await (const block of similarEach(model, side, options)) found.push(...block);
  return found;
}

const models: Record<string, Servable> = { vectors: run, 'item-kNN': knn };
describe.each(Object.entries(models))('%s', (name, model) => {
  const filters = Object.entries(FILTERS).filter(([, filter]) => !filter.mmr || name === 'vectors');
  it.each(filters)('%s', async (_, filter) => {
    for (const blockSize of [13, 512]) {
      const found = await all(model, 'item', { k: 5, filter, blockSize });
      expect(found.map(({ row }) => row)).toEqual([...ids.keys()]);
      for (const { row, items, scores } of found) {
        expect([...items]).not.toContain(row);
        const one = await similarTo(model, ids[row], { k: 5, filter });
        expect(Array.from(items, (item) => ids[item])).toEqual(one.items.map(({ id }) => id));
        expect([...scores]).toEqual(one.items.map(({ score }) => score));
      }
    }
  });
});

it.each(['item', 'user'] as const)('finds the largest cosines of every %s', async (side) => {
  const lengths = filteredRun('nowhere');
  const { embeddingDim } = lengths.embeddings;
  const table = side === 'item' ? lengths.embeddings.items : lengths.embeddings.users;
  // rows of other lengths, and one without a direction
  table.forEach((value, at) => {
    table[at] = at < embeddingDim ? 0 : value * (1 + (Math.floor(at / embeddingDim) % 3));
  });
  const model = { serving: servingOfRun({ ...lengths, embeddings: { ...lengths.embeddings, normalized: false } }) };
  const numRows = table.length / embeddingDim;
  const row = (index: number) => [...table.subarray(index * embeddingDim, (index + 1) * embeddingDim)];
  const cosine = (a: number, b: number) => {
    const lengthsOf = Math.hypot(...row(a)) * Math.hypot(...row(b));
    return lengthsOf === 0 ? 0 : row(a).reduce((sum, value, d) => sum + value * row(b)[d], 0) / lengthsOf;
  };
  const found = await all(model, side, { k: 4 });
  expect(found[0].items.length).toBe(0);
  for (const { row: index, items, scores } of found.slice(1)) {
    const others = Array.from({ length: numRows }, (_, other) => other).filter((other) => other !== index);
    const best = others.map((other) => cosine(index, other)).sort((a, b) => b - a);
    expect([...scores].map((score, at) => Math.abs(score - best[at]) < 1e-5)).toEqual([true, true, true, true]);
    expect(Array.from(items, (item, at) => Math.abs(cosine(index, item) - scores[at]) < 1e-5)).not.toContain(false);
  }
});

it('gives item-kNN’s own table', async () => {
  const found = await all(knn, 'item', { k: 6 });
  const table = recommender.similarItems(Int32Array.from(ids.keys()), 6);
  for (const { row, items, scores } of found) {
    const own = [...table.ids.subarray(row * 6, row * 6 + 6)].filter((item) => item >= 0);
    expect([...items]).toEqual(own);
    expect([...scores]).toEqual([...table.scores.subarray(row * 6, row * 6 + own.length)]);
  }
});

describe('what can’t be asked', () => {
  it('users of a model without their vectors, and of vectors of one number', async () => {
    await expect(all(knn, 'user', {})).rejects.toThrow('ranks without vectors of users');
    const popular = { ...run, embeddings: popularityEmbeddings(run.graph.train) };
    const model = { serving: servingOfRun(popular) };
    await expect(similarTo(model, 'i1')).rejects.toThrow('has one number an item, all of whose cosines are 1');
  });

  it('filters of users, and items that there are not', async () => {
    await expect(all(run, 'user', { filter: { where: 'price < 3' } })).rejects.toMatchObject({ code: 'FILTER_RULES' });
    expect((await all(run, 'user', { filter: {}, k: 2 })).length).toBe(30);
    await expect(similarTo(run, 'i1x')).rejects.toThrow('has no item "i1x" (did you mean "i1"?)');
  });
});
