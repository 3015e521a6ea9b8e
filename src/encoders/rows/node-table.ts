/** First values of an id table: users', items', attribute nodes', each initialised on its own. */
import * as tf from '@tensorflow/tfjs';
import { Rng } from '../../core/rng.js';
import { type Initialization, initialRows, type TableInitialization } from './initialization.js';
import type { RowsSize } from './rows.js';
import { spectralStart } from './spectral-start.js';

/**
 * @param size numUsers 0 leaves the rows of the others as they are, and so does the number of attribute nodes
 * @throws ConfigError `ENCODER_GRAPH` for a spectral start without a graph
 * @returns variable `[numUsers + numItems + numValues, embeddingDim]`
 */
export function createNodeTable({
  numUsers,
  numItems,
  numValues = 0,
  embeddingDim,
  seed,
  initialization = 'xavier',
  graph,
}: RowsSize & { readonly initialization?: TableInitialization }): tf.Variable {
  const numNodes = numUsers + numItems + numValues;
  const values = new Float32Array(numNodes * embeddingDim);
  const spectral = initialization !== 'xavier' && initialization.name === 'spectral' ? initialization : undefined;
  const drawn = spectral ? { ...spectral, name: 'normal' as const } : (initialization as Initialization);
  const rowsOf = (kind: string, count: number) => initialRows(drawn, count, embeddingDim, Rng.of(seed, 'init', kind));
  const start = spectral && spectralStart(graph, { embeddingDim, std: spectral.std, seed });
  if (numUsers > 0) values.set(start?.users ?? rowsOf('users', numUsers));
  values.set(start?.items ?? rowsOf('items', numItems), numUsers * embeddingDim);
  values.set(rowsOf('attributes', numValues), (numUsers + numItems) * embeddingDim);
  return tf.tidy(() => tf.variable(tf.tensor2d(values, [numNodes, embeddingDim])));
}
