/**
 * No propagation: layer 0 is the final embedding. Over an id table this is matrix factorisation; the graph plays no part, so
 * graph views leave it as it is, and noise, which elsewhere goes on every hop, is added once. Rows that hear
 * their neighbours have a hop for both.
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { perturb } from '../../ops/index.js';
import type { EncoderPass } from '../encoder-pass.js';
import { alike, blockTable, nodePlacer, nodeTable } from '../rows/at-nodes.js';
import type { Rows } from '../rows/rows.js';
import { encodeBlockOf } from './encode-block.js';
import { encodeRowsOf, type FormOf, oneHop } from './encode-rows.js';
import { layersOverRows } from './layers.js';
import type { Propagated, PropagationKind } from './propagated.js';

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
    encodeRows: (requests, draw) => encodeRowsOf(alike(nodeTable(rows, draw).own), requests, passOf, formOf),
    encodeBlock: (block, requests, idRows, draw) =>
      encodeBlockOf(alike(blockTable(rows, block, idRows, draw).own), block, requests, passOf, formOf),
  };
}

/** To the ops, the perturbed table is a hop 1 that no message has passed to. */
function passOf({ noise }: Pick<EncoderPass, 'noise'>): { numLayers: number; noise: EncoderPass['noise'] } {
  return { numLayers: noise ? 1 : 0, noise };
}

const formOf: FormOf = (output, numHops) => ({ combinations: [oneHop(output === 'table' ? 0 : numHops, numHops)] });
