/** One extension of every kind, as somebody writes it who has nothing but the package. */
import {
  commonShape,
  contrastiveLoss,
  cosineOnly,
  defineMetric,
  defineNegativeSource,
  defineRows,
  defineView,
  type Extensions,
  groupScores,
  idTableRows,
  mainLoss,
  normalizedAdjacency,
  tf,
  weightOption,
  z,
} from 'twinlight';

const doc = { formula: 'x', when: 'In a check.', goesWrong: 'Nothing.', source: 'ours' };

/** mean softplus((⟨user, negative⟩ − ⟨user, positive⟩) / width). */
const logistic = mainLoss({
  schema: z.strictObject({
    name: z.literal('logistic'),
    weight: weightOption(1),
    similarity: cosineOnly,
    width: z.number().positive().default(0.2),
  }),
  negatives: 'pairwise',
  compute({ users, positives, own }, { width }) {
    if (own === undefined) throw new Error('no negatives');
    const positive = tf.sum(tf.mul(users, positives), 1, true);
    return tf.mean(tf.softplus(tf.div(tf.sub(groupScores(users, own.keys, own.perQuery), positive), width)));
  },
  doc,
});

const agreement = contrastiveLoss({
  schema: z.strictObject({ name: z.literal('agreement'), weight: weightOption(0) }),
  compute: ({ first, second }) => tf.mean(tf.squaredDifference(first, second)),
  doc,
});

/** Every `period`-th edge leaves, from a random one on. */
const combed = defineView({
  schema: z.strictObject({ name: z.literal('combed'), period: z.number().int().min(2).default(5) }),
  changes: 'graph',
  draw({ graph }, { period }, rng) {
    const first = rng.integer(period);
    const keptEdges = Uint8Array.from({ length: graph.numEdges }, (_, edge) => (edge % period === first ? 0 : 1));
    return { adjacency: normalizedAdjacency(graph, keptEdges), keptEdges };
  },
  doc,
});

/** An id table that begins with the same number everywhere but for noise. */
const level = defineRows({
  schema: z.strictObject({ name: z.literal('level'), height: z.number().default(0.05) }),
  hears: () => false,
  createVariables({ height }, { numUsers, numItems, numValues = 0, embeddingDim, seed }) {
    const shape: [number, number] = [numUsers + numItems + numValues, embeddingDim];
    return { embedding: tf.tidy(() => tf.variable(tf.randomNormal(shape, height, 0.1, 'float32', seed))) };
  },
  create: ({ embedding }) => idTableRows(embedding, { firstNode: 0, hears: false }),
  doc,
});

/** Items in turn, beginning anywhere. */
const inTurn = defineNegativeSource({
  schema: z.strictObject({ name: z.literal('in-turn'), ...commonShape }),
  create: ({ graph: { numItems } }) => ({
    kind: 'shared',
    draw(_batch, count, rng) {
      const first = rng.integer(numItems);
      return Int32Array.from({ length: count }, (_, i) => (first + i) % numItems);
    },
    probability: () => 1 / numItems,
  }),
  doc,
});

const missed = defineMetric({
  kind: 'list',
  higherIsBetter: false,
  ofList: (hits, k, numRelevant, start = 0) =>
    1 - hits.subarray(start, start + k).reduce((sum, hit) => sum + hit, 0) / numRelevant,
});

export const extensions = {
  losses: { logistic, agreement },
  views: { combed },
  rows: { level },
  negativeSources: { 'in-turn': inTurn },
  metrics: { missed },
} satisfies Extensions;
export default extensions;
