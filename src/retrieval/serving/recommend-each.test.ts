/** Answers for many are the answers for each, in their order, whatever the blocks; of runs, and of rankers without vectors. */
import { describe, expect, it } from 'vitest';
import { FILTERS, filteredRun } from '../../../tests/filtered-run.js';
import { servingOfRun } from '../../runs/serving-of-run.js';
import { ItemKnn } from '../item-knn.js';
import { type EachOptions, recommendEach, type UserAnswer } from './recommend-each.js';
import { recommendForProfile } from './recommend-for-profile.js';
import type { Servable } from './served-model.js';

const run = filteredRun('nowhere');
const knn = { ...run, embeddings: undefined, historyVectors: undefined, recommender: new ItemKnn(run.graph.train) };
const models: Record<string, Servable> = { vectors: run, 'item-kNN': { serving: servingOfRun(knn) } };
const PROFILES = [
  ...run.graph.users.ids.map((user) => ({ user })),
  { user: 'somebody' },
  { user: 'u3', history: ['i1', 'i4'] },
];

async function all(model: Servable, options: EachOptions, profiles: typeof PROFILES = PROFILES): Promise<UserAnswer[]> {
  const answers: UserAnswer[] = [];
  for await (const block of recommendEach(model, profiles, options)) answers.push(...block);
  return answers;
}

describe.each(Object.entries(models))('%s', (name, model) => {
  const filters = Object.entries(FILTERS).filter(([, filter]) => !filter.mmr || name === 'vectors');
  it.each(filters)('%s', async (_, filter) => {
    for (const blockSize of [1, 7, 512]) {
      const answers = await all(model, { k: 6, filter, blockSize });
      expect(answers.map(({ user }) => user)).toEqual(PROFILES.map(({ user }) => user));
      for (const [at, { route, items, scores }] of answers.entries()) {
        const one = await recommendForProfile(model, PROFILES[at], { k: 6, filter });
        expect(route).toBe(one.route);
        expect(Array.from(items, (item) => run.graph.items.idOf(item))).toEqual(one.items.map(({ id }) => id));
        expect([...scores]).toEqual(one.items.map(({ score }) => score));
      }
    }
  });
});

it('gives the vectors that it ranked by, and none of those it knows nothing of', async () => {
  const history = { user: 'new', history: ['i1', 'i8'] };
  const [hot, warm, cold] = await all(run, { k: 3 }, [{ user: 'u4' }, history, { user: 'x' }]);
  expect(hot.vector).toEqual(run.serving.space!.rowOf('user', 4));
  const { embeddingDim, items } = run.embeddings;
  const products = Array.from(warm.items, (item) =>
    warm.vector!.reduce((sum, value, d) => sum + value * items[item * embeddingDim + d], 0),
  );
  for (const [at, score] of warm.scores.entries()) expect(score).toBeCloseTo(products[at], 5);
  expect([warm.route, cold.route, cold.vector]).toEqual(['warm', 'cold', undefined]);
});

it('leaves a list empty where nothing is known and nothing is to stand in, and stops at other errors', async () => {
  const [answer] = await all(run, { fallback: false }, [{ user: 'x' }]);
  expect(answer).toEqual({ user: 'x', route: undefined, items: new Int32Array(0), scores: new Float32Array(0) });
  await expect(all(run, { fallback: { windowDays: 3 } })).rejects.toMatchObject({ code: 'NO_POPULARITY' });
  await expect(all(run, { blockSize: 0 })).rejects.toMatchObject({ code: 'BLOCK_SIZE' });
});

it('leaves out what users had in the parts that are named, and in their history', async () => {
  const ofHistory = { user: 'u3', history: ['i1', 'i4'] };
  const idsOf = ({ items }: UserAnswer) => Array.from(items, (item) => run.graph.items.idOf(item));
  for (const seen of [[], ['train', 'test']] as const) {
    const [answer] = await all(run, { k: 120, seen }, [ofHistory]);
    const left = new Set([...run.serving.itemsOf(3, seen)].map((item) => run.graph.items.idOf(item)));
    expect(new Set(idsOf(answer))).toEqual(
      new Set(run.graph.items.ids.filter((id) => !left.has(id) && !ofHistory.history.includes(id))),
    );
  }
  const [everything] = await all(run, { k: 120, includeKnown: true }, [ofHistory]);
  expect(everything.items.length).toBe(120);
});
