/**
 * Embeddings of some nodes under several passes at once: what a training step asks an encoder for. All passes go to one
 * op, so that they can share work, and only the asked rows exist afterwards.
 */
import * as tf from '@tensorflow/tfjs';
import { ShapeError } from '../core/errors.js';
import { type LayerPass, layerRows, lookup } from '../ops/index.js';
import type { EncoderPass } from './encoder.js';

/** `final`, or the number of a layer, 0 being the untouched table. */
export type EncoderOutput = 'final' | number;

export interface RowRequest<Pass = EncoderPass> {
  readonly pass: Pass;
  /** Distinct, ascending, `[numRows]`. */
  readonly nodes: Int32Array;
  readonly outputs: readonly EncoderOutput[];
}

/** Rows of one output of one request; nodes are among the requested ones, in any order, repeats allowed. */
export type NodeRows = (nodes: Int32Array) => tf.Tensor2D;

/** The embeddings that were asked for; differentiable in the encoder's table. */
export interface EncodedRows {
  /** @throws ShapeError for an output or, when called, a node that was not requested */
  rows(request: number, output: EncoderOutput): NodeRows;
}

/**
 * @param ego `[numNodes, embeddingDim]`
 * @param passOf the request's pass without rows and combinations
 * @param weightsOf weight of each layer in an output, the table first
 */
export function encodeRowsOf(
  ego: tf.Variable,
  requests: readonly RowRequest[],
  passOf: (pass: EncoderPass) => Omit<LayerPass, 'rows' | 'combinations'>,
  weightsOf: (output: EncoderOutput, numLayers: number) => number[],
): EncodedRows {
  const passes = requests.map(({ pass, nodes, outputs }): LayerPass => {
    const body = passOf(pass);
    return { ...body, rows: nodes, combinations: outputs.map((output) => weightsOf(output, body.numLayers)) };
  });
  return rowsOfStack(layerRows(ego as unknown as tf.Tensor2D, passes), requests);
}

/** @param stack the outputs of each request in order, `[Σ numRows · numOutputs, embeddingDim]` */
export function rowsOfStack(stack: tf.Tensor2D, requests: readonly RowRequest<unknown>[]): EncodedRows {
  // one tensor an output: the gradients of its lookups add up in its own size, not the stack's
  const sizes = requests.flatMap(({ nodes, outputs }) => outputs.map(() => nodes.length));
  const parts = sizes.length === 1 ? [stack] : tf.split<tf.Tensor2D>(stack, sizes, 0);
  const starts: number[] = [];
  let total = 0;
  for (const { outputs } of requests) {
    starts.push(total);
    total += outputs.length;
  }
  return {
    rows(request, output) {
      const { nodes, outputs } = requests[request];
      const which = outputs.indexOf(output);
      if (which < 0) throw new ShapeError(`encodeRows: output ${output} of request ${request} was not asked for`);
      const part = parts[starts[request] + which];
      return (wanted) => lookup(part, wanted === nodes ? counting(nodes.length) : positionsIn(nodes, wanted));
    },
  };
}

const counting = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i);

/** Place of each node in the list looked at last; grows to the largest node number, kept between steps. */
let places = new Int32Array(0);

/** Place of each of `wanted` in `nodes`, which ascend. */
export function positionsIn(nodes: Int32Array, wanted: Int32Array): Int32Array {
  const numNodes = nodes.length === 0 ? 0 : nodes[nodes.length - 1] + 1;
  if (places.length < numNodes) places = new Int32Array(numNodes);
  for (let at = 0; at < nodes.length; at++) places[nodes[at]] = at;
  return wanted.map((node) => {
    // what an earlier list left behind points to another node, or beyond the end
    const at = places[node];
    if (nodes[at] !== node) throw new ShapeError(`encodeRows: node ${node} was not among the requested ones`);
    return at;
  });
}

/** Weights that pick one layer of 0 … numLayers. */
export function oneLayer(layer: number, numLayers: number): number[] {
  return Array.from({ length: numLayers + 1 }, (_, k) => (k === layer ? 1 : 0));
}
