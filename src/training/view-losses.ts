/** The self-supervised parts of the joint objective: what two encoded views of the batch's nodes are asked to agree on. */
import * as tf from '@tensorflow/tfjs';
import type { BipartiteCsr } from '../graph/bipartite-csr.js';
import {
  type ContrastiveOptions,
  diagonal,
  infoNce,
  type PrototypeOptions,
  swappedPrediction,
} from '../losses/index.js';
import type { PositiveBatch } from '../negatives/index.js';
import { l2Normalize, lookup } from '../ops/index.js';
import type { Model } from './model.js';

export interface ViewPair {
  /** Encoded nodes of each view, `[numNodes, embeddingDim]`. */
  readonly first: tf.Tensor2D;
  readonly second: tf.Tensor2D;
  readonly numUsers: number;
  readonly numItems: number;
  /** The batch's distinct users and items, ascending. */
  readonly users: Int32Array;
  readonly items: Int32Array;
}

/** InfoNCE over users plus InfoNCE over items. */
export function contrastiveLoss(pair: ViewPair, { candidates, temperature }: ContrastiveOptions): tf.Scalar {
  const side = (nodes: Int32Array, start: number, count: number): tf.Scalar => {
    const anchors = l2Normalize(lookup(pair.first, nodes));
    if (candidates === 'in-batch') {
      return infoNce(anchors, l2Normalize(lookup(pair.second, nodes)), diagonal(nodes.length), temperature);
    }
    const all = tf.slice(pair.second, [start, 0], [count, -1]);
    const positive = nodes.map((node) => node - start);
    return infoNce(anchors, l2Normalize(all), positive, temperature);
  };
  return tf.add(
    side(pair.users, 0, pair.numUsers),
    side(itemNodes(pair.items, pair.numUsers), pair.numUsers, pair.numItems),
  );
}

/** Swapped prediction: `swav` over both sides of a view pair, `concat` between the batch's users and their items. */
export function prototypeLoss(
  model: Model,
  options: PrototypeOptions,
  pair: ViewPair | undefined,
  nodes: tf.Tensor2D,
  batch: PositiveBatch,
  graph: BipartiteCsr,
): tf.Scalar {
  const itemPrototypes = model.itemPrototypes as unknown as tf.Tensor2D;
  if (options.name === 'concat' || pair === undefined) {
    const users = l2Normalize(lookup(nodes, batch.userIndex));
    const items = l2Normalize(lookup(nodes, itemNodes(batch.itemIndex, graph.numUsers)));
    return swappedPrediction(users, items, itemPrototypes, options).loss;
  }
  const side = (rows: Int32Array, prototypes: tf.Tensor2D): tf.Scalar => {
    const [first, second] = [pair.first, pair.second].map((view) => l2Normalize(lookup(view, rows)));
    return swappedPrediction(first, second, prototypes, options).loss;
  };
  return tf.add(
    side(pair.users, model.userPrototypes as unknown as tf.Tensor2D),
    side(itemNodes(pair.items, pair.numUsers), itemPrototypes),
  );
}

function itemNodes(items: Int32Array, numUsers: number): Int32Array {
  return items.map((item) => item + numUsers);
}
