/**
 * What is fitted to the embeddings at the beginning of an epoch and held fixed during it: k-means clusters (the E-step of
 * NCL), temperatures of users, and the scores of their K-th items (SL@K). They depend on the weights of that moment, so checkpoints hold them.
 */
import * as tf from '@tensorflow/tfjs';
import { ConfigError } from '../core/errors.js';
import { Rng } from '../core/rng.js';
import type { Side } from '../core/side.js';
import type { BipartiteCsr } from '../graph/bipartite-csr.js';
import {
  type AdaptiveTemperature,
  adaptiveTemperatures,
  type ClusterPlan,
  type Clusters,
  isAdaptive,
  kMeans,
  type TopKPlan,
  topKScores,
  type UnitEmbeddings,
} from '../losses/index.js';
import { l2Normalize, valuesOf } from '../ops/index.js';
import type { StateArray } from '../runs/state-file.js';
import type { PrototypeSet } from '../runs/trained-run.js';
import type { Model } from './model.js';
import { SIDES } from './prototypes.js';
import type { StepViews } from './step/step-views.js';

export class EpochFits {
  private readonly clusters: Partial<Record<Side, Clusters>> = {};
  private readonly plan?: ClusterPlan;
  private readonly adaptive?: AdaptiveTemperature;
  /** With an adaptive temperature, `[numUsers]`. */
  userTemperatures?: Float32Array;
  private readonly topK?: TopKPlan;
  /** Of the item in the K-th place of every user, as the main loss compares; 0 before the first look, `[numUsers]`. */
  topKScores?: Float32Array;

  /**
   * @param views hold the adjacency of the whole training graph
   * @throws ConfigError for more prototypes than nodes
   */
  constructor(
    private readonly seed: number,
    private readonly graph: BipartiteCsr,
    private readonly model: Model,
    private readonly views: StepViews,
  ) {
    const { main, prototypes } = model.losses;
    if (isAdaptive(main?.temperature)) this.adaptive = main.temperature;
    this.topK = main?.row.topK?.(main.options);
    if (this.topK) this.topKScores = new Float32Array(graph.numUsers);
    this.plan = prototypes?.row.clusters?.(prototypes.options);
    if (this.plan === undefined) return;
    for (const [key, wanted, nodes] of [
      ['numUserPrototypes', this.plan.numUserPrototypes, graph.numUsers],
      ['numItemPrototypes', this.plan.numItemPrototypes, graph.numItems],
    ] as const) {
      if (wanted <= nodes) continue;
      throw new ConfigError(
        'CONFIG_DATA',
        `losses.prototypes.${key} is ${wanted}, but the graph has ${nodes} such nodes`,
      );
    }
  }

  /** Fits what is due; the same for the same weights. */
  async beginEpoch(epoch: number): Promise<void> {
    const { adaptive } = this;
    const plan = this.plan && isDue(this.plan, epoch) ? this.plan : undefined;
    const embeddings = plan || (adaptive && epoch > 1) ? await this.embeddings() : undefined;
    if (adaptive) await this.fitTemperatures(adaptive, epoch, epoch > 1 ? embeddings : undefined);
    if (plan && embeddings) await this.fitClusters(plan, epoch, embeddings);
    if (this.topK && epoch > 1 && (epoch - 1) % this.topK.refreshEvery === 0) await this.fitTopK(this.topK, epoch);
  }

  /** Undefined before the first fit. */
  clustersOf(side: Side): Clusters | undefined {
    return this.clusters[side];
  }

  /** The centroids of a side; undefined before the first fit. */
  prototypeSet(side: Side): PrototypeSet | undefined {
    const clusters = this.clusters[side];
    if (clusters === undefined) return undefined;
    const { numClusters, centroids } = clusters;
    return { numPrototypes: numClusters, embeddingDim: centroids.length / numClusters, vectors: centroids };
  }

  /** For a checkpoint. */
  state(): Record<string, StateArray> {
    const arrays: Record<string, StateArray> = {};
    for (const [side, clusters] of Object.entries(this.clusters)) {
      const { numClusters, centroids, assignment } = clusters;
      arrays[`clusters/${side}/centroids`] = {
        shape: [numClusters, centroids.length / numClusters],
        values: centroids,
      };
      arrays[`clusters/${side}/assignment`] = { shape: [assignment.length], values: Float32Array.from(assignment) };
    }
    const values = this.userTemperatures;
    if (values) arrays.userTemperatures = { shape: [values.length], values };
    if (this.topKScores) arrays.topKScores = { shape: [this.topKScores.length], values: this.topKScores };
    return arrays;
  }

  restore(arrays: Readonly<Record<string, StateArray>>): void {
    for (const side of SIDES) {
      const centroids = arrays[`clusters/${side}/centroids`];
      if (centroids === undefined) continue;
      this.clusters[side] = {
        numClusters: centroids.shape[0],
        centroids: centroids.values,
        assignment: Int32Array.from(arrays[`clusters/${side}/assignment`].values),
      };
    }
    this.userTemperatures = arrays.userTemperatures?.values;
    this.topKScores = arrays.topKScores?.values ?? this.topKScores;
  }

  private async fitClusters(
    { numUserPrototypes, numItemPrototypes, kMeansIterations: iterations }: ClusterPlan,
    epoch: number,
    { dim, users, items }: UnitEmbeddings,
  ): Promise<void> {
    const rng = (side: Side): Rng => Rng.of(this.seed, 'k-means', side, epoch);
    this.clusters.user = await kMeans(users, { dim, numClusters: numUserPrototypes, iterations, rng: rng('user') });
    this.clusters.item = await kMeans(items, { dim, numClusters: numItemPrototypes, iterations, rng: rng('item') });
  }

  private async fitTemperatures(
    options: AdaptiveTemperature,
    epoch: number,
    embeddings: UnitEmbeddings | undefined,
  ): Promise<void> {
    const { userOffsets, userNeighbors, numItems } = this.graph;
    const history = { offsets: userOffsets, values: userNeighbors };
    const rng = Rng.of(this.seed, 'adaptive-temperature', epoch);
    this.userTemperatures = await adaptiveTemperatures(history, numItems, embeddings, options, rng);
  }

  private async fitTopK(plan: TopKPlan, epoch: number): Promise<void> {
    const { userOffsets, userNeighbors } = this.graph;
    const history = { offsets: userOffsets, values: userNeighbors };
    const rows = await this.embeddings(this.model.losses.main?.options.similarity === 'cosine');
    this.topKScores = await topKScores(history, rows, plan, Rng.of(this.seed, 'top-k-scores', epoch));
  }

  /** Rows of a clean pass, scaled to length 1 or as they are. */
  private async embeddings(unit = true): Promise<UnitEmbeddings> {
    const { numUsers, numItems } = this.graph;
    const adjacency = this.views.whole;
    const all = await valuesOf(() => {
      const { final } = this.model.encoder.encode({ adjacency });
      return unit ? l2Normalize(final) : tf.clone(final);
    });
    const dim = all.length / adjacency.numNodes;
    return {
      dim,
      users: all.slice(0, numUsers * dim),
      items: all.slice(numUsers * dim, (numUsers + numItems) * dim),
    };
  }
}

function isDue({ startEpoch, refreshEvery }: ClusterPlan, epoch: number): boolean {
  return epoch >= startEpoch && (epoch - startEpoch) % refreshEvery === 0;
}
