/**
 * Encoders that are not linear in their table: an activation on what a layer hears, or the row-wise residual of LayerGCN.
 * Layers are computed one after another at every node (of a block: at every node that a later layer needs), through the tape;
 * the fused ops, which spare the last layer, know linear encoders only. Expect a step to take three to five times as
 * long (docs/encoders.md).
 */
import * as tf from '@tensorflow/tfjs';
import { blockLayerRows, lookup, perturb, placeRows, propagate, type SampledBlock } from '../ops/index.js';
import { blockHops } from './encode-block.js';
import { lowRankHop, rowsOfWhole } from './encode-mixed.js';
import { type EncodedRows, positionsIn, type RowRequest } from './encode-rows.js';
import type { EncodedNodes, Encoder } from './encoder.js';
import type { BlockPassView, EncoderPass } from './encoder-pass.js';
import { combineLayers, mixLayers, weightsOfLogits } from './layer-weights.js';
import { type Activation, connect, heardWeights, type Residual } from './residual.js';
import { placesWithRows } from './table-rows.js';

export interface DeepForm {
  readonly numLayers: number;
  /** Of the layers in the final embedding, `[numLayers + 1]`; absent where `variables.layerWeights` are learned. */
  readonly weights?: readonly number[];
  readonly residual: Residual;
  readonly activation: Activation;
  /** Above 0: the nodes before it have no row, and hear their neighbours' rows for layer 0, which is a hop of its own. */
  readonly firstNode: number;
}

/** What hop number k (from 0) brings to a layer; may have fewer rows than `x`, then the first ones. */
type Hop = (k: number, x: tf.Tensor2D) => tf.Tensor2D;

/** @param variables as of `createLinearEncoder` */
export function createDeepEncoder(variables: Readonly<Record<string, tf.Variable>>, form: DeepForm): Encoder {
  const { numLayers, weights, residual, activation, firstNode } = form;
  const ego = variables.embedding;
  const numNodes = firstNode + ego.shape[0];
  const numHops = numLayers + (firstNode > 0 ? 1 : 0);
  const nodes = Int32Array.from({ length: numNodes }, (_, node) => node);
  const own = placesWithRows(nodes, firstNode);
  const atNodes = (rows: tf.Tensor2D): tf.Tensor2D => (firstNode > 0 ? placeRows(rows, own, numNodes) : rows);
  const layerWeights = (): number[] => (weights ? [...weights] : weightsOfLogits(variables.layerWeights));
  const finalOf = (layers: readonly tf.Tensor2D[]): tf.Tensor2D =>
    weights ? combineLayers(layers, weights) : mixLayers(variables.layerWeights as unknown as tf.Tensor2D, layers);
  const encode = (pass: EncoderPass): EncodedNodes => {
    const table = atNodes(ego as unknown as tf.Tensor2D);
    const layers = layersOf(table, form, hopOf(pass, table, form));
    return { final: finalOf(layers), table, layer: (number) => layers[number] };
  };
  return {
    numLayers,
    numHops,
    variables,
    ego,
    firstNode,
    mixesColumns: residual === 'refined',
    layerWeights,
    encode,
    encodeColumns: (columns, adjacency) => {
      const layers = layersOf(atNodes(columns), form, (_, x) => propagate(adjacency, x));
      return combineLayers(layers, layerWeights());
    },
    ...(residual !== 'refined' &&
      numHops > 0 && {
        historyTerms: (columns, adjacency) => {
          const table = atNodes(columns);
          const layers = layersOf(table, form, (_, x) => propagate(adjacency, x));
          const shares = heardWeights(residual, layerWeights());
          const terms = shares.heard.map((weight, k) => ({ weight, nodes: layers[k] }));
          // layer 0 of a user without a row is what it hears of the rows themselves
          if (firstNode > 0) terms.unshift({ weight: shares.own, nodes: table });
          return { activation, terms: terms.filter(({ weight }) => weight !== 0) };
        },
      }),
    encodeRows: (requests) => rowsOfWhole(requests, encode),
    encodeBlock: (local, block, requests) => {
      const places = placesWithRows(block.nodes, firstNode);
      const table = firstNode > 0 ? placeRows(local, places, block.nodes.length) : local;
      return blockRowsOf(table, block, requests, form, finalOf);
    },
  };
}

