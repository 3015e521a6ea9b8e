/** Layers of a linear encoder over a sampled block, natively (formulas: `plain/block-layer-rows.ts`), in pooled memory. */
import type { Tensor2D } from '@tensorflow/tfjs';
import type { BlockPass, CompressedRows } from '../kernels.js';
import { planPasses } from '../layer-plan.js';
import type { NativeBackend } from './backend.js';
import type { PooledArray } from './buffer-pool.js';
import { LayerStack } from './layer-stack.js';

export function blockLayerRows(backend: NativeBackend, local: Tensor2D, passes: readonly BlockPass[]): Tensor2D {
  const { addon, pool } = backend;
  const [numLocal, dim] = local.shape;
  const { plans, numRows } = planPasses(passes);
  const { tensor, values: out } = backend.outputTensor([numRows, dim]);
  const stack = new LayerStack(addon, out, dim);
  for (const plan of plans) {
    const { hops, noise, nodes, rows } = plan.pass;
    let layer = backend.floats(local);
    let owned: PooledArray | undefined;
    stack.clearEmpty(plan);
    stack.emit(plan, 0, layer, rows);
    for (let k = 1; k <= plan.lastLayer; k++) {
      const length = hops.length > 0 ? hops[k - 1].matrix.offsets.length - 1 : numLocal;
      const next = pool.take(length * dim);
      if (hops.length > 0) product(backend, hops[k - 1].matrix, layer, dim, next.values, false);
      else next.values.set(layer);
      if (noise) {
        const { low, high } = noise.keys[k - 1];
        addon.perturb(next.values, dim, nodes.subarray(0, length), noise.magnitude, low, high, next.values);
      }
      if (owned) pool.give(owned);
      owned = next;
      layer = next.values;
      stack.emit(plan, k, layer, rows);
    }
    if (owned) pool.give(owned);
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
  const stack = new LayerStack(addon, backend.floats(gradient), dim);
  const { tensor, values: out } = backend.outputTensor([numLocal, dim]);
  out.fill(0);
  for (const plan of planPasses(passes).plans) {
    const { hops } = plan.pass;
    let sum: PooledArray | undefined;
    for (let k = plan.lastLayer; k > 0; k--) {
      if (hops.length === 0) {
        stack.scatter(plan, k, out);
        continue;
      }
      sum ??= zeros(backend, (hops[k - 1].matrix.offsets.length - 1) * dim);
      stack.scatter(plan, k, sum.values);
      const { transposed } = hops[k - 1];
      const next = k === 1 ? undefined : pool.take((transposed.offsets.length - 1) * dim);
      product(backend, transposed, sum.values, dim, next?.values ?? out, next === undefined);
      pool.give(sum);
      sum = next;
    }
    stack.scatter(plan, 0, out);
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
