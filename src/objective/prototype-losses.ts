/** The prototype part of the joint objective: which rows the loss of that name compares, and with what. */
import * as tf from '@tensorflow/tfjs';
import type { NodeRows } from '../encoders/index.js';
import { type PrototypeOptions, prototypeNce, swappedPrediction } from '../losses/index.js';
import type { PositiveBatch } from '../negatives/index.js';
import { l2Normalize } from '../ops/index.js';
import type { EpochFits, Side } from './epoch-fits.js';
import type { Model } from './model.js';
import type { ViewPair, ViewSide } from './view-losses.js';

export interface PrototypeContext {
  readonly model: Model;
  readonly fits: EpochFits;
  /** With `swav`. */
  readonly pair?: ViewPair;
  /** Of the main pass. */
  readonly rows: NodeRows;
  readonly batch: PositiveBatch;
  readonly numUsers: number;
}

export interface PrototypePart {
  readonly loss: tf.Scalar;
  /** Worst relative deviation from equal prototype shares, of codes by Sinkhorn-Knopp. */
  readonly columnError?: tf.Scalar;
}

/**
 * `swav`: both sides of a view pair; `concat`: the batch's users and their items; `prototype-nce`: the batch's nodes and
 * their clusters. Undefined while there are no clusters.
 */
export function prototypeLoss(options: PrototypeOptions, context: PrototypeContext): PrototypePart | undefined {
  const { model, pair, rows, batch, numUsers } = context;
  const itemNodes = batch.itemIndex.map((item) => item + numUsers);
  switch (options.name) {
    case 'prototype-nce':
      return clusterLoss(context, itemNodes, options.temperature);
    case 'concat': {
      const [users, items] = [batch.userIndex, itemNodes].map((nodes) => l2Normalize(rows(nodes)));
      return swappedPrediction(users, items, model.itemPrototypes as unknown as tf.Tensor2D, options);
    }
    case 'swav': {
      const side = (of: ViewSide, prototypes: tf.Variable) =>
        swappedPrediction(of.rows('first'), of.rows('second'), prototypes as unknown as tf.Tensor2D, options);
      const users = side(pair!.users, model.userPrototypes!);
      const items = side(pair!.items, model.itemPrototypes!);
      return { loss: tf.add(users.loss, items.loss), columnError: tf.maximum(users.columnError, items.columnError) };
    }
  }
}

/** A user or item that occurs often in the batch counts as often. */
function clusterLoss(
  { fits, rows, batch }: PrototypeContext,
  itemNodes: Int32Array,
  temperature: number,
): PrototypePart | undefined {
  const part = (side: Side, nodes: Int32Array, points: Int32Array): tf.Scalar | undefined => {
    const clusters = fits.clustersOf(side);
    return clusters && prototypeNce(l2Normalize(rows(nodes)), points, clusters, temperature);
  };
  const users = part('user', batch.userIndex, batch.userIndex);
  const items = part('item', itemNodes, batch.itemIndex);
  return users && items && { loss: tf.add(users, items) };
}
