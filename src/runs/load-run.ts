/** Opening a run folder: its configuration, its graph, and a recommender made from its best weights. */
import { resolve } from 'node:path';
import { resolveConfig } from '../config/resolve-config.js';
import type { RunConfig } from '../config/run-config.js';
import { ConfigError, DataError } from '../core/errors.js';
import { loadGraph } from '../graph/graph-store.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import {
  EmbeddingRecommender,
  type Embeddings,
  ItemKnn,
  popularityEmbeddings,
  type Recommender,
  SerialRecommender,
} from '../retrieval/index.js';
import { fittedGraph } from './held-out.js';
import { historyOfRun } from './history-of-run.js';
import { RunFolder } from './run-folder.js';
import type { StateArray } from './state-file.js';
import type { PrototypeSet, TrainedRun } from './trained-run.js';

export interface LoadRunOptions {
  /** Where the graph lies, if it was moved since training. */
  readonly graphFolder?: string;
}

/**
 * @param folder a run folder with a best state (a run interrupted before its first validation has none)
 * @throws DataError `RUN_MISSING`, `RUN_FORMAT`, `RUN_UNFINISHED`, `RUN_GRAPH` (another graph than the run was trained
 * on), and what `loadGraph` throws
 */
export async function loadRun(folder: string, options: LoadRunOptions = {}): Promise<TrainedRun> {
  const run = new RunFolder(folder);
  const manifest = run.readManifest();
  const config = resolveConfig([run.readConfig()], run.file('config.yaml'));
  const graph = await openGraph(run, options.graphFolder);
  const untrained = untrainedModel(config, graph);
  if (untrained) return { folder, manifest, config, graph, ...untrained };
  if (config.ranker.name === 'fused' && config.ranker.mode === 'serial') {
    const [easy, hard] = config.ranker.runs.map((other) => resolve(folder, other));
    const first = await loadRun(easy, options);
    const second = embeddingsOf(await loadRun(hard, options));
    const recommender = new SerialRecommender(first.recommender, second, config.ranker.numCandidates!);
    return { folder, manifest, config, graph, recommender };
  }
  const best = run.readBest();
  if (best === undefined) {
    throw new DataError('RUN_UNFINISHED', 'no validated weights yet; continue with `twinlight train --resume`', {
      location: { file: folder },
    });
  }
  const { users, items, userPrototypes, itemPrototypes } = best.arrays;
  const { embeddingDim, normalized } = best.meta;
  const embeddings: Embeddings = { embeddingDim, normalized, users: users.values, items: items.values };
  return {
    folder,
    manifest,
    config,
    graph,
    embeddings,
    userPrototypes: prototypeSet(userPrototypes),
    itemPrototypes: prototypeSet(itemPrototypes),
    recommender: new EmbeddingRecommender(embeddings),
    historyVectors: historyOfRun(run, config, graph),
  };
}

/** The graph a run was trained on, checked against the run's record of it. */
export async function openGraph(run: RunFolder, graphFolder?: string): Promise<StoredGraph> {
  const manifest = run.readManifest();
  const graph = await loadGraph(graphFolder ?? resolve(run.path, manifest.graphFolder));
  if (graph.manifest.hash !== manifest.graphHash) {
    const message = `the run was trained on graph ${manifest.graphId} (hash ${manifest.graphHash.slice(0, 8)}), but ${graph.folder} holds ${graph.manifest.id} (hash ${graph.manifest.hash.slice(0, 8)})`;
    throw new DataError('RUN_GRAPH', message, { location: { file: run.path } });
  }
  return graph;
}

/** Recommender (and embeddings, where there are any) of a model that needs no training; undefined for the others. */
export function untrainedModel(
  { ranker, training }: RunConfig,
  graph: StoredGraph,
): { embeddings?: Embeddings; recommender: Recommender } | undefined {
  const { train } = fittedGraph(graph, { training });
  if (ranker.name === 'popularity') {
    const embeddings = popularityEmbeddings(train);
    return { embeddings, recommender: new EmbeddingRecommender(embeddings) };
  }
  if (ranker.name === 'item-knn') return { recommender: new ItemKnn(train, ranker) };
  return undefined;
}

function prototypeSet(array: StateArray | undefined): PrototypeSet | undefined {
  if (array === undefined) return undefined;
  const [numPrototypes, embeddingDim] = array.shape;
  return { numPrototypes, embeddingDim, vectors: array.values };
}

/** The run's embeddings. @throws ConfigError `RUN_NO_VECTORS` for a model that ranks without vectors */
export function embeddingsOf(run: TrainedRun): Embeddings {
  if (run.embeddings) return run.embeddings;
  throw new ConfigError(
    'RUN_NO_VECTORS',
    `run ${run.manifest.id} (${run.manifest.preset}) ranks without vectors; train an embedding preset such as joint or two-tower`,
  );
}
