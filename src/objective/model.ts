/**
 * The trainable parts of a run: the encoder over its table and, where the losses have them, prototypes, a projection head
 * and learned temperatures.
 */
import * as tf from '@tensorflow/tfjs';
import { ranksByCosine } from '../config/active-parts.js';
import type { RunConfig } from '../config/run-config.js';
import { Rng } from '../core/rng.js';
import { createEncoder, createEncoderVariables, type Encoder, type EncoderOptions } from '../encoders/index.js';
import type { Adjacency } from '../graph/adjacency.js';
import { AttributeJoin } from '../graph/attribute-join.js';
import { type AttributeNodes, attributeNodes, type EntityFeatures } from '../graph/attribute-nodes.js';
import { type BipartiteCsr, itemDegrees, userDegrees } from '../graph/bipartite-csr.js';
import { createProjectionHead, type ProjectionHead } from '../losses/index.js';
import { l2Normalize, valuesOf } from '../ops/index.js';
import type { Embeddings } from '../retrieval/recommender.js';
import type { StateArray } from '../runs/state-file.js';
import type { PrototypeSet } from '../runs/trained-run.js';
import { embedAll } from './embed-all.js';
import { createTemperatureVariables } from './temperatures.js';

export class Model {
  readonly encoder: Encoder;
  /** Attribute nodes behind users and items; only where the encoder lists attributes. */
  readonly attributes?: AttributeJoin;
  /** `[numUserPrototypes, embeddingDim]`; only with `swav`. */
  readonly userPrototypes?: tf.Variable;
  /** `[numItemPrototypes, embeddingDim]`; with `swav` and `concat`. */
  readonly itemPrototypes?: tf.Variable;
  /** Between the embeddings and the contrastive loss; no part of the embeddings that are served. */
  readonly head?: ProjectionHead;
  /** Every trainable variable by name. */
  readonly variables: Readonly<Record<string, tf.Variable>>;

  /**
   * @param config of a trained encoder (not popularity or item-knn)
   * @param features where the encoder's attributes come from
   * @throws ConfigError `ENCODER_ATTRIBUTES`
   */
  constructor(
    private readonly config: RunConfig,
    private readonly size: BipartiteCsr,
    features: EntityFeatures = {},
  ) {
    const options = config.encoder as EncoderOptions;
    const { numUsers, numItems } = size;
    if ('attributes' in options && options.attributes.length > 0) {
      this.attributes = new AttributeJoin(attributeNodes(features, options.attributes, numUsers, numItems));
    }
    const numValues = this.attributes?.nodes.numValues;
    const variables = createEncoderVariables(options, numUsers, numItems, config.seed, numValues);
    if (this.attributes) clearColdRows(variables.embedding, size, this.attributes.nodes);
    this.encoder = createEncoder({ ...variables }, options, numUsers);
    const { prototypes, contrastive } = config.losses;
    if (contrastive.weight > 0) {
      this.head = createProjectionHead(contrastive.head, options.embeddingDim, config.seed);
      Object.assign(variables, this.head?.variables);
    }
    Object.assign(variables, createTemperatureVariables(config));
    if (prototypes.weight > 0 && prototypes.name !== 'prototype-nce') {
      if (prototypes.name === 'swav') {
        this.userPrototypes = createPrototypes('user', prototypes.numUserPrototypes, options.embeddingDim, config.seed);
        variables.userPrototypes = this.userPrototypes;
      }
      this.itemPrototypes = createPrototypes('item', prototypes.numItemPrototypes, options.embeddingDim, config.seed);
      variables.itemPrototypes = this.itemPrototypes;
    }
    this.variables = variables;
  }

  /** Embeddings as they are served: a clean pass over the whole graph, unit rows if the run ranks by cosine. */
  async embeddings(adjacency: Adjacency): Promise<Embeddings> {
    const normalized = ranksByCosine(this.config);
    const all = await embedAll(this.encoder, adjacency, normalized);
    const { embeddingDim } = this.config.encoder as EncoderOptions;
    const split = this.size.numUsers * embeddingDim;
    const end = split + this.size.numItems * embeddingDim;
    return { embeddingDim, users: all.subarray(0, split), items: all.subarray(split, end), normalized };
  }

  /** Unit-length prototypes of a side, or undefined where the run has none. */
  async prototypeSet(side: 'user' | 'item'): Promise<PrototypeSet | undefined> {
    const variable = side === 'user' ? this.userPrototypes : this.itemPrototypes;
    if (variable === undefined) return undefined;
    const vectors = await valuesOf(() => l2Normalize(variable as unknown as tf.Tensor2D));
    return { numPrototypes: variable.shape[0], embeddingDim: variable.shape[1]!, vectors };
  }

  dispose(): void {
    tf.dispose(Object.values(this.variables));
  }
}

/**
 * Rows of users and items without a training edge but with attributes start at zero: nothing but the attributes is known of
 * them, and a random row that no positive ever moves would drown out what those say.
 * @param embedding `[numNodes, embeddingDim]`
 */
function clearColdRows(embedding: tf.Variable, graph: BipartiteCsr, { offsets }: AttributeNodes): void {
  const degrees = [...userDegrees(graph), ...itemDegrees(graph)];
  const dim = embedding.shape[1]!;
  const values = (embedding.dataSync() as Float32Array).slice();
  for (const [node, degree] of degrees.entries()) {
    if (degree === 0 && offsets[node + 1] > offsets[node]) values.fill(0, node * dim, (node + 1) * dim);
  }
  tf.tidy(() => embedding.assign(tf.tensor(values, embedding.shape)));
}

/** Random directions, unit length, `[count, embeddingDim]`. */
function createPrototypes(side: string, count: number, embeddingDim: number, seed: number): tf.Variable {
  const rng = Rng.of(seed, 'init', 'prototypes', side);
  const values = Float32Array.from({ length: count * embeddingDim }, () => rng.normal());
  return tf.tidy(() => tf.variable(l2Normalize(tf.tensor2d(values, [count, embeddingDim]))));
}

/** Copies of variables' values, for a checkpoint. */
export async function readVariables(
  variables: Readonly<Record<string, tf.Variable>>,
): Promise<Record<string, StateArray>> {
  const arrays: Record<string, StateArray> = {};
  for (const [name, variable] of Object.entries(variables)) {
    arrays[name] = { shape: variable.shape, values: (await variable.data<'float32'>()).slice() };
  }
  return arrays;
}

/** Puts a checkpoint's values into variables of the same names and shapes. */
export function writeVariables(
  variables: Readonly<Record<string, tf.Variable>>,
  arrays: Readonly<Record<string, StateArray>>,
): void {
  for (const [name, variable] of Object.entries(variables)) {
    const { values, shape } = arrays[name];
    tf.tidy(() => variable.assign(tf.tensor(values, [...shape])));
  }
}
