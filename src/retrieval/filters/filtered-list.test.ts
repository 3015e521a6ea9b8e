/**
 * Filtered lists against a full sort of what passes; rules against all lists that keep them (where that is the promise) and
 * against their own words; marginal relevance against its formula, recomputed at every step.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectTopK, type TopK } from '../../core/select-top-k.js';
import type { FeatureTable } from '../../data/feature-table.js';
import { Vocabulary } from '../../data/vocabulary.js';
import { filteredList } from './filtered-list.js';
import { type CompiledFilter, compileItemFilter, type ItemFilter } from './item-filter.js';

const GENRES = ['drama', 'comedy', 'war'];
const DIM = 3;

interface World {
  readonly scores: Float32Array;
  readonly genres: readonly number[];
  readonly lists: readonly (readonly number[])[];
  readonly seen: Int32Array;
  readonly vectors: Float32Array;
}

const indices = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const worlds: fc.Arbitrary<World> = fc.integer({ min: 1, max: 40 }).chain((numItems) => {
  const times = { minLength: numItems, maxLength: numItems };
  return fc.record({
    // few different ones, so that there are ties
    scores: fc.array(fc.integer({ min: -3, max: 9 }), times).map((all) => Float32Array.from(all)),
    genres: fc.array(fc.integer({ min: -1, max: 2 }), times),
    lists: fc.array(fc.subarray([0, 1, 2]), times),
    seen: fc.subarray(indices(numItems)).map((all) => Int32Array.from(all)),
    vectors: fc
      .array(fc.integer({ min: -2, max: 2 }), { minLength: numItems * DIM, maxLength: numItems * DIM })
      .map((all) => Float32Array.from(all)),
  });
});

const idOf = (item: number): string => `i${item}`;

function compiled({ genres, lists, vectors }: World, filter: ItemFilter): CompiledFilter {
  const offsets = new Int32Array(lists.length + 1);
  for (const [row, list] of lists.entries()) offsets[row + 1] = offsets[row] + list.length;
  const catalogue: FeatureTable = {
    numRows: genres.length,
    columns: {
      genre: { kind: 'categorical', codes: Int32Array.from(genres), values: GENRES },
      genres: { kind: 'multi-valued', codes: Int32Array.from(lists.flat()), offsets, values: GENRES },
      number: { kind: 'numeric', numbers: Float64Array.from(genres, (genre) => (genre < 0 ? Number.NaN : genre)) },
    },
  };
  return compileItemFilter(
    {
      title: 'a model',
      items: Vocabulary.from(genres.map((_, item) => idOf(item))),
      catalogue: () => catalogue,
      space: { embeddingDim: DIM, rowOf: (_, item) => vectors.subarray(item * DIM, (item + 1) * DIM) },
    },
    filter,
  );
}

const exactSearch =
  ({ scores }: World) =>
  async (k: number, exclude: Int32Array): Promise<TopK> =>
    selectTopK(scores, k, exclude);

const ask = (world: World, filter: ItemFilter, k: number, search = exactSearch(world)) =>
  filteredList(compiled(world, filter), { k, seen: world.seen, search });

/** All that passes, best first: the oracle. */
function sorted({ scores, seen }: World, passes: (item: number) => boolean): number[] {
  const left = indices(scores.length).filter((item) => passes(item) && !seen.includes(item));
  return left.sort((a, b) => scores[b] - scores[a] || a - b);
}

const ks = fc.integer({ min: 1, max: 12 });
const idLists = (world: World) => fc.subarray([...indices(world.scores.length).map(idOf), 'nobody']);

