/**
 * A run as its readers (evaluation, export, recommend, report) see it.
 */
import type { Registries } from '../config/registries.js';
import type { RunConfig } from '../config/run-config.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import type { HistoryVectors } from '../retrieval/history-vectors.js';
import type { Embeddings, Recommender } from '../retrieval/recommender.js';
import type { Servable, ServedModel } from '../retrieval/serving/served-model.js';

/** Saved as `manifest.json` in the run folder. */
export interface RunManifest {
  readonly formatVersion: number;
  readonly id: string;
  readonly preset: string;
  readonly graphId: string;
  readonly graphHash: string;
  /** Relative to the run folder. */
  readonly graphFolder: string;
  readonly backend: string;
  readonly seed: number;
  readonly epochs: number;
  readonly steps: number;
  /** Epoch whose weights are in `best/`, by the validation metric `monitor`; 0 = untrained. */
  readonly bestEpoch: number;
  readonly monitor: string;
  /** Null before any validation. */
  readonly bestValue: number | null;
  readonly finished: boolean;
  readonly versions: Record<string, string>;
  /** Of a run that lies in another one and stands in for it: the epoch of that one's weights than which it was found better. */
  readonly standsInForEpoch?: number;
  /** sha256 of the vectors of `coldStart.teacher`; absent where it has none. */
  readonly teacherHash?: string;
  /**
   * sha256 of graph, preset, configuration but for keys that may change later, and teacher: what its checkpoints are bound to. Absent in
   * runs of version 0.1.
   */
  readonly runHash?: string;
  /** sha256 of config.yaml; absent in runs of version 0.1. */
  readonly configHash?: string;
  /** Of the config.yaml that is about to replace it. */
  readonly nextConfigHash?: string;
}

/** Item (or user) prototypes of a run trained with a prototype loss, unit length. */
export interface PrototypeSet {
  readonly numPrototypes: number;
  readonly embeddingDim: number;
  /** `[numPrototypes, embeddingDim]` row-major. */
  readonly vectors: Float32Array;
}

export interface TrainedRun extends Servable {
  readonly folder: string;
  readonly manifest: RunManifest;
  /** The resolved configuration, as saved. */
  readonly config: RunConfig;
  /** Where its names are looked up; absent: the built-in ones. */
  readonly registries?: Registries;
  readonly graph: StoredGraph;
  /** Absent for models that rank without vectors (item-kNN without a rank). */
  readonly embeddings?: Embeddings;
  /** What makes users of items, made when first asked for; absent where the run's encoder can't. */
  readonly historyVectors?: () => Promise<HistoryVectors>;
  readonly userPrototypes?: PrototypeSet;
  readonly itemPrototypes?: PrototypeSet;
  /** Ranks by the run's model, exactly. */
  readonly recommender: Recommender;
  /** The same for whoever is no user of the graph, and for new items. */
  readonly serving: ServedModel;
}
