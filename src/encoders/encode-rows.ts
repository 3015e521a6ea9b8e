/**
 * Embeddings of some nodes under several passes at once: what a training step asks an encoder for. All passes go to one
 * op, so that they can share work, and only the asked rows exist afterwards.
 */
import type { Tensor2D, Variable } from '@tensorflow/tfjs';
import { ShapeError } from '../core/errors.js';
import { type LayerPass, layerRows, lookup } from '../ops/index.js';
import type { EncoderPass } from './encoder.js';

/** `final`, or the number of a layer, 0 being the untouched table. */
export type EncoderOutput = 'final' | number;

export interface RowRequest {
  readonly pass: EncoderPass;
  /** Distinct, ascending, `[numRows]`. */
  readonly nodes: Int32Array;
  readonly outputs: readonly EncoderOutput[];
}

/** Rows of one output of one request; nodes are among the requested ones, in any order, repeats allowed. */
export type NodeRows = (nodes: Int32Array) => Tensor2D;

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
  ego: Variable,
  requests: readonly RowRequest[],
  passOf: (pass: EncoderPass) => Omit<LayerPass, 'rows' | 'combinations'>,
  weightsOf: (output: EncoderOutput, numLayers: number) => number[],
): EncodedRows {
  const numNodes = ego.shape[0];
  const passes = requests.map(({ pass, nodes, outputs }): LayerPass => {
    const body = passOf(pass);
    return { ...body, rows: nodes, combinations: outputs.map((output) => weightsOf(output, body.numLayers)) };
  });
  const stack = layerRows(ego as unknown as Tensor2D, passes);
  const starts: number[] = [];
  let total = 0;
  for (const { nodes, outputs } of requests) {
    starts.push(total);
    total += nodes.length * outputs.length;
  }
  return {
    rows(request, output) {
      const { nodes, outputs } = requests[request];
      const which = outputs.indexOf(output);
      if (which < 0) throw new ShapeError(`encodeRows: output ${output} of request ${request} was not asked for`);
      const first = starts[request] + which * nodes.length;
      const position = new Int32Array(numNodes).fill(-1);
      for (let i = 0; i < nodes.length; i++) position[nodes[i]] = first + i;
      return (wanted) =>
        lookup(
          stack,
          wanted.map((node) => {
            if (!(position[node] >= 0))
              throw new ShapeError(`encodeRows: node ${node} was not among the requested ones`);
            return position[node];
          }),
        );
    },
  };
}

/** Weights that pick one layer of 0 … numLayers. */
export function oneLayer(layer: number, numLayers: number): number[] {
  return Array.from({ length: numLayers + 1 }, (_, k) => (k === layer ? 1 : 0));
}
