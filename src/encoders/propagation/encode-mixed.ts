/**
 * Requests of which some are beyond the fused op `layerRows`, which runs one sparse matrix through all layers: passes with a
 * matrix for each layer, or with a matrix of low rank, go through every node, hop by hop. The others stay fused.
 */
import * as tf from '@tensorflow/tfjs';
import { assertLength, ShapeError } from '../../core/errors.js';
import { lookup, propagate } from '../../ops/index.js';
import type { EncoderPass, LowRankBlock } from '../encoder-pass.js';
import { type EncodedRows, positionsIn, type RowRequest } from './encode-rows.js';
import type { EncodedNodes } from './propagated.js';

export function encodeMixed(
  requests: readonly RowRequest[],
  encodeFused: (requests: readonly RowRequest[]) => EncodedRows,
  encode: (pass: EncoderPass) => EncodedNodes,
): EncodedRows {
  const isFused = ({ pass }: RowRequest): boolean => pass.layers === undefined && pass.lowRank === undefined;
  const plain = requests.filter(isFused);
  if (plain.length === requests.length) return encodeFused(requests);
  const fused = plain.length > 0 ? encodeFused(plain) : undefined;
  const others = requests.filter((request) => !isFused(request));
  const whole = rowsOfWhole(others, encode);
  return {
    rows(request, output) {
      const asked = requests[request];
      if (isFused(asked)) return fused!.rows(plain.indexOf(asked), output);
      return whole.rows(others.indexOf(asked), output);
    },
  };
}

/** Rows of passes that run over every node. */
export function rowsOfWhole(requests: readonly RowRequest[], encode: (pass: EncoderPass) => EncodedNodes): EncodedRows {
  // two requests of one pass share its layers
  const whole = new Map<EncoderPass, EncodedNodes>();
  for (const { pass } of requests) if (!whole.has(pass)) whole.set(pass, encode(pass));
  return {
    rows(request, output) {
      const { pass, nodes, outputs } = requests[request];
      if (!outputs.includes(output)) {
        throw new ShapeError(`encodeRows: output ${output} of request ${request} was not asked for`);
      }
      const encoded = whole.get(pass)!;
      const table = output === 'final' ? encoded.final : output === 'table' ? encoded.table : encoded.layer(output);
      return (wanted) => {
        positionsIn(nodes, wanted); // refuses what was not asked for
        return lookup(table, wanted);
      };
    },
  };
}

/**
 * [0, users · itemsᵀ; items · usersᵀ, 0] · x, without ever making the product: O(nodes · rank · dim); plus beside · x.
 * @param x `[numUsers + numItems, dim]`, with `beside` as many rows as it has nodes
 */
export function lowRankHop({ rank, users, items, beside }: LowRankBlock, x: tf.Tensor2D): tf.Tensor2D {
  const numUsers = users.length / rank;
  const numItems = items.length / rank;
  const numOthers = beside ? beside.numNodes - numUsers - numItems : 0;
  assertLength('lowRankHop: x', x.shape[0], numUsers + numItems + numOthers);
  const [ofUsers, ofItems] = tf.split<tf.Tensor2D>(x, [numUsers, numItems, ...(numOthers > 0 ? [numOthers] : [])], 0);
  const left = tf.tensor2d(users, [numUsers, rank]);
  const right = tf.tensor2d(items, [numItems, rank]);
  const toUsers = tf.matMul(left, tf.matMul(right, ofItems, true, false));
  const toItems = tf.matMul(right, tf.matMul(left, ofUsers, true, false));
  const blocks = [toUsers, toItems, ...(numOthers > 0 ? [tf.zeros([numOthers, x.shape[1]])] : [])];
  const hop = tf.concat(blocks as tf.Tensor2D[], 0);
  return beside ? tf.add(hop, propagate(beside, x)) : hop;
}
