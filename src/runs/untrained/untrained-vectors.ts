/** Vectors that need no training, but more time than the opening of a run: made when it begins, and kept in best.state. */
import type { Registries } from '../../config/registries.js';
import type { RunConfig } from '../../config/run-config.js';
import type { Reporter } from '../../core/reporter.js';
import type { StoredGraph } from '../../graph/stored-graph.js';
import type { Embeddings } from '../../retrieval/index.js';
import type { StateArray } from '../state-file.js';
import { factoredRanker, factorVectors } from './factor-vectors.js';
import { neighbourVectors } from './neighbour-vectors.js';

interface UntrainedVectors {
  readonly embeddings: Embeddings;
  /** What else the run needs of them; absent: nothing. */
  readonly weights?: Readonly<Record<string, StateArray>>;
}

/**
 * What makes the vectors of the run's ranker; undefined for every other ranker. It throws what `factorVectors` and `neighbourVectors`
 * throw.
 */
export function untrainedVectors(
  config: RunConfig,
  graph: StoredGraph,
  context: { readonly registries: Registries; readonly reporter: Reporter },
): (() => Promise<UntrainedVectors>) | undefined {
  const { ranker } = config;
  if (ranker.name === 'content-neighbours') {
    return async () => ({ embeddings: await neighbourVectors(ranker, graph, context) });
  }
  const factored = factoredRanker(config);
  return factored && (async () => factorVectors(factored, config, graph, context.reporter));
}
