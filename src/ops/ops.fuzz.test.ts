/**
 * Every op under drawn shapes and values on every backend that starts: arguments that fit give what the plain kernels give
 * on tfjs's CPU backend, zero-sized ones included; arguments that don't are refused with an error of ours, leave no tensor
 * behind and don't change what the next call gives. Seeded by fast-check, which shrinks the sizes of what fails.
 */
import * as tf from '@tensorflow/tfjs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DENSE_CASES } from '../../tests/op-cases/dense.js';
import type { OpCase, Results, Sizes } from '../../tests/op-cases/op-case.js';
import { SAMPLED_CASES } from '../../tests/op-cases/sampled.js';
import { SOFTMAX_CASES } from '../../tests/op-cases/softmax.js';
import { SPARSE_CASES } from '../../tests/op-cases/sparse.js';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { useBackend } from '../backend/index.js';
import { TwinlightError } from '../core/errors.js';
import { Rng } from '../core/rng.js';

/** Backends whose Sinkhorn scales are logarithms: no epsilon is too small for them. */
const LOGARITHMIC = ['webgpu', 'tensorflow'];
const SEED = 20_250;
const TOLERANCE = 2e-4;

const size = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 13 }) },
  { weight: 1, arbitrary: fc.constant(0) },
);
const draws = fc.record({ a: size, b: size, dim: fc.oneof(size, fc.integer({ min: 14, max: 40 })), seed: fc.nat() });
const CASES = { ...DENSE_CASES, ...SOFTMAX_CASES, ...SPARSE_CASES, ...SAMPLED_CASES };
type Draw = Sizes & { readonly seed: number };

const drawn = (op: OpCase, { seed, ...sizes }: Draw) => op.draw(sizes, Rng.of(seed, 'op-fuzz'));

type Read = Readonly<Record<string, ArrayLike<number>>>;

/** Results, or the error if it is one of ours; nothing may stay behind. */
async function outcome(run: () => Results): Promise<Read | TwinlightError> {
  const before = tf.memory().numTensors;
  let results: Results;
  try {
    results = tf.tidy(run as () => never);
  } catch (error) {
    expect(tf.memory().numTensors).toBe(before);
    if (error instanceof TwinlightError) return error;
    throw error;
  }
  const read: Record<string, ArrayLike<number>> = {};
  for (const [name, result] of Object.entries(results)) {
    read[name] = result instanceof tf.Tensor ? await result.data() : result;
  }
  tf.dispose(Object.values(results).filter((result) => result instanceof tf.Tensor));
  expect(tf.memory().numTensors).toBe(before);
  return read;
}

async function outcomeOn(backend: string, run: () => Results): Promise<Read | TwinlightError> {
  await useBackend(backend);
  return outcome(run);
}

function expectSame(actual: Read | TwinlightError, expected: Read | TwinlightError): void {
  if (expected instanceof TwinlightError || actual instanceof TwinlightError) {
    // refused by both or by neither
    expect(String(actual)).toBe(String(expected));
    return;
  }
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  for (const [name, values] of Object.entries(expected)) {
    expect([name, actual[name].length]).toEqual([name, values.length]);
    const scale = Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    for (let i = 0; i < values.length; i++) {
      expect(Number.isFinite(values[i])).toBe(true);
      expect(Math.abs(actual[name][i] - values[i])).toBeLessThanOrEqual(TOLERANCE * scale);
    }
  }
}

describe.each(Object.entries(CASES))('%s', (_, op) => {
  it.each(RUNNABLE_BACKENDS)('on %s gives what the plain kernels give', async (backend) => {
    await fc.assert(
      fc.asyncProperty(draws, async (draw) => {
        const { run } = drawn(op, draw);
        expectSame(await outcomeOn(backend, run), await outcomeOn('cpu', run));
      }),
      { seed: SEED, numRuns: 20 },
    );
  });

  it.each(RUNNABLE_BACKENDS)('on %s refuses what does not fit, and goes on as before', async (backend) => {
    await useBackend(backend);
    const tried = new Set<string>();
    await fc.assert(
      fc.asyncProperty(draws, async (draw) => {
        const { run, spoilt } = drawn(op, draw);
        const before = await outcome(run);
        for (const [how, spoiltRun] of Object.entries(spoilt)) {
          // there the scales are logarithms
          if (LOGARITHMIC.includes(backend) && how === 'epsilon too small') continue;
          tried.add(how);
          expect([how, await outcome(spoiltRun)]).toEqual([how, expect.any(TwinlightError)]);
        }
        expect(await outcome(run)).toEqual(before);
      }),
      { seed: SEED, numRuns: 12 },
    );
    expect(tried.size).toBeGreaterThan(1);
  });
});