/** Layer 0 … numLayers. @param table `[numRows, any number of columns]` */
function layersOf(
  table: tf.Tensor2D,
  { numLayers, residual, activation, firstNode }: DeepForm,
  hop: Hop,
): tf.Tensor2D[] {
  let numHops = 0;
  const hear = (x: tf.Tensor2D): tf.Tensor2D => {
    const heard = hop(numHops++, x);
    return activation === 'tanh' ? tf.tanh(heard) : heard;
  };
  let first = table;
  if (firstNode > 0) {
    const heard = hear(table);
    first = tf.add(head(table, heard.shape[0]), heard);
  }
  const layers = [first];
  for (let k = 0; k < numLayers; k++) {
    const heard = hear(layers[k]);
    const [numRows] = heard.shape;
    layers.push(connect(residual, heard, head(layers[k], numRows), head(first, numRows)));
  }
  return layers;
}

/** The first rows. */
const head = (x: tf.Tensor2D, numRows: number): tf.Tensor2D =>
  x.shape[0] === numRows ? x : tf.slice(x, [0, 0], [numRows, -1]);

/** Hops of a pass over the whole graph. */
function hopOf({ adjacency, layers, lowRank, noise }: EncoderPass, table: tf.Tensor2D, form: DeepForm): Hop {
  if (lowRank) {
    // what the clean layers say, through the matrix of low rank
    const said: tf.Tensor2D[] = [];
    layersOf(table, form, (k, x) => {
      said[k] = x;
      return propagate(adjacency, x);
    });
    return (k) => lowRankHop(lowRank, said[k]);
  }
  return (k, x) => {
    const heard = propagate(layers?.[k].adjacency ?? adjacency, x);
    return noise ? perturb(heard, noise.magnitude, noise.keys[k]) : heard;
  };
}

/** The same over a sampled block: hop k reaches the rows that later hops need, a prefix of the block. */
function blockRowsOf(
  table: tf.Tensor2D,
  block: SampledBlock,
  requests: readonly RowRequest<BlockPassView>[],
  form: DeepForm,
  finalOf: (layers: readonly tf.Tensor2D[]) => tf.Tensor2D,
): EncodedRows {
  const asked = block.nodes.subarray(0, block.numRows);
  const encoded = new Map<BlockPassView, { final: tf.Tensor2D; layers: readonly tf.Tensor2D[] }>();
  for (const { pass } of requests) {
    if (encoded.has(pass)) continue;
    const hops = blockHops(block, pass.dropout);
    const hop: Hop = (k, x) => {
      const { numRows, numColumns } = block.hops[k];
      const noise = pass.noise && { magnitude: pass.noise.magnitude, keys: [pass.noise.keys[k]] };
      const rows = Int32Array.from({ length: numRows }, (_, row) => row);
      const nodes = block.nodes.subarray(0, numColumns);
      return blockLayerRows(x, [{ hops: [hops[k]], numLayers: 1, noise, nodes, rows, combinations: [[0, 1]] }]);
    };
    const layers = layersOf(table, form, hop).map((layer) => head(layer, block.numRows));
    encoded.set(pass, { final: finalOf(layers), layers });
  }
  return {
    rows(request, output) {
      const { pass, nodes } = requests[request];
      const { final, layers } = encoded.get(pass)!;
      const whole = output === 'final' ? final : output === 'table' ? table : layers[output];
      return (wanted) => {
        positionsIn(nodes, wanted); // refuses what was not asked for
        return lookup(whole, positionsIn(asked, wanted));
      };
    },
  };
}
