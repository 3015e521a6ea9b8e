/** Embeddings of some nodes under several passes over one sampled block: what a step of sampled training asks for. */
import * as tf from '@tensorflow/tfjs';
import { type BlockHop, type BlockPass, blockLayerRows, droppedValues, type SampledBlock } from '../../ops/index.js';
import type { BlockPassView } from '../encoder-pass.js';
import type { DrawnTable } from '../rows/rows.js';
import { type EncodedRows, type FormOf, hopsOnly, positionsIn, type RowRequest, rowsOfStack } from './encode-rows.js';

/**
 * All passes share the block's draws and differ in dropout and noise, so that two views of a node differ by their
 * augmentation and not by which neighbours happened to be drawn.
 *
 * @param local the block's rows of the table, `[block.nodes.length, embeddingDim]`
 * @param layersOf number of hops and noise of a pass
 */
export function encodeBlockOf(
  local: DrawnTable,
  block: SampledBlock,
  requests: readonly RowRequest<BlockPassView>[],
  layersOf: (pass: BlockPassView) => Pick<BlockPass, 'numLayers' | 'noise'>,
  formOf: FormOf,
): EncodedRows {
  const asked = block.nodes.subarray(0, block.numRows);
  const hopsOf = new Map<BlockPassView['dropout'], BlockHop[]>();
  const forms = requests.map(({ pass, outputs }) => outputs.map((output) => formOf(output, layersOf(pass).numLayers)));
  const passes = requests.map(({ pass, nodes }, i): BlockPass => {
    const hops = hopsOf.get(pass.dropout) ?? blockHops(block, pass.dropout);
    hopsOf.set(pass.dropout, hops);
    return {
      ...layersOf(pass),
      hops,
      nodes: block.nodes,
      rows: positionsIn(asked, nodes),
      combinations: forms[i].flatMap(({ combinations }) => combinations),
    };
  });
  return rowsOfStack(combinedRows(local, passes), requests, forms);
}

/** As `blockLayerRows`, where hop 0 is of another table than the others; see `encode-rows.ts`. */
function combinedRows({ own, said }: DrawnTable, passes: readonly BlockPass[]): tf.Tensor2D {
  if (own === said) return blockLayerRows(own, passes);
  return tf.add(blockLayerRows(own, hopsOnly(passes, 0)), blockLayerRows(said, hopsOnly(passes, 1)));
}

/** Hops of a block under a dropout, both ways. */
export function blockHops(block: SampledBlock, dropout: BlockPassView['dropout']): BlockHop[] {
  const values = dropout ? droppedValues(block, dropout) : block.hops.map((hop) => hop.values);
  return block.hops.map(({ offsets, columns, transposed }, k) => ({
    matrix: { offsets, columns, values: values[k] },
    transposed: {
      offsets: transposed.offsets,
      columns: transposed.columns,
      values: valuesAt(values[k], transposed.order),
    },
  }));
}

function valuesAt(values: Float32Array, order: Int32Array): Float32Array {
  const result = new Float32Array(order.length);
  for (let i = 0; i < order.length; i++) result[i] = values[order[i]];
  return result;
}
