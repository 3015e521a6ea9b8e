/**
 * Layers that are linear in the table: P_0 = table, P_j = Â P_{j−1} (hop j), every layer a fixed combination of the hops, the
 * final embedding a fixed or learned combination of the layers. Being linear, all of it goes through the fused ops, whatever
 * the layers are made of and whatever made the table.
 *
 * With noise (SimGCL, arXiv 2112.08679) every hop is perturbed and the next one builds on it.
 */
import type * as tf from '@tensorflow/tfjs';
import type { Adjacency } from '../../graph/adjacency.js';
import { perturb, propagate } from '../../ops/index.js';
import type { EncoderPass } from '../encoder-pass.js';
import { alike, blockTable, nodePlacer, nodeTable } from '../rows/at-nodes.js';
import type { DrawnTable, Rows, RowsDraw } from '../rows/rows.js';
import { encodeBlockOf } from './encode-block.js';
import { encodeMixed, lowRankHop } from './encode-mixed.js';
import { encodeRowsOf, type FormOf, oneHop, type RowRequest } from './encode-rows.js';
import { combineLayers, currentWeights, type LayerMix, mixLayers, mixVariables } from './layer-weights.js';
import type { EncodedNodes, Propagated } from './propagated.js';

interface LinearForm {
  /** Each layer as weights of the hops, the table first, `[numLayers + 1]` of `[numHops + 1]`. */
  readonly layers: readonly (readonly number[])[];
  readonly mix: LayerMix;
}

export function linearLayers(rows: Rows, { layers, mix }: LinearForm): Propagated {
  const { weights } = mix;
  const logits = mix.logits as unknown as tf.Tensor2D;
  const numHops = layers[0].length - 1;
  const atNodes = nodePlacer(rows);
  const layerWeights = (): number[] => currentWeights(mix);
  const finalForm = (): ReturnType<FormOf> =>
    weights
      ? { combinations: [overHops(weights, layers)] }
      : { combinations: layers, join: (parts) => mixLayers(logits, parts) };
  const formOf: FormOf = (output) => {
    if (output === 'final') return finalForm();
    return { combinations: [output === 'table' ? oneHop(0, numHops) : layers[output]] };
  };
  const encode = (pass: EncoderPass, draw?: RowsDraw): EncodedNodes => {
    const hops = hopsOf(nodeTable(rows, draw), pass, numHops);
    const layer = (number: number): tf.Tensor2D => combineLayers(hops, layers[number]);
    const final = weights
      ? combineLayers(hops, overHops(weights, layers))
      : mixLayers(
          logits,
          layers.map((_, k) => layer(k)),
        );
    return { final, table: hops[0], layer };
  };
  const body = ({ noise }: Pick<EncoderPass, 'noise'>) => ({ numLayers: numHops, noise });
  const encodeFused = (requests: readonly RowRequest[], draw?: RowsDraw) =>
    encodeRowsOf(nodeTable(rows, draw), requests, (pass) => ({ matrix: pass.adjacency, ...body(pass) }), formOf);
  return {
    numLayers: layers.length - 1,
    numHops,
    variables: mixVariables(mix),
    mixesColumns: false,
    encode,
    layerWeights,
    // columns do not mix, so that each may be taken through all hops on its own
    encodeColumns: (columns, adjacency) =>
      combineLayers(hopsOf(alike(atNodes(columns)), { adjacency }, numHops), overHops(layerWeights(), layers)),
    ...(numHops > 0 && {
      historyTerms: (columns: tf.Tensor2D, adjacency: Adjacency) => {
        // hop j of a user is a sum over its items' hop j − 1; a new user has no hop 0
        const [, ...ofHops] = overHops(layerWeights(), layers);
        const nodes = combineLayers(hopsOf(alike(atNodes(columns)), { adjacency }, numHops - 1), ofHops);
        return { activation: 'none' as const, terms: [{ weight: 1, nodes }] };
      },
    }),
    encodeRows: (requests, draw) =>
      encodeMixed(
        requests,
        (plain) => encodeFused(plain, draw),
        (pass) => encode(pass, draw),
      ),
    encodeBlock: (block, requests, idRows, draw) =>
      encodeBlockOf(blockTable(rows, block, idRows, draw), block, requests, body, formOf),
  };
}

/** Weight of each hop in a weighted sum of the layers, `[numHops + 1]`. */
function overHops(weights: readonly number[], layers: readonly (readonly number[])[]): number[] {
  return layers[0].map((_, hop) => layers.reduce((sum, layer, k) => sum + weights[k] * layer[hop], 0));
}

/** The table and every hop over it. @param table `[numNodes, any number of columns]` */
function hopsOf({ own, said }: DrawnTable, pass: EncoderPass, numHops: number): tf.Tensor2D[] {
  const { adjacency, noise, lowRank } = pass;
  const hops = [own];
  let clean = said;
  for (let k = 0; k < numHops; k++) {
    const matrix = pass.layers?.[k].adjacency ?? adjacency;
    const hop = lowRank ? lowRankHop(lowRank, clean) : propagate(matrix, k === 0 ? said : hops[k]);
    if (lowRank && k + 1 < numHops) clean = propagate(adjacency, clean);
    hops.push(noise ? perturb(hop, noise.magnitude, noise.keys[k]) : hop);
  }
  return hops;
}
