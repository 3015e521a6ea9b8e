/** The kernel table of the native backend: arrays by reference to the addon, results in pooled memory. */
import type { Tensor, Tensor2D, TensorInfo } from '@tensorflow/tfjs';
import type { Kernels, SparseRows } from '../kernels.js';
import { spanError } from '../plain/sinkhorn.js';
import type { NativeBackend } from './backend.js';
import { LayerRows } from './layer-rows.js';

export function createNativeKernels(backend: NativeBackend): Kernels {
  const { addon } = backend;
  const floats = (tensor: TensorInfo): Float32Array => backend.floats(tensor);
  const output = (rows: number, columns: number): { tensor: Tensor2D; values: Float32Array } =>
    backend.outputTensor([rows, columns]) as { tensor: Tensor; values: Float32Array } as {
      tensor: Tensor2D;
      values: Float32Array;
    };
  /** Patterns that passed `checkMatrix`: walking all indices at every call would cost a tenth of the product. */
  const seen = new WeakMap<Int32Array, { readonly offsets: Int32Array; readonly numNodes: number }>();
  const checked = (matrix: SparseRows): SparseRows => {
    const { offsets, columns, numNodes } = matrix;
    const known = seen.get(columns);
    if (known?.offsets !== offsets || known.numNodes !== numNodes) {
      addon.checkMatrix(offsets, columns, numNodes);
      seen.set(columns, { offsets, numNodes });
    }
    return matrix;
  };
  const layers = new LayerRows(backend, checked);

  return Object.freeze<Kernels>({
    borrow: floats,

    propagate(matrix, x) {
      const { offsets, columns, values } = checked(matrix);
      const out = output(matrix.numNodes, x.shape[1]);
      addon.propagate([{ offsets, columns, values, x: floats(x), out: out.values }], x.shape[1]);
      return out.tensor;
    },

    gatherRows(table, indices) {
      const out = output(indices.length, table.shape[1]);
      addon.gatherRows(floats(table), indices, table.shape[1], 1, false, out.values);
      return out.tensor;
    },

    scatterAddRows(rows, indices, numRows) {
      const out = output(numRows, rows.shape[1]);
      addon.scatterAddRows(floats(rows), indices, rows.shape[1], 1, true, out.values);
      return out.tensor;
    },

    perturbRows(x, magnitude, { low, high }) {
      const out = output(...x.shape);
      addon.perturb(floats(x), x.shape[1], null, magnitude, low, high, out.values);
      return out.tensor;
    },

    layerRows: (table, passes) => layers.forward(table, passes),
    layerRowsGradient: (gradient, passes, numNodes) => layers.backward(gradient, passes, numNodes),

    normalizeRows(x, minNorm) {
      const unit = output(...x.shape);
      const norm = output(x.shape[0], 1);
      addon.normalizeRows(floats(x), x.shape[1], minNorm, unit.values, norm.values);
      return { unit: unit.tensor, norm: norm.tensor };
    },

    normalizeRowsGradient(unit, norm, gradient) {
      const out = output(...unit.shape);
      addon.normalizeRowsGradient(floats(unit), floats(norm), floats(gradient), unit.shape[1], out.values);
      return out.tensor;
    },

    softmaxLoss(queries, keys, plan) {
      const { positive, temperature, keyBias, masked, maskedBias, queryWeight, decoupled } = plan;
      const perQuery = new Float32Array(queries.shape[0]);
      const queryGradient = output(...queries.shape);
      const keyGradient = output(...keys.shape);
      const loss = addon.softmaxLoss(
        floats(queries),
        floats(keys),
        queries.shape[1],
        positive,
        temperature,
        keyBias,
        masked?.offsets,
        masked?.values,
        queryWeight,
        perQuery,
        queryGradient.values,
        keyGradient.values,
        maskedBias,
        decoupled,
      );
      return { loss, perQuery, queryGradient: queryGradient.tensor, keyGradient: keyGradient.tensor };
    },

    softCrossEntropy(scores, targets, temperature) {
      const gradient = output(...scores.shape);
      const [numRows, numClasses] = scores.shape;
      const loss = addon.softCrossEntropy(floats(scores), targets, numRows, numClasses, temperature, gradient.values);
      return { loss, gradient: gradient.tensor };
    },

    sinkhornCodes(scores, numSamples, numPrototypes, { epsilon, iterations }) {
      const codes = new Float32Array(scores.length);
      const columnError = addon.sinkhorn(scores, numSamples, numPrototypes, epsilon, iterations, codes);
      if (columnError < 0) {
        const sample = -1 - columnError;
        const row = scores.subarray(sample * numPrototypes, (sample + 1) * numPrototypes);
        throw spanError(sample, Math.max(...row) - Math.min(...row), epsilon);
      }
      return { codes, iterations, columnError };
    },

    adamStep(parameter, gradient, m, v, { learningRate, beta1, beta2, epsilon, step }) {
      const [weights, first, second] = [parameter, m, v].map((variable) => backend.ownFloats(variable));
      const rate = learningRate / (1 - beta1 ** step);
      const correction = 1 / (1 - beta2 ** step);
      addon.adam(weights, floats(gradient), first, second, rate, beta1, beta2, epsilon, correction);
    },
  });
}
