/** A trained run that was never trained: small random embeddings, with ids that are awkward to write down. */

import { resolveConfig } from '../src/config/resolve-config.js';
import { emptyRagged } from '../src/core/ragged.js';
import { Rng } from '../src/core/rng.js';
import { Vocabulary } from '../src/data/vocabulary.js';
import { buildBipartiteCsr } from '../src/graph/bipartite-csr.js';
import { EmbeddingRecommender } from '../src/retrieval/embedding-recommender.js';
import type { HistoryVectors } from '../src/retrieval/history-vectors.js';
import { servingOfRun } from '../src/runs/serving-of-run.js';
import type { TrainedRun } from '../src/runs/trained-run.js';

export interface FakeRunOptions {
  /** Where a bundle goes by default; nothing is written by this function. */
  folder: string;
  numUsers?: number;
  numItems?: number;
  /** Whether users can be made of items, by random vectors; item 5 then says nothing. */
  history?: 'none' | 'tanh';
  /** Every number of row `row`; random unit vectors when left out. */
  vector?: (row: number) => number;
  /** What of its graph is otherwise: features, what users had. */
  graph?: Partial<TrainedRun['graph']>;
}

const EMBEDDING_DIM = 8;

/** Users `u0`, `u1` …; items `i0`, `i1` …, but for a few names with spaces, line breaks, backslashes and emoji. */
export function fakeRun({
  folder,
  numUsers = 30,
  numItems = 120,
  history,
  vector,
  graph,
}: FakeRunOptions): TrainedRun & {
  embeddings: NonNullable<TrainedRun['embeddings']>;
} {
  const awkward = ['The Matrix (1999)', 'two\nlines', 'C:\\new', 'ünï 😀', ''];
  const users = Vocabulary.from(Array.from({ length: numUsers }, (_, i) => `u${i}`));
  const items = Vocabulary.from(
    Array.from({ length: numItems }, (_, i) => (i > 9 ? awkward[i - 10] : undefined) ?? `i${i}`),
  );
  const embeddings = {
    embeddingDim: EMBEDDING_DIM,
    users: rows(numUsers, 'users', vector),
    items: rows(numItems, 'items', vector),
    normalized: vector === undefined,
  };
  const id = 'fake_graph';
  const hash = 'ab'.repeat(32);
  const train = buildBipartiteCsr({ userIndex: Int32Array.of(0), itemIndex: Int32Array.of(0) }, { numUsers, numItems });
  const counts = {
    users: numUsers,
    items: numItems,
    trainEdges: 1,
    validPairs: 0,
    testPairs: 0,
    coldUsers: 1,
    coldItems: 2,
  };
  const run = {
    folder,
    manifest: {
      formatVersion: 1,
      id: 'fake-run',
      preset: 'joint',
      graphId: id,
      graphHash: hash,
      graphFolder: '../graph',
      backend: 'cpu',
      seed: 1,
      epochs: 3,
      steps: 30,
      bestEpoch: 2,
      monitor: 'recall@20',
      bestValue: 0.25,
      finished: true,
      versions: { node: '20' },
    },
    config: resolveConfig([], 'fake'),
    graph: {
      manifest: {
        formatVersion: 1,
        id,
        name: 'fake',
        hash,
        source: {},
        data: {},
        notes: [],
        counts,
        files: {},
        createdBy: 'a test',
      },
      users,
      items,
      train,
      valid: emptyRagged(numUsers),
      test: emptyRagged(numUsers),
      ...graph,
    },
    embeddings,
    recommender: new EmbeddingRecommender(embeddings),
    ...(history && { historyVectors: async () => historyVectors(numItems, history) }),
  };
  return { ...run, serving: servingOfRun(run) };
}

function rows(count: number, label: string, vector: FakeRunOptions['vector']): Float32Array {
  const rng = Rng.of(11, label);
  const values = Float32Array.from({ length: count * EMBEDDING_DIM }, (_, at) =>
    vector ? vector(Math.floor(at / EMBEDDING_DIM)) : rng.normal(),
  );
  if (vector) return values;
  for (let row = 0; row < count; row++) {
    const one = values.subarray(row * EMBEDDING_DIM, (row + 1) * EMBEDDING_DIM);
    const length = Math.hypot(...one);
    for (let i = 0; i < EMBEDDING_DIM; i++) one[i] /= length;
  }
  return values;
}

function historyVectors(numItems: number, activation: 'none' | 'tanh'): HistoryVectors {
  const terms = (activation === 'none' ? [1] : [0.5, 2]).map((weight, t) => {
    const items = rows(numItems, `history ${t}`, undefined);
    items.fill(0, 5 * EMBEDDING_DIM, 6 * EMBEDDING_DIM);
    return { weight, items };
  });
  return { embeddingDim: EMBEDDING_DIM, normalized: true, isWholeModel: true, countsRepeats: false, activation, terms };
}
