/**
 * Embeddings of some nodes under several passes at once: what a training step asks an encoder for. All passes go to one
 * op, so that they can share work, and only the asked rows exist afterwards.
 */
import * as tf from '@tensorflow/tfjs';
import { ShapeError } from '../../core/errors.js';
import { type LayerPass, layerRows, lookup } from '../../ops/index.js';
import type { EncoderPass } from '../encoder-pass.js';
import type { DrawnTable } from '../rows/rows.js';

/** `final`; the number of a layer, 0 being what the layers start from; or `table`, the rows that layer 0 is made of. */
export type EncoderOutput = 'final' | 'table' | number;

export interface RowRequest<Pass = EncoderPass> {
  readonly pass: Pass;
  /** Distinct, ascending, `[numRows]`. */
  readonly nodes: Int32Array;
  readonly outputs: readonly EncoderOutput[];
}

/** Rows of one output of one request; nodes are among the requested ones, in any order, repeats allowed. */
export type NodeRows = (nodes: Int32Array) => tf.Tensor2D;

/** The embeddings that were asked for; differentiable in the encoder's variables. */
export interface EncodedRows {
  /** @throws ShapeError for an output or, when called, a node that was not requested */
  rows(request: number, output: EncoderOutput): NodeRows;
}

/** How an output is made of the hops of a pass, which are what the fused ops compute. */
interface OutputForm {
  /** Weight of each hop, the table first, `[numCombinations]` of `[numHops + 1]`. */
  readonly combinations: readonly (readonly number[])[];
  /** The output from the combinations' rows, where there are several. */
  readonly join?: (combined: readonly tf.Tensor2D[]) => tf.Tensor2D;
}

/** @param numHops of the pass that the output is asked of */
export type FormOf = (output: EncoderOutput, numHops: number) => OutputForm;

/**
 * @param table `[numNodes, embeddingDim]`; what nodes say makes every hop, what they are themselves counts as hop 0
 * @param passOf the request's pass without rows and combinations
 */
export function encodeRowsOf(
  table: DrawnTable,
  requests: readonly RowRequest[],
  passOf: (pass: EncoderPass) => Omit<LayerPass, 'rows' | 'combinations'>,
  formOf: FormOf,
): EncodedRows {
  const bodies = requests.map(({ pass }) => passOf(pass));
  const forms = requests.map(({ outputs }, i) => outputs.map((output) => formOf(output, bodies[i].numLayers)));
  const passes = requests.map(({ nodes }, i): LayerPass => {
    return { ...bodies[i], rows: nodes, combinations: forms[i].flatMap(({ combinations }) => combinations) };
  });
  return rowsOfStack(combinedRows(table, passes), requests, forms);
}

/** As `layerRows`; each combination is a sum over the hops, of which the first is of another table than the others. */
function combinedRows({ own, said }: DrawnTable, passes: readonly LayerPass[]): tf.Tensor2D {
  if (own === said) return layerRows(own, passes);
  return tf.add(layerRows(own, hopsOnly(passes, 0)), layerRows(said, hopsOnly(passes, 1)));
}

/** The combinations' shares of hop 0, or of all the others. */
export function hopsOnly<Pass extends Pick<LayerPass, 'combinations'>>(passes: readonly Pass[], from: 0 | 1): Pass[] {
  const kept = (hop: number): boolean => (from === 0 ? hop === 0 : hop > 0);
  return passes.map((pass) => ({
    ...pass,
    combinations: pass.combinations.map((weights) => weights.map((weight, hop) => (kept(hop) ? weight : 0))),
  }));
}

/**
 * @param stack the combinations of each request's outputs in order, `[Σ numRows · numCombinations, embeddingDim]`
 * @param forms of each request's outputs
 */
export function rowsOfStack(
  stack: tf.Tensor2D,
  requests: readonly RowRequest<unknown>[],
  forms: readonly (readonly OutputForm[])[],
): EncodedRows {
  // one tensor a combination: the gradients of its lookups add up in its own size, not the stack's
  const sizes = requests.flatMap(({ nodes }, i) =>
    forms[i].flatMap(({ combinations }) => combinations.map(() => nodes.length)),
  );
  const parts = sizes.length === 1 ? [stack] : tf.split<tf.Tensor2D>(stack, sizes, 0);
  let at = 0;
  const tables = forms.map((ofRequest) =>
    ofRequest.map(({ combinations, join }) => {
      const own = parts.slice(at, at + combinations.length);
      at += combinations.length;
      return join ? join(own) : own[0];
    }),
  );
  return {
    rows(request, output) {
      const { nodes, outputs } = requests[request];
      const which = outputs.indexOf(output);
      if (which < 0) throw new ShapeError(`encodeRows: output ${output} of request ${request} was not asked for`);
      const table = tables[request][which];
      return (wanted) => lookup(table, wanted === nodes ? counting(nodes.length) : positionsIn(nodes, wanted));
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

/** Weights that pick one hop of 0 … numHops. */
export function oneHop(hop: number, numHops: number): number[] {
  return Array.from({ length: numHops + 1 }, (_, k) => (k === hop ? 1 : 0));
}
