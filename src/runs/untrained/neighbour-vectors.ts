/** Ranker content-neighbours: the vectors of a finished run, with cold items placed among their content neighbours. */
import type { Registries } from '../../config/registries.js';
import type { RunConfig } from '../../config/run-config.js';
import { ConfigError } from '../../core/errors.js';
import type { Reporter } from '../../core/reporter.js';
import { itemDegrees } from '../../graph/bipartite-csr.js';
import type { StoredGraph } from '../../graph/stored-graph.js';
import { contentNeighbourEmbeddings, type Embeddings } from '../../retrieval/index.js';
import { fittedGraph } from '../held-out.js';
import { itemContent } from '../known-features.js';
import { embeddingsOf, loadRunWith } from '../load-run.js';

type NeighbourRanker = Extract<RunConfig['ranker'], { name: 'content-neighbours' }>;

/**
 * @param graph of the teacher too: other graphs have other items
 * @throws ConfigError `RANKER_RUN` where no run is named, `CONFIG_FEATURES`, `RUN_NO_VECTORS`, and what `loadRun` throws
 */
export async function neighbourVectors(
  { run, fields, numNeighbors }: NeighbourRanker,
  graph: StoredGraph,
  { registries, reporter }: { readonly registries: Registries; readonly reporter: Reporter },
): Promise<Embeddings> {
  if (run === undefined) {
    throw new ConfigError(
      'RANKER_RUN',
      'content-neighbours takes its vectors from a finished run of the same graph: name it with --teacher RUN (ranker.run)',
    );
  }
  const teacher = await loadRunWith(registries, run, graph.folder);
  const fitted = fittedGraph(graph, teacher.config);
  const isWarm = Uint8Array.from(itemDegrees(fitted.train), (degree) => (degree > 0 ? 1 : 0));
  const content = itemContent(fitted, fields);
  const { embeddings, numAlone } = contentNeighbourEmbeddings(embeddingsOf(teacher), content, isWarm, numNeighbors);
  if (numAlone > 0) reporter.warn(`${numAlone} cold items share nothing with any warm one: they keep no vector`);
  return embeddings;
}
