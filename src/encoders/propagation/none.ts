/**
 * No propagation: layer 0 is the final embedding. Over an id table this is matrix factorisation; the graph plays no part, so
 * graph views leave it as it is, and noise, which elsewhere goes on every hop, is added once. Rows that hear
 * their neighbours have a hop for both. Towers encode the nodes that a step asks for, not the catalogue.
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { distinctInt32 } from '../../core/distinct-int32.js';
import { lookup, perturb } from '../../ops/index.js';
import type { EncoderPass } from '../encoder-pass.js';
import { alike, blockTable, nodePlacer, nodeTable } from '../rows/at-nodes.js';
import { idNodesOf, type Rows, type RowsDraw } from '../rows/rows.js';
import { encodeBlockOf } from './encode-block.js';
import { type EncodedRows, encodeRowsOf, type FormOf, oneHop, type RowRequest } from './encode-rows.js';
import { layersOverRows } from './layers.js';
import type { Propagated, PropagationKind } from './propagated.js';

/** Share of the nodes up to which they are encoded apart: the whole table's matrices are made once and kept. */
const MOST_ASKED = 0.5;

export const noPropagationSchema = z.strictObject({ name: z.literal('none') });

export const noPropagation: PropagationKind<z.infer<typeof noPropagationSchema>> = {
  schema: noPropagationSchema,
  doc: {
    formula: 'embedding = layer 0',
    when: 'Matrix factorisation and the plain two-tower model: the baseline, and the fastest to train and to update.',
    goesWrong: 'Nobody speaks for users and items with few interactions but the rows themselves.',
    source: 'Koren et al. 2009, IEEE Computer; Yi et al. 2019, RecSys',
  },
  numLayers: () => 0,
  hearsItems: (_, rowsHear) => rowsHear,
  createVariables: () => ({}),
  create: (rows) =>
    rows.hears
      ? layersOverRows(rows, { numLayers: 0, residual: 'none', activation: 'none', mix: { weights: [1] } })
      : tableAlone(rows),
};

function tableAlone(rows: Rows): Propagated {
  const atNodes = nodePlacer(rows);
  return {
    numLayers: 0,
    numHops: 0,
    variables: {},
    mixesColumns: false,
    layerWeights: () => [1],
    encode({ noise }, draw) {
      const table = nodeTable(rows, draw).own;
      const final = noise ? perturb(table, noise.magnitude, noise.keys[0]) : table;
      return { final, table, layer: () => final };
    },
    encodeColumns: (columns) => tf.clone(atNodes(columns)),
    encodeRows: (requests, draw) => {
      const nodes = distinctInt32(...requests.map((request) => request.nodes));
      return rows.towers && !rows.takesOthers && nodes.length < MOST_ASKED * rows.numNodes
        ? encodeAsked(rows, nodes, requests, draw)
        : encodeRowsOf(alike(nodeTable(rows, draw).own), requests, passOf, formOf);
    },
    encodeBlock: (block, requests, idRows, draw) =>
      encodeBlockOf(alike(blockTable(rows, block, idRows, draw).own), block, requests, passOf, formOf),
  };
}

/** As `encodeRows`, through towers that encode the asked nodes alone: a block that hears nobody. */
function encodeAsked(
  rows: Rows,
  nodes: Int32Array,
  requests: readonly RowRequest[],
  draw: RowsDraw | undefined,
): EncodedRows {
  const { first, end } = idNodesOf(rows);
  const ids = nodes.filter((node) => rows.idTable && node >= first && node < end).map((node) => node - first);
  const idRows = ids.length > 0 ? lookup(rows.idTable as unknown as tf.Tensor2D, ids) : undefined;
  const block = { nodes, numRows: nodes.length, hops: [] };
  const passes = requests.map(({ pass: { noise }, ...request }) => ({ ...request, pass: { noise } }));
  return encodeBlockOf(alike(blockTable(rows, block, idRows, draw).own), block, passes, passOf, formOf);
}

/** To the ops, the perturbed table is a hop 1 that no message has passed to. */
function passOf({ noise }: Pick<EncoderPass, 'noise'>): { numLayers: number; noise: EncoderPass['noise'] } {
  return { numLayers: noise ? 1 : 0, noise };
}

const formOf: FormOf = (output, numHops) => ({ combinations: [oneHop(output === 'table' ? 0 : numHops, numHops)] });
