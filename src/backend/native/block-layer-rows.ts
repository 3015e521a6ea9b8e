/** Layers of a linear encoder over a sampled block, natively (formulas: `plain/block-layer-rows.ts`), in pooled memory. */
import type { Tensor2D } from '@tensorflow/tfjs';
import type { BlockPass, CompressedRows } from '../kernels.js';
import { stackedRows } from '../plain/layer-rows.js';
import type { NativeBackend } from './backend.js';
import type { PooledArray } from './buffer-pool.js';

export function blockLayerRows(backend: NativeBackend, local: Tensor2D, passes: readonly BlockPass[]): Tensor2D {
  const { addon, pool } = backend;
  const [numLocal, dim] = local.shape;
  const total = passes.reduce((sum, pass) => sum + stackedRows(pass), 0);
  const { tensor, values: out } = backend.outputTensor([total, dim]);
  out.fill(0);
  let start = 0;
  for (const pass of passes) {
    const { hops, numLayers, noise, nodes, rows, combinations } = pass;
    const emit = (layer: Float32Array, k: number): void => {
      for (const [j, weights] of combinations.entries()) {
        if (weights[k] === 0) continue;
        const from = (start + j * rows.length) * dim;
        addon.gatherRows(layer, rows, dim, weights[k], true, out.subarray(from, from + rows.length * dim));
      }
    };
    let layer = backend.floats(local);
    let owned: PooledArray | undefined;
    emit(layer, 0);
    for (let k = 1; k <= numLayers; k++) {
      const numRows = hops.length > 0 ? hops[k - 1].matrix.offsets.length - 1 : numLocal;
      const next = pool.take(numRows * dim);
      if (hops.length > 0) product(backend, hops[k - 1].matrix, layer, dim, next.values, false);
      else next.values.set(layer);
      if (noise) {
        const { low, high } = noise.keys[k - 1];
        addon.perturb(next.values, dim, nodes.subarray(0, numRows), noise.magnitude, low, high, next.values);
      }
      if (owned) giveBack(backend, owned);
      owned = next;
      layer = next.values;
      emit(layer, k);
    }
    if (owned) giveBack(backend, owned);
    start += stackedRows(pass);
  }
  return tensor as Tensor2D;
}

export function blockLayerRowsGradient(
  backend: NativeBackend,
  gradient: Tensor2D,
  passes: readonly BlockPass[],
  numLocal: number,
): Tensor2D {
  const { addon, pool } = backend;
  const dim = gradient.shape[1];
  const stack = backend.floats(gradient);
  const { tensor, values: out } = backend.outputTensor([numLocal, dim]);
  out.fill(0);
  let start = 0;
  for (const { hops, numLayers, rows, combinations } of passes) {
    const scatter = (k: number, sum: Float32Array): void => {
      for (const [j, weights] of combinations.entries()) {
        if (weights[k] === 0) continue;
        const from = (start + j * rows.length) * dim;
        addon.scatterAddRows(stack.subarray(from, from + rows.length * dim), rows, dim, weights[k], false, sum);
      }
    };
    let sum: PooledArray | undefined;
    for (let k = numLayers; k > 0; k--) {
      if (hops.length === 0) {
        scatter(k, out);
        continue;
      }
      sum ??= zeros(backend, (hops[k - 1].matrix.offsets.length - 1) * dim);
      scatter(k, sum.values);
      const { transposed } = hops[k - 1];
      const next = k === 1 ? undefined : pool.take((transposed.offsets.length - 1) * dim);
      product(backend, transposed, sum.values, dim, next?.values ?? out, next === undefined);
      giveBack(backend, sum);
      sum = next;
    }
    scatter(0, out);
    start += rows.length * combinations.length;
  }
  return tensor as Tensor2D;
}

function product(
  { addon }: NativeBackend,
  { offsets, columns, values }: CompressedRows,
  x: Float32Array,
  dim: number,
  out: Float32Array,
  accumulate: boolean,
): void {
  addon.propagateBlock(offsets, columns, values, x, dim, out, accumulate);
}

function zeros({ pool }: NativeBackend, length: number): PooledArray {
  const array = pool.take(length);
  array.values.fill(0);
  return array;
}

function giveBack({ pool }: NativeBackend, { block }: PooledArray): void {
  if (block) pool.give(block);
}
