/**
 * Prototype contrast of NCL (Lin et al. 2022, arXiv 2202.06200, eq. 10-11): a node should pick the centroid of its own
 * k-means cluster among all centroids.
 *
 *   loss = mean_i −log softmax_k(⟨z_i, c_k⟩ / temperature)_{cluster of i}
 *
 * Centroids and assignments are those of the last E-step (k-means over all nodes of a side, every few epochs) and carry no
 * gradient. Deviations: z are the final embeddings, not the table's rows, and clusters are spherical (k-means.ts), so that
 * they group what is served; NCL's other part, contrast with the even layers, is not here.
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { softmaxLoss } from '../../ops/index.js';
import { weightOption } from '../loss-options.js';
import { prototypeLoss } from '../loss-row.js';
import { logitPlan } from '../main/logit-plan.js';
import type { Clusters } from './k-means.js';

const prototypeNceSchema = z.strictObject({
  name: z.literal('prototype-nce'),
  weight: weightOption(0),
  numUserPrototypes: z
    .number()
    .int()
    .min(2)
    .default(64)
    .describe('clusters of users. Too few: they say nothing; too many: each node is its own cluster'),
  numItemPrototypes: z.number().int().min(2).default(64).describe('clusters of items'),
  temperature: z.number().min(0.01).max(100).default(0.1).describe('sharpness of the assignment'),
  startEpoch: z
    .number()
    .int()
    .min(1)
    .default(3)
    .describe('epoch of the first k-means. Too early: clusters of random embeddings are held fast'),
  refreshEvery: z
    .number()
    .int()
    .min(1)
    .default(1)
    .describe('epochs between k-means. Too many: nodes are drawn to where their cluster was'),
  kMeansIterations: z.number().int().min(1).max(1000).default(20).describe('at most, of each k-means'),
});

/**
 * @param rows unit rows, `[numNodes, dim]`
 * @param nodes which points of the clustering they are, `[numNodes]`
 */
export function prototypeNce(
  rows: tf.Tensor2D,
  nodes: Int32Array,
  { centroids, assignment, numClusters }: Clusters,
  temperature: number,
): tf.Scalar {
  const prototypes = tf.tensor2d(centroids, [numClusters, rows.shape[1]]);
  const positive = nodes.map((node) => assignment[node]);
  return softmaxLoss(rows, prototypes, logitPlan(positive, { temperature }));
}

export const prototypeNceRow = prototypeLoss({
  schema: prototypeNceSchema,
  compares: 'main-pass',
  clusters: (options) => options,
  // a user or item that occurs often in the batch counts as often
  compute({ users, items }, { temperature }) {
    if (!users.clusters || !items.clusters) return undefined;
    const ofUsers = prototypeNce(users.rows, users.index, users.clusters, temperature);
    const ofItems = prototypeNce(items.rows, items.index, items.clusters, temperature);
    return { loss: tf.add(ofUsers, ofItems) };
  },
  doc: {
    formula:
      'mean −log softmax_k(⟨z_i, c_k⟩ / temperature) at the k-means cluster of i; clusters anew every refreshEvery epochs',
    when: 'Group structure without views: neighbours in meaning that the graph does not connect.',
    goesWrong:
      'Clusters of early, random embeddings are held fast (startEpoch); too large a weight freezes nodes where k-means saw them.',
    source: 'Lin et al. 2022, arXiv 2202.06200',
  },
});
