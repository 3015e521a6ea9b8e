/**
 * The trainable parts of a run: the encoder over its table and, where the losses have them, prototypes, a projection head
 * and learned temperatures.
 */
import * as tf from '@tensorflow/tfjs';
import { ranksByCosine } from '../config/active-parts.js';
import { BUILT_IN, type Registries } from '../config/registries.js';
import type { RunConfig } from '../config/run-config.js';
import type { Side } from '../core/side.js';
import { createEncoder, createEncoderVariables, type Encoder, encoderParts } from '../encoders/index.js';
import type { Adjacency } from '../graph/adjacency.js';
import { AttributeJoin } from '../graph/attribute-join.js';
import { type AttributeNodes, attributeNodes } from '../graph/attribute-nodes.js';
import { type BipartiteCsr, itemDegrees, userDegrees } from '../graph/bipartite-csr.js';
import type { KnownEntities } from '../graph/fields/encoded-fields.js';
import { fieldInformationOf } from '../graph/fields/field-information.js';
import {
  type ActiveLosses,
  activeLosses,
  contrastedSides,
  createProjectionHead,
  type ProjectionHead,
} from '../losses/index.js';
import type { AdamException } from '../ops/index.js';
import type { Embeddings } from '../retrieval/recommender.js';
import { rowsContext } from '../runs/rows-context.js';
import type { Teacher } from '../runs/teacher/teacher.js';
import { refuseFewFields } from '../views/index.js';
import { embedAll } from './embed-all.js';
import { createPrototypes } from './prototypes.js';
import { createTemperatureVariables } from './temperature-variables.js';

export class Model {
  readonly losses: ActiveLosses;
  readonly encoder: Encoder;
  /** Attribute nodes behind users and items; only where the encoder lists attributes. */
  readonly attributes?: AttributeJoin;
  /** Between the embeddings and the contrastive loss; no part of the embeddings that are served. */
  readonly head?: ProjectionHead;
  /** The same between a tower and the contrast of features. */
  readonly featureHead?: ProjectionHead;
  /** Every trainable variable by name. */
  readonly variables: Readonly<Record<string, tf.Variable>>;
  /** How some of them are updated otherwise than the rest, by name. */
  private readonly information: Partial<Record<Side, Float64Array>> = {};
  readonly updateRules: Readonly<Record<string, AdamException>>;

  /**
   * @param config of a run that is trained
   * @param known where the encoder's attributes and towers come from
   * @param registries where the configuration's names are looked up
   * @param teacher of `coldStart.teacher`
   * @throws ConfigError `ENCODER_ATTRIBUTES`
   */
  constructor(
    private readonly config: RunConfig,
    private readonly size: BipartiteCsr,
    private readonly known: KnownEntities = {},
    readonly registries: Registries = BUILT_IN,
    readonly teacher?: Teacher,
  ) {
    this.losses = activeLosses(config.losses, registries.losses);
    const { encoder: options } = config;
    const { numUsers, numItems } = size;
    const { attributes } = encoderParts(options);
    if (attributes.length > 0) {
      this.attributes = new AttributeJoin(attributeNodes(known, attributes, { numUsers, numItems }));
    }
    const context = rowsContext(config, known, size, this.attributes?.nodes.numValues);
    const variables = createEncoderVariables(options, context, config.seed, registries.rows);
    this.encoder = createEncoder(variables, options, context, registries.rows);
    const { idTable } = this.encoder;
    if (this.attributes && idTable) clearColdRows(idTable, size, this.attributes.nodes);
    const taughtIds = config.coldStart.teacher?.ids === 'teacher';
    if (taughtIds) takeTeachersRows(this.encoder, teacher!);
    const { contrastive, prototypes } = this.losses;
    const { embeddingDim } = options;
    const { seed, training } = config;
    if (contrastive) this.head = createProjectionHead(contrastive.options.head, embeddingDim, seed);
    const { features: contrast } = config.losses;
    if (contrast.weight > 0) {
      for (const side of contrastedSides(contrast)) {
        refuseFewFields(config.views.fields, this.encoder.towers![side]!.fields.length);
      }
      this.featureHead = createProjectionHead(contrast.head, embeddingDim, seed, 'featureHead');
    }
    const plan = prototypes?.row.trained?.(prototypes.options);
    const trained = plan ? createPrototypes(plan, { embeddingDim, seed }) : {};
    this.variables = {
      ...variables,
      ...this.head?.variables,
      ...this.featureHead?.variables,
      ...createTemperatureVariables(this.losses),
      ...trained,
    };
    const frozen = Object.keys(trained).map((name) => [name, { stepsBefore: plan?.freezeSteps }] as const);
    const ofIds = taughtIds ? { stepsBefore: Number.POSITIVE_INFINITY } : { weightDecay: training.weightDecay };
    this.updateRules = { embedding: ofIds, ...Object.fromEntries(frozen) };
  }

