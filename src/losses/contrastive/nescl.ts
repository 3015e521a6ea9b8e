/**
 * Neighbourhood-enhanced contrast (NESCL, Sun et al. 2023, TKDE, arXiv 2402.11523, the form of its authors' code with their settings,
 * github.com/PeiJieSun/NESCL): a node should be found by itself under another view, by the node that it has an edge to, and by one of
 * the nodes of its side that are most alike, among all users and items of the batch at once.
 *
 *   loss_i = −log mean over p ∈ {i, partner of i, neighbour of i} of softmax_n(⟨p', n''⟩ / temperature)_i
 *
 * with ' the first view and '' the second, n over the users and items of the batch's pairs, repeats included. The mean over users
 * and items is half the sum of the two sides, which is what the objective adds up. The neighbour is drawn uniformly at every
 * step. Deviation: a node that shares an edge's end with no other is its own neighbour.
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { softmaxLosses } from '../../ops/index.js';
import { contrastiveLoss } from '../loss-row.js';
import { logitPlan } from '../main/logit-plan.js';
import { type Temperature, temperatureOption, tempered } from '../temperature/temperature.js';
import type { PairedViews } from './contrasted-views.js';
import { contrastiveShape } from './contrastive-options.js';

const nesclSchema = z.strictObject({
  name: z.literal('nescl'),
  ...contrastiveShape,
  temperature: temperatureOption(0.1),
  numNeighbors: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(5)
    .describe(
      'users (items) most alike by their items (users), one of which is drawn a step. Too few: the same one again and again; too many: they have little in common',
    ),
});

/** Of one side; see the head of this file. */
export function nescl(
  { own, partners, neighbours, candidates, anchors }: PairedViews,
  temperature: Temperature,
): tf.Scalar {
  const seekers = tf.concat([own, partners, neighbours], 0) as tf.Tensor2D;
  const { queries, temperature: rest } = tempered(seekers, temperature);
  const positive = Int32Array.of(...anchors, ...anchors, ...anchors);
  const losses = softmaxLosses(queries, candidates, logitPlan(positive, { temperature: rest }));
  const found = tf.logSumExp(tf.neg(tf.reshape(losses, [3, anchors.length])), 0);
  return tf.mul(tf.mean(tf.sub(Math.log(3), found)), 0.5);
}

export const nesclRow = contrastiveLoss({
  schema: nesclSchema,
  neighbours: ({ numNeighbors }) => numNeighbors,
  compute: (views, { temperature }) => nescl(views.paired, temperature),
  doc: {
    formula:
      '½ mean_i −log mean over p ∈ {i, partner, neighbour} of softmax_n(⟨p1, n2⟩ / temperature)_i, n over users and items of the batch',
    when: 'Contrast that knows the collaborative signal: nodes that share neighbours are pulled together instead of pushed apart. Usually with layerCombination without-first and views of node-dropout.',
    goesWrong:
      'Neighbours of nodes with few edges are chance. Looks for neighbours once at the start, which takes seconds to minutes on large graphs.',
    source: 'Sun et al. 2023, TKDE, arXiv 2402.11523, and the code of its authors',
  },
});
