/** Cases of the ops over matrices alone; the softmax loss has a file of its own. */
import * as tf from '@tensorflow/tfjs';
import { drawCounterKey } from '../../src/core/counter-rng.js';
import {
  Adam,
  groupScores,
  l2Normalize,
  logPairPotential,
  lookup,
  perturb,
  placeRows,
  scaleGradient,
  similarity,
  sinkhornCodes,
  softCrossEntropy,
} from '../../src/ops/index.js';
import {
  asInt,
  asVector,
  BAD_NOISE,
  differentiated,
  indices,
  inPart,
  lastAs,
  matrixOf,
  type Noise,
  numbers,
  type OpCase,
  oneColumnMore,
  oneRowMore,
  opCase,
  type Plain,
  someOf,
  tensorOf,
} from './op-case.js';

interface AdamArguments {
  readonly parameter: Plain;
  readonly gradient: Plain;
  readonly rows?: Int32Array;
  readonly lazy: boolean;
  readonly learningRate: number;
  readonly name: string;
}

export const DENSE_CASES: Readonly<Record<string, OpCase>> = {
  lookup: opCase(
    ({ a, b, dim }, rng) => ({ table: matrixOf(a, dim, rng), rows: indices(b, a, rng) }),
    ({ table, rows }) => differentiated((input) => lookup(input, rows), table),
    {
      'row beyond the end': ({ table, rows }) => ({ table, rows: Int32Array.of(...rows, table.shape[0]) }),
      'negative row': ({ table, rows }) => ({ table, rows: Int32Array.of(-1, ...rows) }),
      'a vector': ({ table, rows }) => ({ table: asVector(table), rows }),
      integers: ({ table, rows }) => ({ table: asInt(table), rows }),
    },
  ),
  placeRows: opCase(
    ({ a, b, dim }, rng) => ({
      rows: matrixOf(a, dim, rng),
      places: rng.permutation(a + b).slice(0, a),
      numRows: a + b,
    }),
    ({ rows, places, numRows }) => differentiated((input) => placeRows(input, places, numRows), rows),
    {
      'place beyond the end': (args) => {
        const places = lastAs(args.places, args.numRows);
        return places && { ...args, places };
      },
      'negative place': (args) => {
        const places = lastAs(args.places, -1);
        return places && { ...args, places };
      },
      'a row more': (args) => ({ ...args, rows: oneRowMore(args.rows) }),
      'half a row': (args) => ({ ...args, numRows: args.numRows + 0.5 }),
      integers: (args) => ({ ...args, rows: asInt(args.rows) }),
    },
  ),
  similarity: opCase(
    ({ a, b, dim }, rng) => ({ x: matrixOf(a, dim, rng), y: matrixOf(b, dim, rng) }),
    ({ x, y }) => differentiated((left, right) => similarity(left, right), x, y),
    {
      'a column more': ({ x, y }) => ({ x, y: oneColumnMore(y) }),
      'a vector': ({ x, y }) => ({ x: asVector(x), y }),
      integers: ({ x, y }) => ({ x, y: asInt(y) }),
    },
  ),
  groupScores: opCase(
    ({ a, b, dim }, rng) => ({ queries: matrixOf(a, dim, rng), keys: matrixOf(a * b, dim, rng), perQuery: b }),
    ({ queries, keys, perQuery }) => differentiated((x, y) => groupScores(x, y, perQuery), queries, keys),
    {
      'a key more': (args) => ({ ...args, keys: oneRowMore(args.keys) }),
      'half a key a query': (args) => ({ ...args, perQuery: args.perQuery + 0.5 }),
      'half as many keys': ({ queries, perQuery, ...args }) => {
        const [numQueries, dim] = queries.shape;
        if (numQueries % 2 === 1 || perQuery % 2 === 0) return undefined;
        const numKeys = (numQueries * perQuery) / 2;
        const keys = { shape: [numKeys, dim], values: args.keys.values.slice(0, numKeys * dim) };
        return { queries, keys, perQuery: perQuery / 2 };
      },
      'negative number of keys': (args) => ({ ...args, perQuery: -1 }),
      'a column more': (args) => ({ ...args, keys: oneColumnMore(args.keys) }),
      'a vector': (args) => ({ ...args, queries: asVector(args.queries) }),
      'integer queries': (args) => ({ ...args, queries: asInt(args.queries) }),
      'integer keys': (args) => ({ ...args, keys: asInt(args.keys) }),
    },
  ),
  scaleGradient: opCase(
    ({ a, dim }, rng) => ({ x: matrixOf(a, dim, rng), scale: Float32Array.from({ length: a }, () => rng.normal()) }),
    ({ x, scale }) => differentiated((input) => scaleGradient(input, scale), x),
    {
      'a factor more': ({ x, scale }) => ({ x, scale: Float32Array.of(...scale, 1) }),
      'a vector': ({ x, scale }) => ({ x: asVector(x), scale }),
      integers: ({ x, scale }) => ({ x: asInt(x), scale }),
    },
  ),
  l2Normalize: opCase(
    ({ a, dim }, rng) => ({ x: matrixOf(a, dim, rng) }),
    ({ x }) => differentiated((input) => l2Normalize(input), x),
    { 'a vector': ({ x }) => ({ x: asVector(x) }), integers: ({ x }) => ({ x: asInt(x) }) },
  ),
  perturb: opCase<{ readonly x: Plain; readonly noise: Noise }>(
    ({ a, dim }, rng) => ({
      x: matrixOf(a, dim, rng),
      noise: { magnitude: rng.uniform(), keys: [drawCounterKey(rng)] },
    }),
    ({ x, noise }) => differentiated((input) => perturb(input, noise.magnitude, noise.keys[0]), x),
    {
      ...inPart(
        { ...BAD_NOISE, 'a key short': () => undefined },
        ({ noise }) => noise,
        (args, noise) => ({ ...args, noise: { ...noise, keys: [...noise.keys] } }),
      ),
      'a vector': (args) => ({ ...args, x: asVector(args.x) }),
      integers: (args) => ({ ...args, x: asInt(args.x) }),
    },
  ),
  logPairPotential: opCase(
    ({ a, dim }, rng) => ({ x: matrixOf(a, dim, rng), temperature: 0.3 + rng.uniform() }),
    ({ x, temperature }) => differentiated((input) => logPairPotential(input, temperature), x),
    {
      'temperature 0': (args) => ({ ...args, temperature: 0 }),
      'temperature NaN': (args) => ({ ...args, temperature: Number.NaN }),
      'one row': ({ x, temperature }) => ({ x: { shape: [1, x.values.length], values: x.values }, temperature }),
      integers: (args) => ({ ...args, x: asInt(args.x) }),
    },
  ),
  softCrossEntropy: opCase(
    ({ a, b }, rng) => ({
      scores: matrixOf(a, b, rng),
      targets: { shape: [a, b], values: Float32Array.from({ length: a * b }, () => rng.uniform()) } as Plain,
      temperature: 0.2 + rng.uniform(),
    }),
    ({ scores, targets, temperature }) =>
      differentiated((input) => softCrossEntropy({ scores: input, targets: tensorOf(targets), temperature }), scores),
    {
      'a target more': (args) => ({ ...args, targets: oneColumnMore(args.targets) }),
      'temperature 0': (args) => ({ ...args, temperature: 0 }),
      'temperature NaN': (args) => ({ ...args, temperature: Number.NaN }),
      'a vector': (args) => ({ ...args, scores: asVector(args.scores) }),
      integers: (args) => ({ ...args, scores: asInt(args.scores) }),
    },
  ),
  sinkhornCodes: opCase(
    ({ a, b }, rng) => ({
      ...matrixOf(a, b, rng),
      options: { epsilon: 0.1 + rng.uniform(), iterations: rng.integer(6) },
    }),
    ({ options, ...scores }) => {
      const { codes, columnError } = sinkhornCodes(tensorOf(scores), options);
      return { codes, columnError };
    },
    {
      'a vector': (args) => ({ ...args, ...asVector(args) }),
      integers: (args) => ({ ...args, ...asInt(args) }),
      'epsilon 0': (args) => ({ ...args, options: { ...args.options, epsilon: 0 } }),
      'epsilon NaN': (args) => ({ ...args, options: { ...args.options, epsilon: Number.NaN } }),
      'epsilon too small': (args) =>
        args.shape[0] > 0 && args.shape[1] > 1 ? { ...args, options: { ...args.options, epsilon: 1e-7 } } : undefined,
      'half an iteration': (args) => ({ ...args, options: { ...args.options, iterations: 1.5 } }),
      'negative iterations': (args) => ({ ...args, options: { ...args.options, iterations: -1 } }),
    },
  ),
  Adam: opCase<AdamArguments>(
    ({ a, dim }, rng) => {
      const rows = rng.uniform() < 0.6 ? someOf(a, rng) : undefined;
      return {
        parameter: matrixOf(a, dim, rng),
        gradient: matrixOf(rows?.length ?? a, dim, rng),
        rows,
        lazy: rng.uniform() < 0.5,
        learningRate: 0.1,
        name: 'table',
      };
    },
    ({ parameter, gradient, rows, lazy, learningRate, name }) => {
      const variable = tf.variable(tensorOf(parameter));
      const adam = new Adam({ table: variable }, lazy);
      try {
        for (let step = 0; step < 2; step++) {
          adam.update({ [name]: tensorOf(gradient) }, learningRate, rows && { table: rows });
        }
        const state = Object.entries(adam.state()).map(([key, moment]) => [key, numbers(moment)]);
        return { weights: numbers(variable), ...Object.fromEntries(state) };
      } finally {
        adam.dispose();
        variable.dispose();
      }
    },
    {
      'a row more': (args) => ({ ...args, gradient: oneRowMore(args.gradient) }),
      'a column more': (args) => ({ ...args, gradient: oneColumnMore(args.gradient) }),
      'row beyond the end': (args) => {
        const rows = args.rows && lastAs(args.rows, args.parameter.shape[0]);
        return rows && { ...args, rows };
      },
      'a row twice': (args) =>
        args.rows && args.rows.length > 1 ? { ...args, rows: lastAs(args.rows, args.rows[0]) } : undefined,
      'a parameter that is not there': (args) => ({ ...args, name: 'other', rows: undefined }),
      'learning rate NaN': (args) => ({ ...args, learningRate: Number.NaN }),
      integers: (args) => ({ ...args, gradient: asInt(args.gradient) }),
    },
  ),
};
