/** A run whose items have features and whose users have items in every part, and filters to ask it with. */
import { raggedFromPairs } from '../src/core/ragged.js';
import { Rng } from '../src/core/rng.js';
import type { FeatureTable } from '../src/data/feature-table.js';
import { buildBipartiteCsr } from '../src/graph/bipartite-csr.js';
import type { ItemFilter } from '../src/retrieval/index.js';
import { fakeRun } from './fake-run.js';

const NUM_USERS = 30;
export const NUM_ITEMS = 120;

const GENRES = ['drama', 'comedy', 'war'];
export const itemFeatures: FeatureTable = {
  numRows: NUM_ITEMS,
  columns: {
    title: { kind: 'text', texts: Array.from({ length: NUM_ITEMS }, (_, i) => (i === 3 ? '' : `Item no. ${i}`)) },
    genre: {
      kind: 'categorical',
      values: GENRES,
      codes: Int32Array.from({ length: NUM_ITEMS }, (_, i) => (i % 4) - 1),
    },
    tags: {
      kind: 'multi-valued',
      values: ['x', 'y'],
      offsets: Int32Array.from({ length: NUM_ITEMS + 1 }, (_, i) => i),
      codes: Int32Array.from({ length: NUM_ITEMS }, (_, i) => i % 2),
    },
    price: {
      kind: 'numeric',
      numbers: Float64Array.from({ length: NUM_ITEMS }, (_, i) => (i % 7 ? i / 3 : Number.NaN)),
    },
    since: { kind: 'time', seconds: Float64Array.from({ length: NUM_ITEMS }, (_, i) => 1e9 + i) },
    picture: { kind: 'vector', dim: 2, numbers: new Float32Array(2 * NUM_ITEMS) },
  },
};

/** A third of 400 random pairs to each part; user 29 has none. */
function graphOf() {
  const rng = Rng.of(3, 'pairs');
  const codes = [
    ...new Set(Array.from({ length: 400 }, () => rng.integer(NUM_USERS - 1) * NUM_ITEMS + rng.integer(NUM_ITEMS))),
  ];
  const pairs = codes.map((code) => [Math.floor(code / NUM_ITEMS), code % NUM_ITEMS]);
  const part = (number: number) => {
    const own = pairs.filter((_, at) => at % 3 === number);
    return [Int32Array.from(own, ([user]) => user), Int32Array.from(own, ([, item]) => item)] as const;
  };
  const [userIndex, itemIndex] = part(0);
  return {
    itemFeatures,
    train: buildBipartiteCsr({ userIndex, itemIndex }, { numUsers: NUM_USERS, numItems: NUM_ITEMS }),
    valid: raggedFromPairs(...part(1), NUM_USERS),
    test: raggedFromPairs(...part(2), NUM_USERS),
  };
}

/** @param folder where a bundle of it goes by default */
export const filteredRun = (folder: string) => fakeRun({ folder, history: 'none', graph: graphOf() });

export const FILTERS: Record<string, ItemFilter> = {
  nothing: {},
  'a condition': { where: 'genre in (drama, war) and not tags contains x or price < 5' },
  lists: { allow: ['i1', 'i2', 'i3', 'i7', 'i9', 'nobody'], deny: ['i2'] },
  rules: { maxPer: { tags: 3 }, quotas: { genre: { war: 3, comedy: 1 } } },
  'quotas of little that passes': { where: 'genre = war', quotas: { genre: { comedy: 2 } } },
  diversity: { mmr: { lambda: 0.4, pool: 30 }, maxPer: { genre: 4 } },
  'nothing that passes': { where: 'price < 0' },
};
