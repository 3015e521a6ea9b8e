/**
 * Layers of a linear encoder at some rows, natively (formulas: `plain/layer-rows.ts`). What makes it fast:
 * the last layer is computed for the asked rows only, and its gradient starts from those rows only; the first hops of
 * several passes, which read the same table, run side by side; passes over the same matrix (SimGCL's) have their first hop
 * once, and their gradients, noise being a constant, go back through it as one sum; intermediate layers come from the pool
 * and go back to it.
 */
import type { Tensor2D } from '@tensorflow/tfjs';
import type { LayerPass, SparseRows } from '../kernels.js';
import { type PassPlan, placesOfRows, planPasses } from '../layer-plan.js';
import type { NativeHop } from './addon.js';
import type { NativeBackend } from './backend.js';
import type { PooledArray } from './buffer-pool.js';
import { LayerStack } from './layer-stack.js';

type Plan = PassPlan<LayerPass>;

export class LayerRows {
  /** 0, 1, 2 …: the rows of an array that is read or written row by row as it stands. */
  private counting = new Int32Array(0);

  constructor(
    private readonly backend: NativeBackend,
    /** Throws on a matrix that is not a square CSR; cheap for one seen before. */
    private readonly checked: (matrix: SparseRows) => SparseRows,
  ) {}

  forward(table: Tensor2D, passes: readonly LayerPass[]): Tensor2D {
    const dim = table.shape[1];
    const values = this.backend.floats(table);
    const { plans, numRows } = planPasses(passes);
    const { tensor, values: out } = this.backend.outputTensor([numRows, dim]);
    const stack = new LayerStack(this.backend.addon, out, dim);
    const firstLayers = this.firstLayers(plans, values, dim);
    for (const plan of plans) {
      const { matrix, rows } = plan.pass;
      stack.clearEmpty(plan);
      stack.emit(plan, 0, values, rows);
      this.laterLayers(plan, stack, { table: values, firstLayer: matrix && firstLayers.get(matrix), dim });
    }
    for (const array of firstLayers.values()) this.backend.pool.give(array);
    return tensor as Tensor2D;
  }

  backward(gradient: Tensor2D, passes: readonly LayerPass[], numNodes: number): Tensor2D {
    const { addon, pool } = this.backend;
    const dim = gradient.shape[1];
    const { tensor, values: out } = this.backend.outputTensor([numNodes, dim]);
    const stack = new LayerStack(addon, this.backend.floats(gradient), dim);
    const { plans } = planPasses(passes);
    const lastHops: NativeHop[] = [];
    const borrowed: PooledArray[] = [];
    for (const [matrix, sharing] of byMatrix(plans)) {
      const { hop, array } = this.downToTable(matrix, sharing, stack, { numNodes, dim });
      borrowed.push(array);
      lastHops.push({ ...hop, out, accumulate: lastHops.length > 0 });
    }
    // one after another: each reads another array, and side by side they would push one another out of the cache
    for (const hop of lastHops) addon.propagate([hop], dim);
    if (lastHops.length === 0) out.fill(0);
    for (const array of borrowed) pool.give(array);
    for (const plan of plans) {
      // without a matrix every layer is the table, as far as the gradient goes
      const layers = plan.pass.matrix ? 0 : plan.lastLayer;
      for (let layer = 0; layer <= layers; layer++) stack.scatter(plan, layer, out);
    }
    return tensor as Tensor2D;
  }

  /**
   * The gradients of passes over one matrix, added up and taken back to layer 1: what the last hop to the table reads.
   * @returns the hop, and the array that it reads, to be given back after it
   */
  private downToTable(
    matrix: SparseRows,
    plans: readonly Plan[],
    stack: LayerStack,
    { numNodes, dim }: { readonly numNodes: number; readonly dim: number },
  ): { hop: Omit<NativeHop, 'out'>; array: PooledArray } {
    const { addon, pool } = this.backend;
    const lastLayer = Math.max(...plans.map((plan) => plan.lastLayer));
    const deepest = plans.filter((plan) => plan.lastLayer === lastLayer);
    // sparse at first: only the rows that a pass asked for
    const { placeOf, numPlaces } = placesOfRows(
      deepest.map(({ pass }) => pass),
      numNodes,
    );
    let array = pool.take(numPlaces * dim);
    array.values.fill(0);
    for (const plan of deepest) {
      const places = plan.pass.rows.map((row) => placeOf[row]);
      stack.scatter(plan, lastLayer, array.values, places);
    }
    let hop: Omit<NativeHop, 'out'> = { ...this.checked(matrix), x: array.values, positions: placeOf };
    for (let layer = lastLayer - 1; layer > 0; layer--) {
      const sum = pool.take(numNodes * dim);
      addon.propagate([{ ...hop, out: sum.values }], dim);
      for (const plan of plans) if (plan.lastLayer >= layer) stack.scatter(plan, layer, sum.values);
      pool.give(array);
      array = sum;
      hop = { ...matrix, x: sum.values };
    }
    return { hop, array };
  }

