/** One extension of every kind, and what they make of a configuration. Their options are typed by their own schemas. */
import {
  contrastiveLoss,
  cosineOnly,
  defineMetric,
  defineNegativeSource,
  defineRows,
  defineView,
  type Extensions,
  hardShape,
  lookup,
  mainLoss,
  NO_ITEM,
  negativeScores,
  normalizedAdjacency,
  type Rng,
  type Rows,
  sumOfPairs,
  tf,
  weightOption,
  z,
} from '../src/index.js';

/** mean max(0, margin − ⟨user, positive⟩ + ⟨user, negative⟩)². */
const squaredHinge = mainLoss({
  schema: z.strictObject({
    name: z.literal('squared-hinge'),
    weight: weightOption(1),
    similarity: cosineOnly,
    margin: z.number().positive().default(0.2).describe('by how much a positive must win'),
  }),
  negatives: 'pairwise',
  compute(input, { margin }) {
    const positive = tf.sum(tf.mul(input.users, input.positives), 1, true);
    const short = tf.relu(tf.add(tf.sub(negativeScores('squared-hinge', input), positive), margin));
    return sumOfPairs(tf.square(short) as tf.Tensor2D, input);
  },
  doc: { formula: 'mean max(0, margin − pos + neg)²', when: 'In tests.', goesWrong: 'Nothing.', source: 'ours' },
});

/** Mean squared distance of the two views of a node; it has no temperature and no head. */
const agreement = contrastiveLoss({
  schema: z.strictObject({ name: z.literal('agreement'), weight: weightOption(0) }),
  compute: ({ first, second }) => tf.mean(tf.sum(tf.squaredDifference(first, second), 1)),
  doc: { formula: 'mean ‖z1 − z2‖²', when: 'In tests.', goesWrong: 'Alone it collapses.', source: 'ours' },
});

/** Edges of popular items leave more often: with probability share · degree / highest degree. */
const popularDropout = defineView({
  schema: z.strictObject({ name: z.literal('popular-dropout'), share: z.number().min(0).max(1).default(0.5) }),
  changes: 'graph',
  draw({ graph }, { share }, rng) {
    const degree = (item: number): number => graph.itemOffsets[item + 1] - graph.itemOffsets[item];
    const highest = Math.max(...Array.from({ length: graph.numItems }, (_, item) => degree(item)));
    const keptEdges = Uint8Array.from(graph.userNeighbors, (item) =>
      rng.uniform() < (share * degree(item)) / highest ? 0 : 1,
    );
    return { adjacency: normalizedAdjacency(graph, keptEdges), keptEdges };
  },
  doc: { formula: 'an edge leaves by degree', when: 'In tests.', goesWrong: 'Nothing.', source: 'ours' },
});

/** A node's row is the sum of two rows that it shares with others: memory for few rows however many nodes. */
const hashed = defineRows({
  schema: z.strictObject({ name: z.literal('hashed'), numBuckets: z.number().int().min(1).default(32) }),
  hears: () => false,
  createVariables({ numBuckets }, { embeddingDim, seed }) {
    const first = () => tf.variable(tf.randomNormal([numBuckets, embeddingDim], 0, 0.1, 'float32', seed));
    return { buckets: tf.tidy(first) };
  },
  create({ buckets }, { numBuckets }, { numUsers, numItems, numValues = 0 }): Rows {
    const numNodes = numUsers + numItems + numValues;
    const tableOf = (nodes: Int32Array): tf.Tensor2D => {
      const rows = (factor: number) =>
        lookup(
          buckets as unknown as tf.Tensor2D,
          nodes.map((node) => (node * factor) % numBuckets),
        );
      return tf.add(rows(7), rows(13));
    };
    const table = () => tableOf(Int32Array.from({ length: numNodes }, (_, node) => node));
    return { variables: { buckets }, firstNode: 0, numNodes, hears: false, table, tableOf };
  },
  doc: { formula: 'row = E[h1] + E[h2]', when: 'In tests.', goesWrong: 'Collisions.', source: 'ours' },
});

/** An item that somebody took who took the positive as well. */
const coTaken = defineNegativeSource({
  schema: z.strictObject({ name: z.literal('co-taken'), ...hardShape }),
  create: ({ graph: { userOffsets, userNeighbors, itemOffsets, itemNeighbors } }) => {
    const oneOf = (offsets: Int32Array, values: Int32Array, at: number, rng: Rng): number =>
      values[offsets[at] + rng.integer(offsets[at + 1] - offsets[at])];
    return {
      kind: 'own',
      draw({ itemIndex }, perQuery, rng) {
        return Int32Array.from({ length: itemIndex.length * perQuery }, (_, slot) => {
          const positive = itemIndex[Math.floor(slot / perQuery)];
          const other = oneOf(userOffsets, userNeighbors, oneOf(itemOffsets, itemNeighbors, positive, rng), rng);
          return other === positive ? NO_ITEM : other;
        });
      },
    };
  },
  doc: { formula: 'item → user → item', when: 'In tests.', goesWrong: 'False negatives.', source: 'ours' },
});

export const ownExtensions = {
  losses: { 'squared-hinge': squaredHinge, agreement },
  views: { 'popular-dropout': popularDropout },
  rows: { hashed },
  negativeSources: { 'co-taken': coTaken },
  metrics: {
    /** Harmonic mean of precision and recall. */
    f1: defineMetric({
      kind: 'list',
      higherIsBetter: true,
      ofList: (hits, k, numRelevant, start = 0) =>
        (2 * hits.subarray(start, start + k).reduce((sum, hit) => sum + hit, 0)) / (k + numRelevant),
    }),
  },
} satisfies Extensions;
