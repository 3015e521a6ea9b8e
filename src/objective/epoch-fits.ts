/**
 * What is fitted to the embeddings at the beginning of an epoch and held fixed during it: k-means clusters (the E-step of
 * NCL) and temperatures of users. They depend on the weights of that moment, so checkpoints hold them.
 */

import type { RunConfig } from '../config/run-config.js';
import { ConfigError } from '../core/errors.js';
import { Rng } from '../core/rng.js';
import type { Adjacency } from '../graph/adjacency.js';
import type { BipartiteCsr } from '../graph/bipartite-csr.js';
import {
  type AdaptiveTemperature,
  adaptiveTemperatures,
  type Clusters,
  kMeans,
  type UnitEmbeddings,
} from '../losses/index.js';
import { l2Normalize, valuesOf } from '../ops/index.js';
import type { StateArray } from '../runs/state-file.js';
import type { PrototypeSet } from '../runs/trained-run.js';
import type { Model } from './model.js';

export type Side = 'user' | 'item';

export class EpochFits {
  private readonly clusters: Partial<Record<Side, Clusters>> = {};
  /** With an adaptive temperature, `[numUsers]`. */
  userTemperatures?: Float32Array;

  /** @throws ConfigError for more prototypes than nodes */
  constructor(
    private readonly config: RunConfig,
    private readonly graph: BipartiteCsr,
    private readonly model: Model,
    /** Of the whole training graph. */
    private readonly adjacency: () => Adjacency,
  ) {
    const { prototypes } = config.losses;
    if (prototypes.weight === 0 || prototypes.name !== 'prototype-nce') return;
    for (const [key, wanted, nodes] of [
      ['numUserPrototypes', prototypes.numUserPrototypes, graph.numUsers],
      ['numItemPrototypes', prototypes.numItemPrototypes, graph.numItems],
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
    const { main, prototypes } = this.config.losses;
    const adaptive =
      main.weight > 0 &&
      'temperature' in main &&
      typeof main.temperature === 'object' &&
      main.temperature.name === 'adaptive'
        ? main.temperature
        : undefined;
    const clustered =
      prototypes.weight > 0 &&
      prototypes.name === 'prototype-nce' &&
      epoch >= prototypes.startEpoch &&
      (epoch - prototypes.startEpoch) % prototypes.refreshEvery === 0;
    const embeddings = clustered || (adaptive && epoch > 1) ? await this.embeddings() : undefined;
    if (adaptive) await this.fitTemperatures(adaptive, epoch, epoch > 1 ? embeddings : undefined);
    if (!clustered || !embeddings) return;
    const { dim, users, items } = embeddings;
    const fit = async (side: Side, points: Float32Array, count: number): Promise<void> => {
      const rng = Rng.of(this.config.seed, 'k-means', side, epoch);
      this.clusters[side] = await kMeans(points, {
        dim,
        numClusters: count,
        iterations: prototypes.kMeansIterations,
        rng,
      });
    };
    await fit('user', users, prototypes.numUserPrototypes);
    await fit('item', items, prototypes.numItemPrototypes);
  }

  /** Undefined before the first fit. */
  clustersOf(side: Side): Clusters | undefined {
    return this.clusters[side];
  }

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
    return arrays;
  }

  restore(arrays: Readonly<Record<string, StateArray>>): void {
    for (const side of ['user', 'item'] as const) {
      const centroids = arrays[`clusters/${side}/centroids`];
      if (centroids === undefined) continue;
      this.clusters[side] = {
        numClusters: centroids.shape[0],
        centroids: centroids.values,
        assignment: Int32Array.from(arrays[`clusters/${side}/assignment`].values),
      };
    }
    this.userTemperatures = arrays.userTemperatures?.values;
  }

  private async fitTemperatures(
    options: AdaptiveTemperature,
    epoch: number,
    embeddings: UnitEmbeddings | undefined,
  ): Promise<void> {
    const { userOffsets, userNeighbors, numItems } = this.graph;
    const history = { offsets: userOffsets, values: userNeighbors };
    const rng = Rng.of(this.config.seed, 'adaptive-temperature', epoch);
    this.userTemperatures = await adaptiveTemperatures(history, numItems, embeddings, options, rng);
  }

  /** Unit rows of a clean pass. */
  private async embeddings(): Promise<UnitEmbeddings> {
    const { numUsers, numItems } = this.graph;
    let dim = 0;
    const all = await valuesOf(() => {
      const unit = l2Normalize(this.model.encoder.encode({ adjacency: this.adjacency() }).final);
      dim = unit.shape[1];
      return unit;
    });
    return {
      dim,
      users: all.slice(0, numUsers * dim),
      items: all.slice(numUsers * dim, (numUsers + numItems) * dim),
    };
  }
}