  /**
   * Layer 1, `[numNodes, dim]`, of each matrix that a pass of two layers or more runs over; without noise, so that the
   * passes over one matrix share it.
   */
  private firstLayers(plans: readonly Plan[], table: Float32Array, dim: number): Map<SparseRows, PooledArray> {
    const whole = new Map<SparseRows, PooledArray>();
    const hops: NativeHop[] = [];
    for (const [matrix, sharing] of byMatrix(plans)) {
      if (sharing.every(({ lastLayer }) => lastLayer === 1)) continue;
      const layer = this.backend.pool.take(table.length);
      whole.set(matrix, layer);
      hops.push({ ...this.checked(matrix), x: table, out: layer.values });
    }
    if (hops.length > 0) this.backend.addon.propagate(hops, dim);
    return whole;
  }

  /** Layers 1 … lastLayer of one pass, each emitted as soon as it is there. @param firstLayer without noise; is only read */
  private laterLayers(
    plan: Plan,
    stack: LayerStack,
    {
      table,
      firstLayer,
      dim,
    }: { readonly table: Float32Array; readonly firstLayer?: PooledArray; readonly dim: number },
  ): void {
    const { addon, pool } = this.backend;
    const { lastLayer, pass } = plan;
    const { matrix, rows } = pass;
    if (lastLayer === 0) return;
    let whole: PooledArray | undefined;
    for (let layer = 1; layer < lastLayer && matrix; layer++) {
      let next = firstLayer!;
      if (layer > 1 || pass.noise) next = pool.take(table.length);
      if (layer > 1) addon.propagate([{ ...matrix, x: whole!.values, out: next.values }], dim);
      this.addNoise(pass, layer, layer > 1 ? next.values : firstLayer!.values, null, dim, next.values);
      if (whole && whole !== firstLayer) pool.give(whole);
      whole = next;
      stack.emit(plan, layer, next.values, rows);
    }
    const compact = pool.take(rows.length * dim);
    const order = this.count(rows.length);
    if (matrix) {
      const x = whole?.values ?? table;
      addon.propagate([{ ...this.checked(matrix), x, out: compact.values, rows }], dim);
      this.addNoise(pass, lastLayer, compact.values, rows, dim);
      stack.emit(plan, lastLayer, compact.values, order);
    } else {
      addon.gatherRows(table, rows, dim, 1, false, compact.values);
      for (let layer = 1; layer <= lastLayer; layer++) {
        this.addNoise(pass, layer, compact.values, rows, dim);
        stack.emit(plan, layer, compact.values, order);
      }
    }
    pool.give(compact);
    if (whole && whole !== firstLayer) pool.give(whole);
  }

  /** The noise of `layer`, where there is any, added to `values`. */
  private addNoise(
    { noise }: LayerPass,
    layer: number,
    values: Float32Array,
    nodes: Int32Array | null,
    dim: number,
    out = values,
  ): void {
    if (noise === undefined) return;
    const { low, high } = noise.keys[layer - 1];
    this.backend.addon.perturb(values, dim, nodes, noise.magnitude, low, high, out);
  }

  private count(length: number): Int32Array {
    if (this.counting.length < length) this.counting = Int32Array.from({ length: 2 * length }, (_, i) => i);
    return this.counting.subarray(0, length);
  }
}

/** Passes that go through a matrix at all, by which. */
function byMatrix(plans: readonly Plan[]): Map<SparseRows, Plan[]> {
  const groups = new Map<SparseRows, Plan[]>();
  for (const plan of plans) {
    const { matrix } = plan.pass;
    if (matrix && plan.lastLayer > 0) groups.set(matrix, [...(groups.get(matrix) ?? []), plan]);
  }
  return groups;
}
