/** Projection heads: definition, gradients of all parameters, none. */
import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it } from 'vitest';
import { checkGradient } from '../../../tests/finite-differences.js';
import { randomMatrix } from '../../../tests/random-arrays.js';
import { useBackend } from '../../backend/index.js';
import { createProjectionHead, type ProjectionHeadOptions } from '../index.js';

const HEADS: [ProjectionHeadOptions, number[]][] = [
  [{ name: 'linear', outputDim: 3 }, [5, 3]],
  [{ name: 'mlp', numLayers: 2, hiddenDim: 7, outputDim: 3 }, [5, 7, 3]],
  [{ name: 'mlp', numLayers: 3, hiddenDim: 4, outputDim: 6 }, [5, 4, 4, 6]],
];

describe('a projection head', () => {
  afterEach(() => tf.disposeVariables());

  it('keeps a row of zeros at zero', async () => {
    await useBackend('wasm');
    for (const [options] of HEADS) {
      const out = createProjectionHead(options, 5, 1)!
        .project(tf.zeros([2, 5]))
        .dataSync();
      expect([...out].every((value) => value === 0)).toBe(true);
    }
  });

  it('is none where none is asked for', () => {
    expect(createProjectionHead({ name: 'none' }, 5, 1)).toBeUndefined();
  });

  it.each(HEADS)('%j is linear layers with ReLU between them', async (options, sizes) => {
    await useBackend('wasm');
    const head = createProjectionHead(options, 5, 1)!;
    for (const variable of Object.values(head.variables)) {
      tf.tidy(() =>
        variable.assign(tf.tensor(randomMatrix(variable.shape[0], variable.shape[1]!, 'head'), variable.shape)),
      );
    }
    const x = randomMatrix(4, 5, 'head-input');
    let rows = Array.from({ length: 4 }, (_, i) => [...x.subarray(5 * i, 5 * i + 5)]);
    for (let layer = 0; layer < sizes.length - 1; layer++) {
      const weights = head.variables[`projectionHead/${layer}/weights`].dataSync();
      const bias = head.variables[`projectionHead/${layer}/bias`]?.dataSync() ?? new Float32Array(sizes[layer + 1]);
      expect(head.variables[`projectionHead/${layer}/weights`].shape).toEqual([sizes[layer], sizes[layer + 1]]);
      rows = rows.map((row) =>
        Array.from({ length: sizes[layer + 1] }, (_, j) => {
          const sum = row.reduce((total, value, k) => total + value * weights[k * sizes[layer + 1] + j], bias[j]);
          return layer < sizes.length - 2 ? Math.max(0, sum) : sum;
        }),
      );
    }
    const actual = head.project(tf.tensor2d(x, [4, 5])).dataSync();
    for (const [at, value] of rows.flat().entries()) expect(actual[at]).toBeCloseTo(value, 4);
  });

  it('has the gradient of finite differences, and the same weights for the same seed', async () => {
    await useBackend('wasm');
    const [head, again] = [1, 1].map((seed) => createProjectionHead(HEADS[1][0], 5, seed)!);
    for (const [name, variable] of Object.entries(head.variables)) {
      expect(again.variables[name].dataSync()).toEqual(variable.dataSync());
    }
    const { worst, scale } = await checkGradient(
      (x) => tf.sum(tf.square(head.project(x))),
      [{ values: randomMatrix(4, 5, 'head-input'), shape: [4, 5] }],
      1e-3,
    );
    expect(scale).toBeGreaterThan(0.1);
    expect(worst).toBeLessThan(0.02 * scale);
  });
});
