/** Opening a run folder: its configuration, its graph, and a recommender made from its best weights. */
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Extensions } from '../config/extensions/extensions.js';
import { registriesWith } from '../config/extensions/registries-with.js';
import type { Registries } from '../config/registries.js';
import { ConfigError, DataError } from '../core/errors.js';
import { ownValue } from '../core/outside/own-keys.js';
import { loadGraph } from '../graph/graph-store.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import { EmbeddingRecommender, type Embeddings, SerialRecommender, type ServedModel } from '../retrieval/index.js';
import { historyOfRun } from './history-of-run.js';
import { RunFolder } from './run-folder.js';
import { servingOfRun } from './serving-of-run.js';
import type { StateArray } from './state-file.js';
import { towersOfRun } from './towers-of-run.js';
import type { PrototypeSet, TrainedRun } from './trained-run.js';
import { untrainedModel } from './untrained/untrained-model.js';

type BestWeights = NonNullable<ReturnType<RunFolder['readBest']>>;

export interface LoadRunOptions {
  /** Where the graph lies, if it was moved since training. */
  readonly graphFolder?: string;
  /** Those that the run was trained with. */
  readonly extensions?: Extensions;
}

/**
 * @param folder a run folder with a best state (a run interrupted before its first validation has none)
 * @throws DataError `RUN_MISSING`, `RUN_FORMAT`, `RUN_UNFINISHED`, `RUN_GRAPH` (another graph than the run was trained
 * on), and what `loadGraph` throws; ConfigError `EXTENSION_MISSING`
 */
export async function loadRun(folder: string, { graphFolder, extensions }: LoadRunOptions = {}): Promise<TrainedRun> {
  return loadRunWith(registriesWith(extensions), folder, graphFolder);
}

/** As `loadRun`. @param registries where the run's names are looked up */
export function loadRunWith(registries: Registries, folder: string, graphFolder?: string): Promise<TrainedRun> {
  return loadWithin(folder, { registries, graphFolder }, []);
}

interface Opening {
  readonly registries: Registries;
  readonly graphFolder?: string;
}

/** @param outer runs whose series this one is part of, outermost first: real paths */
async function loadWithin(folder: string, opening: Opening, outer: readonly string[]): Promise<TrainedRun> {
  const { registries, graphFolder } = opening;
  const run = new RunFolder(folder);
  const manifest = run.readManifest();
  const series = [...outer, realpathSync(folder)];
  if (new Set(series).size < series.length) {
    const message = `the serial fusion leads back to itself (${series.join(' → ')}); fuse the runs anew with \`twinlight fuse\``;
    throw new DataError('RUN_DAMAGED', message, { location: { file: run.file('config.yaml') } });
  }
  const config = run.resolvedConfig(registries);
  const graph = await openGraph(run, graphFolder);
  const known = { folder, manifest, config, registries, graph };
  const untrained = untrainedModel(config, graph);
  if (untrained) return served({ ...known, ...untrained });
  if (config.ranker.name === 'fused' && config.ranker.mode === 'serial') {
    const [easy, hard] = config.ranker.runs.map((other) => resolve(folder, other));
    const first = await loadWithin(easy, opening, series);
    const second = await loadWithin(hard, opening, series);
    for (const part of [first, second]) refuseOtherGraph(part, manifest);
    const recommender = new SerialRecommender(first.recommender, embeddingsOf(second), config.ranker.numCandidates!);
    return served({ ...known, recommender });
  }
  const best = run.readBest();
  if (best === undefined) {
    const advice =
      config.ranker.name === 'fused'
        ? 'it was never fused to the end; give the command `twinlight fuse` that made it again'
        : 'no validated weights yet; continue with `twinlight train --resume`';
    throw new DataError('RUN_UNFINISHED', advice, { location: { file: folder } });
  }
  const { userPrototypes, itemPrototypes } = best.arrays;
  const { embeddingDim, normalized } = best.meta;
  const table = (name: string, rows?: number): StateArray => tableOf(run, best, name, rows);
  const users = table('users', graph.users.size);
  const items = table('items', graph.items.size);
  const embeddings: Embeddings = { embeddingDim, normalized, users: users.values, items: items.values };
  const facts = { config, registries, graph };
  const towers = towersOfRun(run, facts);
  const opened = {
    ...known,
    embeddings,
    userPrototypes: userPrototypes && prototypeSet(table('userPrototypes')),
    itemPrototypes: itemPrototypes && prototypeSet(table('itemPrototypes')),
    recommender: new EmbeddingRecommender(embeddings),
    historyVectors: historyOfRun(run, facts, towers),
  };
  return served(opened, towers);
}

function served(run: Omit<TrainedRun, 'serving'>, towers?: ServedModel['towers']): TrainedRun {
  return { ...run, serving: servingOfRun(run, towers) };
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

function refuseOtherGraph(part: TrainedRun, { graphHash, graphId }: TrainedRun['manifest']): void {
  if (part.manifest.graphHash === graphHash) return;
  const message = `a run of graph ${graphId} is fused with one of ${part.manifest.graphId}; fuse runs of one graph`;
  throw new DataError('RUN_GRAPH', message, { location: { file: part.folder } });
}

/** Vectors out of best.state, `[rows, embeddingDim]`. @param rows absent: any number */
function tableOf(run: RunFolder, { arrays, meta }: BestWeights, name: string, rows?: number): StateArray {
  const array = ownValue(arrays, name);
  const fits =
    array?.shape.length === 2 && array.shape[1] === meta.embeddingDim && (rows ?? array.shape[0]) === array.shape[0];
  if (fits) return array;
  const came = array ? `[${array.shape.join(', ')}]` : 'none';
  const message = `expected ${name} of shape [${rows ?? 'any'}, ${meta.embeddingDim}], got ${came}: it is not this run's; restore it, or train the run again`;
  throw new DataError('STATE_FORMAT', message, { location: { file: run.file('best.state') } });
}

function prototypeSet(array: StateArray): PrototypeSet {
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
