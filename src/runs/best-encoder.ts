/** The encoder of a run over its best weights, for as long as somebody needs it. */
import * as tf from '@tensorflow/tfjs';
import { ensureBackend } from '../backend/index.js';
import type { Registries } from '../config/registries.js';
import type { RunConfig } from '../config/run-config.js';
import { DataError } from '../core/errors.js';
import { createEncoder, type Encoder } from '../encoders/index.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import { rowsContext } from './rows-context.js';
import type { RunFolder } from './run-folder.js';
import type { StateArray } from './state-file.js';

/** What of an opened run its encoder is made of. */
export interface RunFacts {
  readonly config: RunConfig;
  readonly registries: Registries;
  readonly graph: StoredGraph;
}

const WEIGHTS = 'weights/';

/** The best weights by name, as they were saved. @throws DataError `STATE_FORMAT` for those of another training */
export function bestWeights(run: RunFolder, { encoder }: RunConfig): Record<string, StateArray> {
  const { arrays, meta } = run.readBest()!;
  if (meta.embeddingDim !== encoder.embeddingDim) {
    const message = `it has vectors of ${meta.embeddingDim} numbers, config.yaml says ${encoder.embeddingDim}: they are not of one training; restore them, or train the run again`;
    throw new DataError('STATE_FORMAT', message, { location: { file: run.file('best.state') } });
  }
  const weights = Object.entries(arrays).filter(([name]) => name.startsWith(WEIGHTS));
  return Object.fromEntries(weights.map(([name, array]) => [name.slice(WEIGHTS.length), array]));
}

/** Gives the weights as variables to `work`; they are gone when it has ended. */
export async function withVariables<T>(
  weights: Readonly<Record<string, StateArray>>,
  work: (variables: Readonly<Record<string, tf.Variable>>) => Promise<T>,
): Promise<T> {
  await ensureBackend();
  const variables = Object.fromEntries(
    Object.entries(weights).map(([name, { values, shape }]) => [
      name,
      tf.tidy(() => tf.variable(tf.tensor(values, [...shape]))),
    ]),
  );
  try {
    return await work(variables);
  } finally {
    tf.dispose(Object.values(variables));
  }
}

/** @param fitted the graph that the run was fitted to. @param numNodes users, items, attribute nodes */
export function encoderOver(
  variables: Readonly<Record<string, tf.Variable>>,
  { config, registries }: RunFacts,
  fitted: StoredGraph,
  numNodes: number,
): Encoder {
  const { numUsers, numItems } = fitted.train;
  const context = rowsContext(config, fitted, fitted.train, numNodes - numUsers - numItems);
  return createEncoder(variables, config.encoder, context, registries.rows);
}