it('is the head of a full sort of what passes, with what was left out by reason', async () => {
  const cases = worlds.chain((world) =>
    fc.record({
      world: fc.constant(world),
      k: ks,
      allow: fc.option(idLists(world), { nil: undefined }),
      deny: fc.option(idLists(world), { nil: undefined }),
      genre: fc.option(fc.constantFrom(...GENRES), { nil: undefined }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(cases, async ({ world, k, allow, deny, genre }) => {
      const where = genre && `genre = ${genre}`;
      const { items, scores, report } = await ask(world, { allow, deny, where }, k);
      const reasonOf = (item: number): string => {
        if (allow && !allow.includes(idOf(item))) return 'allow';
        if (deny?.includes(idOf(item))) return 'deny';
        if (genre && GENRES[world.genres[item]] !== genre) return 'where';
        return world.seen.includes(item) ? 'seen' : 'passes';
      };
      const expected = sorted(world, (item) => ['passes', 'seen'].includes(reasonOf(item)));
      expect([...items]).toEqual(expected.slice(0, k));
      expect([...scores]).toEqual(expected.slice(0, k).map((item) => world.scores[item]));
      const count = (reason: string): number =>
        indices(world.scores.length).filter((item) => reasonOf(item) === reason).length;
      expect(report.leftOut).toEqual({
        allow: count('allow'),
        deny: count('deny'),
        where: count('where'),
        seen: count('seen'),
      });
      expect(report.passing).toBe(count('passes'));
      expect(report.passedOver).toBe(0);
      expect(report.notes.some((note) => note.startsWith(`${items.length} of ${k}: `))).toBe(items.length < k);
    }),
  );
});

/** All subsets of at most k. */
function* listsOf(items: readonly number[], k: number, from = 0): Generator<number[]> {
  yield [];
  if (k === 0) return;
  for (let i = from; i < items.length; i++) for (const rest of listsOf(items, k - 1, i + 1)) yield [items[i], ...rest];
}

it('is of the largest sum that limits and quotas of one column of single values leave', async () => {
  const small = worlds.filter(({ scores }) => scores.length <= 9);
  const rules = fc.record({
    k: fc.integer({ min: 1, max: 4 }),
    most: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    least: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 3, maxLength: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(small, rules, async (world, { k, most, least }) => {
      fc.pre(least.every((count) => count <= (most ?? count)) && least.reduce((a, b) => a + b) <= k);
      const asked = least.flatMap((count, genre) => (count > 0 ? [[GENRES[genre], count] as const] : []));
      const filter = { ...(most && { maxPer: { genre: most } }), quotas: { genre: Object.fromEntries(asked) } };
      // scores above 0: a longer list is never worse
      const positive = { ...world, scores: world.scores.map((score) => score + 4) };
      const { items } = await ask(positive, filter, k);
      const all = sorted(positive, () => true);
      const had = (list: readonly number[], genre: number) =>
        list.filter((item) => world.genres[item] === genre).length;
      const keeps = (list: readonly number[]) =>
        least.every((count, genre) => had(list, genre) >= Math.min(count, had(all, genre))) &&
        [0, 1, 2].every((genre) => had(list, genre) <= (most ?? k));
      const sum = (list: readonly number[]) => list.reduce((total, item) => total + positive.scores[item], 0);
      const best = Math.max(...[...listsOf(all, k)].filter(keeps).map(sum));
      expect(keeps([...items])).toBe(true);
      expect(sum([...items])).toBe(best);
      const ranks = Array.from(items, (item) => all.indexOf(item));
      expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    }),
  );
});

/** The list by its words, over the whole ranking: no pools. */
function greedy(
  world: World,
  ranking: readonly number[],
  k: number,
  rules: { most?: number; genre?: number; least: number },
) {
  const list: number[] = [];
  const has = (item: number, genre: number) => world.lists[item].includes(genre);
  const count = (genre: number) => list.filter((item) => has(item, genre)).length;
  const { most = k, genre = 0 } = rules;
  let least = Math.min(rules.least, ranking.filter((item) => has(item, genre)).length);
  while (list.length < k) {
    const open = least - count(genre);
    const free = ranking.filter((item) => !list.includes(item) && world.lists[item].every((one) => count(one) < most));
    const wanted = open > 0 && open >= k - list.length ? free.filter((item) => has(item, genre)) : free;
    if (wanted.length > 0) list.push(wanted[0]);
    else if (wanted === free) break;
    else least = 0;
  }
  return list;
}

it('counts every value of a list, and grows its pool until the list is full', async () => {
  const rules = fc.record({
    k: ks,
    most: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    genre: fc.integer({ min: 0, max: 2 }),
    least: fc.integer({ min: 0, max: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(worlds, rules, async (world, { k, most, genre, least }) => {
      fc.pre(least <= (most ?? least) && least <= k);
      const filter = {
        ...(most && { maxPer: { genres: most } }),
        ...(least > 0 && { quotas: { genres: { [GENRES[genre]]: least } } }),
      };
      const { items, report } = await ask(world, filter, k);
      const ranking = sorted(world, () => true);
      const expected = greedy(world, ranking, k, { most, genre, least });
      expect([...items]).toEqual(expected);
      const lowest = Math.max(-1, ...expected.map((item) => ranking.indexOf(item)));
      expect(report.passedOver).toBe(lowest + 1 - expected.length);
      const met = expected.filter((item) => world.lists[item].includes(genre)).length;
      expect(report.notes.some((note) => note.startsWith(`${met} of the ${least} items of genres`))).toBe(met < least);
    }),
  );
});

describe('maximal marginal relevance', () => {
  it('takes the largest value of its formula, step by step', async () => {
    const options = fc.record({
      k: ks,
      lambda: fc.constantFrom(0, 0.25, 0.5, 0.9, 1),
      pool: fc.integer({ min: 1, max: 50 }),
    });
    await fc.assert(
      fc.asyncProperty(worlds, options, async (world, { k, lambda, pool }) => {
        const { items } = await ask(world, { mmr: { lambda, pool } }, k);
        const candidates = sorted(world, () => true).slice(0, Math.max(pool, k));
        const scores = candidates.map((item) => world.scores[item]);
        const [low, high] = [Math.min(...scores), Math.max(...scores)];
        const row = (item: number) => [...world.vectors.subarray(item * DIM, (item + 1) * DIM)];
        const cosine = (a: number, b: number) => {
          const lengths = Math.hypot(...row(a)) * Math.hypot(...row(b));
          return lengths === 0 ? 0 : row(a).reduce((sum, value, d) => sum + value * row(b)[d], 0) / lengths;
        };
        const value = (item: number, chosen: readonly number[]) => {
          const relevance = high > low ? (world.scores[item] - low) / (high - low) : 1;
          const nearest = chosen.length > 0 ? Math.max(...chosen.map((other) => cosine(item, other))) : 0;
          return lambda * relevance - (1 - lambda) * nearest;
        };
        expect(items.length).toBe(Math.min(k, candidates.length));
        for (const [rank, item] of items.entries()) {
          const chosen = [...items.subarray(0, rank)];
          const left = candidates.filter((other) => !chosen.includes(other));
          expect(left).toContain(item);
          // vectors are float32
          expect(value(item, chosen)).toBeGreaterThanOrEqual(Math.max(...left.map((one) => value(one, chosen))) - 1e-6);
        }
        if (lambda === 1) expect([...items]).toEqual(candidates.slice(0, k));
      }),
    );
  });

  it('keeps limits too', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, ks, async (world, k) => {
        const { items } = await ask(world, { mmr: { lambda: 0.5, pool: 5 }, maxPer: { number: 1 } }, k);
        const genres = Array.from(items, (item) => world.genres[item]).filter((genre) => genre >= 0);
        expect(new Set(genres).size).toBe(genres.length);
        // limits of one column of single values: as many as any list that keeps them
        const all = sorted(world, () => true).map((item) => world.genres[item]);
        const most = all.filter((genre) => genre < 0).length + new Set(all.filter((genre) => genre >= 0)).size;
        expect(items.length).toBe(Math.min(k, most));
      }),
    );
  });
});

it('says how far an approximate ranking came', async () => {
  const world: World = {
    scores: Float32Array.from({ length: 40 }, (_, item) => item),
    genres: indices(40).map(() => 0),
    lists: indices(40).map(() => []),
    seen: new Int32Array(0),
    vectors: new Float32Array(40 * DIM),
  };
  // it reaches even items alone
  const search = async (k: number, exclude: Int32Array) => {
    const reached = world.scores.map((score, item) => (item % 2 === 0 ? score : Number.NaN));
    return selectTopK(reached, k, exclude);
  };
  const { items, report } = await ask(world, { deny: ['i38'] }, 30, search);
  expect([...items]).toEqual(indices(19).map((i) => 36 - 2 * i));
  expect(report.notes).toEqual(['19 of 30: 39 items pass, of which the ranking reached 19']);
});
