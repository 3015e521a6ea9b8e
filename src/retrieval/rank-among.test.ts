/** A subset's ranking is the full ranking with the others struck out, by every recommender; by a sort of the scores, too. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../backend/index.js';
import { raggedFromPairs } from '../core/ragged.js';
import { Rng } from '../core/rng.js';
import { buildBipartiteCsr } from '../graph/bipartite-csr.js';
import { EmbeddingRecommender } from './embedding-recommender.js';
import { ItemKnn } from './item-knn.js';
import { rankAmong } from './rank-among.js';
import type { Embeddings, Recommender } from './recommender.js';
import { SerialRecommender } from './serial-recommender.js';

beforeAll(() => useBackend('auto'));

const NUM_USERS = 7;
const NUM_ITEMS = 31;
const DIM = 3;
const EVERYONE = Int32Array.from({ length: NUM_USERS }, (_, user) => user);

const rng = Rng.of(3, 'rank-among');
/** Small whole numbers, so that scores tie and are exact. */
const table = (rows: number): Float32Array => Float32Array.from({ length: rows * DIM }, () => rng.integer(5) - 2);
const made = (): Embeddings => ({
  embeddingDim: DIM,
  users: table(NUM_USERS),
  items: table(NUM_ITEMS),
  normalized: false,
});
const easy = made();
const hard = made();
const train = buildBipartiteCsr(
  {
    userIndex: Int32Array.from({ length: 60 }, () => rng.integer(NUM_USERS)),
    itemIndex: Int32Array.from({ length: 60 }, () => rng.integer(NUM_ITEMS - 6)),
  },
  { numUsers: NUM_USERS, numItems: NUM_ITEMS },
);
const embedded = new EmbeddingRecommender(easy);
const RECOMMENDERS: Record<string, Recommender> = {
  embeddings: embedded,
  'item-knn': new ItemKnn(train),
  // as long as the catalogue: a cascade over a subset has other candidates, not others' order
  serial: new SerialRecommender(embedded, hard, NUM_ITEMS),
  'one that can only rank everything': {
    numUsers: NUM_USERS,
    numItems: NUM_ITEMS,
    isExact: true,
    recommend: (users, k, exclude) => embedded.recommend(users, k, exclude),
  },
};

const subsets = fc.uniqueArray(fc.nat(NUM_ITEMS - 1), { minLength: 1 }).map((items) => Int32Array.from(items).sort());
const pairs = fc.array(fc.tuple(fc.nat(NUM_USERS - 1), fc.nat(NUM_ITEMS - 1)), { maxLength: 60 }).map((all) =>
  raggedFromPairs(
    Int32Array.from(all, ([user]) => user),
    Int32Array.from(all, ([, item]) => item),
    NUM_USERS,
  ),
);

describe.each(Object.entries(RECOMMENDERS))('%s', (_name, recommender) => {
  it('ranks a subset as the whole catalogue without the rest', async () => {
    await fc.assert(
      fc.asyncProperty(subsets, pairs, fc.integer({ min: 1, max: 40 }), async (candidates, exclude, k) => {
        const all = await recommender.recommend(EVERYONE, NUM_ITEMS, exclude);
        const some = await rankAmong(recommender, candidates).recommend(EVERYONE, k, exclude);
        expect(some.k).toBe(Math.min(k, candidates.length));
        for (const user of EVERYONE) {
          const row = [...all.ids.subarray(user * all.k, (user + 1) * all.k)];
          const expected = row.filter((item) => candidates.includes(item)).slice(0, some.k);
          const padded = [...expected, ...new Array<number>(some.k - expected.length).fill(-1)];
          expect([...some.ids.subarray(user * some.k, (user + 1) * some.k)]).toEqual(padded);
        }
      }),
      { numRuns: 40 },
    );
  });
});

it('gives positions in the ranking of a subset', async () => {
  const candidates = Int32Array.of(2, 3, 11, 20, 29);
  const among = rankAmong(embedded, candidates);
  const exclude = raggedFromPairs(Int32Array.of(0, 0), Int32Array.of(3, 5), NUM_USERS);
  const wanted = raggedFromPairs(
    EVERYONE,
    Int32Array.from(EVERYONE, () => 20),
    NUM_USERS,
  );
  const { positions, numRanked } = await among.positionsOf!(EVERYONE, { wanted, exclude });
  const { ids, k } = await among.recommend(EVERYONE, 5, exclude);
  for (const user of EVERYONE) {
    const row = [...ids.subarray(user * k, (user + 1) * k)];
    expect(positions[user]).toBe(row.indexOf(20) + 1);
    expect(numRanked[user]).toBe(row.filter((item) => item >= 0).length);
  }
});

it('ranks items that all have no vector, rather than refusing them', async () => {
  const items = easy.items.slice();
  items.fill(0, 0, 2 * DIM);
  const { ids } = await rankAmong(new EmbeddingRecommender({ ...easy, items }), Int32Array.of(0, 1)).recommend(
    EVERYONE,
    2,
  );
  expect(ids.length).toBe(2 * NUM_USERS);
});

it.each([[[]], [[3, 2]], [[2, 2]], [[NUM_ITEMS]], [[-1]]])('refuses the candidates %j', (candidates) => {
  expect(() => rankAmong(embedded, Int32Array.from(candidates))).toThrow(
    expect.objectContaining({ code: 'RETRIEVAL_CANDIDATES' }),
  );
});
