/**
 * Layers that are not linear in the table: an activation on what a layer (and layer 0) hears, the row-wise
 * residual of LayerGCN, or hops over rows of length 1 (LightGCN++). They are computed one after another at every node (of a block: at every node that a later layer
 * needs), through the tape; the fused ops, which spare the last layer, know linear ones only. Expect a step to take three to
 * five times as long (docs/reference/encoders.md).
 */
import * as tf from '@tensorflow/tfjs';
import { blockLayerRows, lookup, perturb, propagate, type SampledBlock } from '../../ops/index.js';
import { type Activation, activate } from '../activation.js';
import type { BlockPassView, EncoderPass } from '../encoder-pass.js';
import { alike, blockTable, nodePlacer, nodeTable } from '../rows/at-nodes.js';
import type { DrawnTable, Rows, RowsDraw } from '../rows/rows.js';
import { type DegreeScaling, type Hop, scaledHop } from './degree-scaling.js';
import { blockHops } from './encode-block.js';
import { lowRankHop, rowsOfWhole } from './encode-mixed.js';
import { type EncodedRows, positionsIn, type RowRequest } from './encode-rows.js';
import { addLayers, combineLayers, currentWeights, type LayerMix, mixVariables } from './layer-weights.js';
import type { EncodedNodes, Propagated } from './propagated.js';
import { connect, heardWeights, type Residual } from './residual.js';

export interface LayersForm {
  readonly numLayers: number;
  readonly residual: Residual;
  readonly activation: Activation;
  /** How the layers add up to the final embedding. */
  readonly mix: LayerMix;
  /** Of every hop, over rows of length 1; absent: hops are the matrix times the layer. */
  readonly scaling?: DegreeScaling;
}

/**
 * Layer 0 … numLayers.
 * @param table `[numRows, any number of columns]`, zeros where a node has no row
 * @param nodes of the table's rows; absent: all
 */
type LayersOf = (table: DrawnTable, hop: Hop, nodes?: Int32Array) => tf.Tensor2D[];

export function deepLayers(rows: Rows, form: LayersForm): Propagated {
  const { numLayers, residual, activation, mix, scaling } = form;
  const numHops = numLayers + (rows.hears ? 1 : 0);
  const atNodes = nodePlacer(rows);
  const layersOf: LayersOf = (table, hop, nodes) =>
    layersFrom(table, scaling ? scaledHop(hop, scaling, nodes) : hop, rows.hears, form);
  // a row's length and its cosine are of all its columns
  const mixesColumns = residual === 'refined' || scaling !== undefined;
  const encode = (pass: EncoderPass, draw?: RowsDraw): EncodedNodes => {
    const table = nodeTable(rows, draw);
    const layers = layersOf(table, wholeHop(pass, table, layersOf));
    return { final: addLayers(mix, layers), table: table.own, layer: (number) => layers[number] };
  };
  return {
    numLayers,
    numHops,
    variables: mixVariables(mix),
    mixesColumns,
    layerWeights: () => currentWeights(mix),
    encode,
    encodeColumns: (columns, adjacency) => {
      const layers = layersOf(alike(atNodes(columns)), (_, x) => propagate(adjacency, x));
      return combineLayers(layers, currentWeights(mix));
    },
    ...(residual !== 'refined' &&
      scaling === undefined &&
      numHops > 0 && {
        historyTerms: (columns, adjacency) => {
          const table = atNodes(columns);
          const layers = layersOf(alike(table), (_, x) => propagate(adjacency, x));
          const shares = heardWeights(residual, currentWeights(mix));
          const terms = shares.heard.map((weight, k) => ({ weight, nodes: layers[k] }));
          // layer 0 of a user without a row is what it hears of the rows themselves
          if (rows.hears) terms.unshift({ weight: shares.own, nodes: table });
          return { activation, terms: terms.filter(({ weight }) => weight !== 0) };
        },
      }),
    encodeRows: (requests, draw) => rowsOfWhole(requests, (pass) => encode(pass, draw)),
    encodeBlock: (block, requests, idRows, draw) => {
      const table = blockTable(rows, block, idRows, draw);
      return blockRowsOf(table, block, requests, layersOf, (layers) => addLayers(mix, layers));
    },
  };
}

function layersFrom(
  { own, said }: DrawnTable,
  hop: Hop,
  rowsHear: boolean,
  { numLayers, residual, activation }: LayersForm,
): tf.Tensor2D[] {
  let numHops = 0;
  const hear = (x: tf.Tensor2D): tf.Tensor2D => activate(activation, hop(numHops++, x));
  let first = own;
  if (rowsHear) {
    const heard = hear(said);
    first = tf.add(head(own, heard.shape[0]), heard);
  }
  const layers = [first];
  for (let k = 0; k < numLayers; k++) {
    // what nodes say at the first hop is the table's matter, afterwards the layer is said as it is
    const heard = hear(k === 0 && !rowsHear ? said : layers[k]);
    const [numRows] = heard.shape;
    layers.push(connect(residual, heard, head(layers[k], numRows), head(first, numRows)));
  }
  return layers;
}

/** The first rows. */
const head = (x: tf.Tensor2D, numRows: number): tf.Tensor2D =>
  x.shape[0] === numRows ? x : tf.slice(x, [0, 0], [numRows, -1]);

/** Hops of a pass over the whole graph. */
function wholeHop({ adjacency, layers, lowRank, noise }: EncoderPass, table: DrawnTable, layersOf: LayersOf): Hop {
  if (lowRank) {
    // what the clean layers say, through the matrix of low rank
    const said: tf.Tensor2D[] = [];
    layersOf(table, (k, x) => {
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
  table: DrawnTable,
  block: SampledBlock,
  requests: readonly RowRequest<BlockPassView>[],
  layersOf: LayersOf,
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
    const layers = layersOf(table, hop, block.nodes).map((layer) => head(layer, block.numRows));
    encoded.set(pass, { final: finalOf(layers), layers });
  }
  return {
    rows(request, output) {
      const { pass, nodes } = requests[request];
      const { final, layers } = encoded.get(pass)!;
      const whole = output === 'final' ? final : output === 'table' ? table.own : layers[output];
      return (wanted) => {
        positionsIn(nodes, wanted); // refuses what was not asked for
        return lookup(whole, positionsIn(asked, wanted));
      };
    },
  };
}
