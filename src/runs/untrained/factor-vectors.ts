/** Rankers that are factors of an item-item matrix, made once when a run begins: their vectors, and what they make of new users. */
import type { RunConfig } from '../../config/run-config.js';
import { DataError } from '../../core/errors.js';
import type { Reporter } from '../../core/reporter.js';
import { Rng } from '../../core/rng.js';
import type { BipartiteCsr } from '../../graph/bipartite-csr.js';
import type { StoredGraph } from '../../graph/stored-graph.js';
import {
  type Embeddings,
  easeFactors,
  embeddingsOfFactors,
  graphFilterFactors,
  type HistoryVectors,
  historiesOf,
  historyOfFactors,
  type ItemFactors,
  ItemKnn,
  itemKnnFactors,
} from '../../retrieval/index.js';
import { fittedGraph } from '../held-out.js';
import type { RunFolder } from '../run-folder.js';
import type { StateArray } from '../state-file.js';

type FactoredRanker = Extract<RunConfig['ranker'], { name: 'graph-filter' | 'item-knn' | 'ease' }> & {
  readonly rank: number;
};

/** Name of A in best.state. */
const SAID = 'said';

/** The ranker, where it is one of these. */
export function factoredRanker({ ranker }: Pick<RunConfig, 'ranker'>): FactoredRanker | undefined {
  if (ranker.name !== 'graph-filter' && ranker.name !== 'item-knn' && ranker.name !== 'ease') return undefined;
  const { rank } = ranker;
  return rank === undefined ? undefined : { ...ranker, rank };
}

/** What of these goes into best.state. */
interface FactorVectors {
  readonly embeddings: Embeddings;
  readonly weights: Readonly<Record<string, StateArray>>;
}

/** @throws DataError `ITEM_KNN_EMPTY` */
export function factorVectors(
  ranker: FactoredRanker,
  config: RunConfig,
  graph: StoredGraph,
  reporter: Reporter,
): FactorVectors {
  const { train, foldIn } = fittedGraph(graph, config);
  const { rank } = ranker;
  const rng = Rng.of(config.seed, 'factors');
  const factors = factorsOf(ranker, train, rng);
  const { embeddingDim, said } = factors;
  if (embeddingDim < rank) reporter.warn(`vectors of ${embeddingDim} numbers, not ${rank}: they hold all there is`);
  const embeddings = embeddingsOfFactors(factors, historiesOf(train, foldIn));
  return { embeddings, weights: { [SAID]: { shape: [train.numItems, embeddingDim], values: said } } };
}

function factorsOf(ranker: FactoredRanker, train: BipartiteCsr, rng: Rng): ItemFactors {
  switch (ranker.name) {
    case 'graph-filter':
      return graphFilterFactors(train, ranker.rank, rng);
    case 'ease':
      return easeFactors(train, ranker, rng);
    case 'item-knn':
      return itemKnnFactors(new ItemKnn(train, ranker), ranker.rank, rng);
  }
}

/** Of a run that was made of `factorVectors`. @throws DataError `STATE_FORMAT` where its state lacks them */
export function factorHistory(run: RunFolder, { train }: StoredGraph): HistoryVectors {
  const { arrays, meta } = run.readBest()!;
  const { embeddingDim } = meta;
  const said = arrays[`weights/${SAID}`]?.values;
  if (said?.length === train.numItems * embeddingDim) {
    return historyOfFactors({ embeddingDim, said }, train.weight !== undefined);
  }
  const message = `expected weights/${SAID} of shape [${train.numItems}, ${embeddingDim}]: it is not this run's; restore it, or train the run again`;
  throw new DataError('STATE_FORMAT', message, { location: { file: run.file('best.state') } });
}
