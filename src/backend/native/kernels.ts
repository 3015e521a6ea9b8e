/** The kernel table of the native backend: arrays by reference to the addon, results in pooled memory. */
import { scalar, type Tensor, type Tensor1D, type Tensor2D, type TensorInfo } from '@tensorflow/tfjs';
import type { Kernels, SparseRows } from '../kernels.js';
import { nonZeroRows } from '../plain/adam-rows.js';
import { spanError } from '../plain/sinkhorn.js';
import type { NativeBackend } from './backend.js';
import { blockLayerRows, blockLayerRowsGradient } from './block-layer-rows.js';
import { LayerRows } from './layer-rows.js';
import { sampleHop } from './sample-hop.js';

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
    fetch: async () => {},

    propagate(matrix, x) {
      const { offsets, columns, values } = checked(matrix);
      const out = output(matrix.numNodes, x.shape[1]);
      addon.propagate([{ offsets, columns, values, x: floats(x), out: out.values }], x.shape[1]);
      return out.tensor;
    },

    sparseProduct({ offsets, columns, values }, x) {
      const dim = x.shape[1];
      const out = output(offsets.length - 1, dim);
      addon.propagateBlock(offsets, columns, values, floats(x), dim, out.values, false);
      return out.tensor;
    },

    dropEdges(pattern, { itemEdges, weight, threshold, key }) {
      const { offsets, columns } = checked(pattern);
      const values = new Float32Array(columns.length);
      addon.dropEdges(offsets, columns, itemEdges, weight, threshold, key.low, key.high, values);
      return values;
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

    sampleHop: (draw) => sampleHop(addon, draw),
    blockLayerRows: (local, passes) => blockLayerRows(backend, local, passes),
    blockLayerRowsGradient: (gradient, passes, numLocal) => blockLayerRowsGradient(backend, gradient, passes, numLocal),

    normalizeRows(x, minNorm) {
      const unit = output(...x.shape);
      const norm = output(x.shape[0], 1);
      addon.normalizeRows(floats(x), x.shape[1], minNorm, unit.values, norm.values);
      return { unit: unit.tensor, norm: norm.tensor };
    },

    normalizeRowsGradient({ unit, norm, gradient }) {
      const out = output(...unit.shape);
      addon.normalizeRowsGradient(floats(unit), floats(norm), floats(gradient), unit.shape[1], out.values);
      return out.tensor;
    },

    softmaxLoss(queries, keys, plan, wantsPerQuery = false) {
      const perQuery = backend.outputTensor([queries.shape[0]]);
      const { positive, temperature, keyBias, masked, maskedBias, queryWeight, decoupled } = plan;
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
        perQuery.values,
        queryGradient.values,
        keyGradient.values,
        maskedBias,
        decoupled,
      );
      if (!wantsPerQuery) perQuery.tensor.dispose();
      return {
        loss: scalar(loss),
        queryGradient: queryGradient.tensor,
        keyGradient: keyGradient.tensor,
        ...(wantsPerQuery && { perQuery: perQuery.tensor as Tensor1D }),
      };
    },

    softCrossEntropy({ scores, targets, temperature }) {
      const gradient = output(...scores.shape);
      const [numRows, numClasses] = scores.shape;
      const loss = addon.softCrossEntropy(
        floats(scores),
        floats(targets),
        numRows,
        numClasses,
        temperature,
        gradient.values,
      );
      return { loss: scalar(loss), gradient: gradient.tensor };
    },

    sinkhornCodes(scoreTensor, { epsilon, iterations }) {
      const [numSamples, numPrototypes] = scoreTensor.shape;
      const scores = floats(scoreTensor);
      const codes = output(numSamples, numPrototypes);
      const columnError = addon.sinkhorn(scores, numSamples, numPrototypes, epsilon, iterations, codes.values);
      if (columnError < 0) {
        codes.tensor.dispose();
        const sample = -1 - columnError;
        const row = scores.subarray(sample * numPrototypes, (sample + 1) * numPrototypes);
        throw spanError({ sample, span: Math.max(...row) - Math.min(...row), epsilon });
      }
      return { codes: codes.tensor, iterations, columnError: scalar(columnError) };
    },

    packItems(items, embeddingDim) {
      const numItems = items.length / embeddingDim;
      const packed = addon.allocate(addon.packedItems(numItems) * embeddingDim);
      addon.packItems(items, embeddingDim, packed);
      return { numItems, embeddingDim, parts: [packed] };
    },

    async topK({ queries, items, exclude, tiles }, k) {
      const { numItems, embeddingDim, parts } = items;
      const { queryTile = 0, itemBlock = 0 } = tiles;
      const numQueries = queries.length / embeddingDim;
      const ids = new Int32Array(numQueries * k);
      const scores = new Float32Array(numQueries * k);
      const [offsets, values] = [exclude?.offsets, exclude?.values];
      addon.topK(queries, parts[0], numItems, embeddingDim, queryTile, itemBlock, k, offsets, values, ids, scores);
      return { k, ids, scores };
    },

    async rankCount({ queries, items, exclude, tiles }, wanted) {
      const { numItems, embeddingDim, parts } = items;
      const { queryTile = 0, itemBlock = 0 } = tiles;
      const positions = new Int32Array(wanted.values.length);
      const numRanked = new Int32Array(queries.length / embeddingDim);
      addon.rankCount(
        queries,
        parts[0],
        numItems,
        embeddingDim,
        queryTile,
        itemBlock,
        wanted.offsets,
        wanted.values,
        exclude?.offsets,
        exclude?.values,
        positions,
        numRanked,
      );
      return { positions, numRanked };
    },

    adamStep({ parameter, gradient, m, v, options }) {
      const { learningRate, beta1, beta2, epsilon, step, weightDecay = 0 } = options;
      const [weights, first, second] = [parameter, m, v].map((variable) => backend.ownFloats(variable));
      const rate = learningRate / (1 - beta1 ** step);
      const correction = 1 / (1 - beta2 ** step);
      addon.adam(weights, floats(gradient), first, second, rate, beta1, beta2, epsilon, correction, weightDecay);
    },

    adamRows({ parameter, gradient, m, v, options }, givenRows) {
      const { learningRate, beta1, beta2, epsilon, step, weightDecay = 0 } = options;
      const [weights, first, second] = [parameter, m, v].map((variable) => backend.ownFloats(variable));
      const rate = learningRate / (1 - beta1 ** step);
      const correction = 1 / (1 - beta2 ** step);
      const dim = gradient.shape[1];
      const rows = givenRows ?? nonZeroRows(floats(gradient), dim);
      const taken = givenRows ? undefined : backend.pool.take(rows.length * dim);
      if (taken) addon.gatherRows(floats(gradient), rows, dim, 1, false, taken.values);
      const changes = taken?.values ?? floats(gradient);
      addon.adamRows(weights, changes, rows, dim, first, second, rate, beta1, beta2, epsilon, correction, weightDecay);
      if (taken) backend.pool.give(taken);
    },
  });
}
