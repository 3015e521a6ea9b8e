/** The cases of the softmax loss: plans with masks, biases and weights, and ways to spoil them. */
import type { Ragged } from '../../src/core/ragged.js';
import type { Rng } from '../../src/core/rng.js';
import { type SoftmaxPlan, softmaxLoss, softmaxLosses, weightedSoftmaxLoss } from '../../src/ops/index.js';
import {
  asInt,
  asVector,
  differentiated,
  indices,
  lastAs,
  matrixOf,
  type OpCase,
  oneColumnMore,
  opCase,
  type Plain,
  someOf,
} from './op-case.js';

/** Masks for each query any keys but its positive. */
function maskOf(positive: Int32Array, numKeys: number, rng: Rng): Ragged {
  const rows = Array.from(positive, (own) => Array.from(someOf(numKeys, rng)).filter((key) => key !== own));
  const offsets = new Int32Array(rows.length + 1);
  for (const [i, row] of rows.entries()) offsets[i + 1] = offsets[i] + row.length;
  return { offsets, values: Int32Array.from(rows.flat()) };
}

function planOf(numQueries: number, numKeys: number, rng: Rng): SoftmaxPlan {
  const floats = (length: number): Float32Array => Float32Array.from({ length }, () => rng.normal());
  const positive = indices(numQueries, numKeys, rng);
  const masked = rng.uniform() < 0.5 ? maskOf(positive, numKeys, rng) : undefined;
  return {
    positive,
    temperature: 0.3 + rng.uniform(),
    ...(rng.uniform() < 0.5 && { keyBias: floats(numKeys) }),
    ...(masked && { masked }),
    ...(masked && rng.uniform() < 0.5 && { maskedBias: floats(masked.values.length) }),
    ...(rng.uniform() < 0.5 && { queryWeight: floats(numQueries).map(Math.abs) }),
    ...(rng.uniform() < 0.3 && { decoupled: true }),
  };
}

interface SoftmaxArguments {
  readonly queries: Plain;
  readonly keys: Plain;
  readonly plan: SoftmaxPlan;
}
const inPlan = (args: SoftmaxArguments, change: Partial<SoftmaxPlan> | undefined): SoftmaxArguments | undefined =>
  change && { ...args, plan: { ...args.plan, ...change } };
const positiveAs = (args: SoftmaxArguments, value: number): SoftmaxArguments | undefined => {
  const positive = lastAs(args.plan.positive, value);
  return positive && inPlan(args, { positive });
};

interface WeightedArguments extends SoftmaxArguments {
  readonly weights: Plain;
}

export const SOFTMAX_CASES: Readonly<Record<string, OpCase>> = {
  softmaxLoss: opCase<SoftmaxArguments>(
    ({ a, b, dim }, rng) => ({ queries: matrixOf(a, dim, rng), keys: matrixOf(b, dim, rng), plan: planOf(a, b, rng) }),
    ({ queries, keys, plan }) => differentiated((left, right) => softmaxLoss(left, right, plan), queries, keys),
    {
      'positive beyond the end': (args) => positiveAs(args, args.keys.shape[0]),
      'negative positive': (args) => positiveAs(args, -1),
      'a positive more': (args) => inPlan(args, { positive: Int32Array.of(...args.plan.positive, 0) }),
      'a bias more': (args) => inPlan(args, { keyBias: new Float32Array(args.keys.shape[0] + 1) }),
      'a weight more': (args) => inPlan(args, { queryWeight: new Float32Array(args.queries.shape[0] + 1) }),
      'temperature 0': (args) => inPlan(args, { temperature: 0 }),
      'temperature NaN': (args) => inPlan(args, { temperature: Number.NaN }),
      'temperature without end': (args) => inPlan(args, { temperature: Number.POSITIVE_INFINITY }),
      'mask of its positive': (args) =>
        args.plan.positive.length > 0
          ? inPlan(args, {
              masked: {
                offsets: Int32Array.from({ length: args.plan.positive.length + 1 }, (_, i) => i),
                values: args.plan.positive,
              },
              maskedBias: undefined,
            })
          : undefined,
      'mask beyond its list': ({ plan, ...args }) =>
        plan.masked && plan.masked.offsets.length > 1
          ? inPlan(
              { ...args, plan },
              { masked: { ...plan.masked, offsets: lastAs(plan.masked.offsets, plan.masked.values.length + 2)! } },
            )
          : undefined,
      'mask of a key beyond the end': ({ plan, ...args }) => {
        const values = plan.masked && lastAs(plan.masked.values, args.keys.shape[0]);
        return values && inPlan({ ...args, plan }, { masked: { ...plan.masked!, values } });
      },
      'a column more': (args) => ({ ...args, keys: oneColumnMore(args.keys) }),
      'a vector': (args) => ({ ...args, queries: asVector(args.queries) }),
      integers: (args) => ({ ...args, keys: asInt(args.keys) }),
    },
  ),
  weightedSoftmaxLoss: opCase<WeightedArguments>(
    ({ a, b, dim }, rng) => ({
      queries: matrixOf(a, dim, rng),
      keys: matrixOf(b, dim, rng),
      plan: planOf(a, b, rng),
      weights: matrixOf(a, 1, rng),
    }),
    ({ queries, keys, plan, weights }) =>
      differentiated((left, right, of) => weightedSoftmaxLoss(left, right, plan, of), queries, keys, weights),
    {
      'a weight more': (args) => ({
        ...args,
        weights: {
          ...args.weights,
          shape: [args.weights.shape[0] + 1, 1],
          values: new Float32Array(args.weights.shape[0] + 1),
        },
      }),
      'integer weights': (args) => ({ ...args, weights: asInt(args.weights) }),
      'positive beyond the end': (args) => {
        const positive = lastAs(args.plan.positive, args.keys.shape[0]);
        return positive && { ...args, plan: { ...args.plan, positive } };
      },
      'temperature 0': (args) => ({ ...args, plan: { ...args.plan, temperature: 0 } }),
    },
  ),
  softmaxLosses: opCase<SoftmaxArguments>(
    ({ a, b, dim }, rng) => ({
      queries: matrixOf(a, dim, rng),
      keys: matrixOf(b, dim, rng),
      plan: { ...planOf(a, b, rng), queryWeight: undefined },
    }),
    ({ queries, keys, plan }) => differentiated((left, right) => softmaxLosses(left, right, plan), queries, keys),
    {
      'positive beyond the end': (args) => positiveAs(args, args.keys.shape[0]),
      'temperature 0': (args) => inPlan(args, { temperature: 0 }),
      'a column more': (args) => ({ ...args, keys: oneColumnMore(args.keys) }),
    },
  ),
};