  /**
   * What the fields of a side's tower know of each other in nats, `[numFields, numFields]` row-major; computed when first asked
   * for.
   */
  mutualInformation(side: Side): Float64Array {
    this.information[side] ??= this.informationOf(side);
    return this.information[side];
  }

  private informationOf(side: Side): Float64Array {
    const { names, nats } = fieldInformationOf({ ...this.known, train: this.size })[side];
    const chosen = this.encoder.towers![side]!.fields.map(({ name }) => names.indexOf(name));
    return Float64Array.from(chosen.flatMap((a) => chosen.map((b) => nats[a * names.length + b])));
  }

  /** Sides whose entities have an id row and a tower. */
  get alignedSides(): Side[] {
    const { idTable, idNodes, towers } = this.encoder;
    if (idTable === undefined) return [];
    const hasIds = { user: idNodes.first === 0, item: idNodes.end > this.size.numUsers };
    return (['user', 'item'] as const).filter((side) => hasIds[side] && towers?.[side] !== undefined);
  }

  /** Attribute nodes whose rows L2 counts. */
  get regularisedAttributes(): AttributeNodes | undefined {
    return this.config.losses.l2.attributes ? this.attributes?.nodes : undefined;
  }

  /** Embeddings as they are served: a clean pass over the whole graph, unit rows if the run ranks by cosine. */
  async embeddings(adjacency: Adjacency): Promise<Embeddings> {
    const normalized = ranksByCosine(this.config);
    const all = await embedAll(this.encoder, adjacency, normalized);
    const { embeddingDim } = this.config.encoder;
    const split = this.size.numUsers * embeddingDim;
    const end = split + this.size.numItems * embeddingDim;
    return { embeddingDim, users: all.subarray(0, split), items: all.subarray(split, end), normalized };
  }

  dispose(): void {
    tf.dispose(Object.values(this.variables));
  }
}

/** The id rows of users and items become a teacher's vectors, of as many numbers. */
function takeTeachersRows({ idTable, idNodes }: Encoder, { vectors, embeddingDim }: Teacher): void {
  const all = new Float32Array(vectors.user.length + vectors.item.length);
  all.set(vectors.user);
  all.set(vectors.item, vectors.user.length);
  const rows = all.slice(idNodes.first * embeddingDim, idNodes.end * embeddingDim);
  tf.tidy(() => idTable!.assign(tf.tensor(rows, idTable!.shape)));
}

/**
 * Rows of users and items without a training edge but with attributes start at zero: nothing but the attributes is known of
 * them, and a random row that no positive ever moves would drown out what those say.
 * @param idTable `[numNodes, embeddingDim]`
 */
function clearColdRows(idTable: tf.Variable, graph: BipartiteCsr, { offsets }: AttributeNodes): void {
  const degrees = [...userDegrees(graph), ...itemDegrees(graph)];
  const dim = idTable.shape[1]!;
  const values = (idTable.dataSync() as Float32Array).slice();
  for (const [node, degree] of degrees.entries()) {
    if (degree === 0 && offsets[node + 1] > offsets[node]) values.fill(0, node * dim, (node + 1) * dim);
  }
  tf.tidy(() => idTable.assign(tf.tensor(values, idTable.shape)));
}
