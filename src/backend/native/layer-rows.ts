/**
 * Layers of a linear encoder at some rows, natively (formulas: `plain/layer-rows.ts`). What makes it fast:
 * the last layer is computed for the asked rows only, and its gradient starts from those rows only; the first hops of
 * several passes, which read the same table, run side by side; passes over the same matrix (SimGCL's) have their first hop
 * once, and their gradients, noise being a constant, go back through it as one sum; intermediate layers come from the pool
 * and go back to it.
 */
import type { Tensor2D } from '@tensorflow/tfjs';
import type { LayerPass, SparseRows } from '../kernels.js';
import { stackedRows } from '../plain/layer-rows.js';
import type { NativeHop } from './addon.js';
import type { NativeBackend } from './backend.js';
import type { PooledArray } from './buffer-pool.js';

/** A pass under way. */
interface Running {
  readonly pass: LayerPass;
  /** Last layer that any combination uses. */
  readonly lastLayer: number;
  /** Its part of the stack, one array a combination, `[numRows, dim]`. */
  readonly parts: readonly Float32Array[];
}

const NOT_WANTED = -1;

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
    const total = passes.reduce((sum, pass) => sum + stackedRows(pass), 0);
    const { tensor, values: out } = this.backend.outputTensor([total, dim]);
    const running = this.split(passes, out, dim);
    const firstLayers = this.firstLayers(running, values, dim);
    for (const run of running) {
      const { matrix, rows } = run.pass;
      this.emit(run, 0, values, rows, dim);
      this.laterLayers(run, values, matrix && firstLayers.get(matrix), dim);
    }
    for (const array of firstLayers.values()) giveBack(this.backend.pool, array);
    return tensor as Tensor2D;
  }

  backward(gradient: Tensor2D, passes: readonly LayerPass[], numNodes: number): Tensor2D {
    const { addon, pool } = this.backend;
    const dim = gradient.shape[1];
    const { tensor, values: out } = this.backend.outputTensor([numNodes, dim]);
    const running = this.split(passes, this.backend.floats(gradient), dim);
    const lastHops: NativeHop[] = [];
    const borrowed: PooledArray[] = [];
    for (const [matrix, runs] of byMatrix(running)) {
      const { hop, array } = this.downToTable(matrix, runs, numNodes, dim);
      borrowed.push(array);
      lastHops.push({ ...hop, out, accumulate: lastHops.length > 0 });
    }
    // one after another: each reads another array, and side by side they would push one another out of the cache
    for (const hop of lastHops) addon.propagate([hop], dim);
    if (lastHops.length === 0) out.fill(0);
    for (const array of borrowed) giveBack(pool, array);
    for (const run of running) {
      // without a matrix every layer is the table, as far as the gradient goes
      const layers = run.pass.matrix ? 0 : run.lastLayer;
      for (let layer = 0; layer <= layers; layer++) this.scatter(run, layer, out, dim);
    }
    return tensor as Tensor2D;
  }

  /**
   * The gradients of passes over one matrix, added up and taken back to layer 1: what the last hop to the table reads.
   * @returns the hop, and the array that it reads, to be given back after it
   */
  private downToTable(
    matrix: SparseRows,
    runs: readonly Running[],
    numNodes: number,
    dim: number,
  ): { hop: Omit<NativeHop, 'out'>; array: PooledArray } {
    const { addon, pool } = this.backend;
    const lastLayer = Math.max(...runs.map((run) => run.lastLayer));
    const deepest = runs.filter((run) => run.lastLayer === lastLayer);
    // sparse at first: only the rows that a pass asked for
    const positions = new Int32Array(numNodes).fill(NOT_WANTED);
    let numRows = 0;
    for (const { pass } of deepest) {
      for (const row of pass.rows) if (positions[row] === NOT_WANTED) positions[row] = numRows++;
    }
    let array = pool.take(numRows * dim);
    array.values.fill(0);
    for (const run of deepest) {
      const places = run.pass.rows.map((row) => positions[row]);
      this.scatter(run, lastLayer, array.values, dim, places);
    }
    let hop = { ...this.checked(matrix), x: array.values, positions } as Omit<NativeHop, 'out'>;
    for (let layer = lastLayer - 1; layer > 0; layer--) {
      const sum = pool.take(numNodes * dim);
      addon.propagate([{ ...hop, out: sum.values }], dim);
      for (const run of runs) if (run.lastLayer >= layer) this.scatter(run, layer, sum.values, dim);
      giveBack(pool, array);
      array = sum;
      hop = { ...matrix, x: sum.values };
    }
    return { hop, array };
  }

  /**
   * Layer 1, `[numNodes, dim]`, of each matrix that a pass of two layers or more runs over; without noise, so that the
   * passes over one matrix share it.
   */
  private firstLayers(running: readonly Running[], table: Float32Array, dim: number): Map<SparseRows, PooledArray> {
    const whole = new Map<SparseRows, PooledArray>();
    const hops: NativeHop[] = [];
    for (const [matrix, runs] of byMatrix(running)) {
      if (runs.every(({ lastLayer }) => lastLayer === 1)) continue;
      const layer = this.backend.pool.take(table.length);
      whole.set(matrix, layer);
      hops.push({ ...this.checked(matrix), x: table, out: layer.values });
    }
    if (hops.length > 0) this.backend.addon.propagate(hops, dim);
    return whole;
  }

  /** Layers 1 … lastLayer of one pass, each emitted as soon as it is there. @param firstLayer without noise; is only read */
  private laterLayers(run: Running, table: Float32Array, firstLayer: PooledArray | undefined, dim: number): void {
    const { addon, pool } = this.backend;
    const { matrix, rows, noise } = run.pass;
    if (run.lastLayer === 0) return;
    let whole: PooledArray | undefined;
    for (let layer = 1; layer < run.lastLayer && matrix; layer++) {
      let next = firstLayer!;
      if (layer > 1 || noise) next = pool.take(table.length);
      if (layer > 1) addon.propagate([{ ...matrix, x: whole!.values, out: next.values }], dim);
      this.addNoise(run, layer, layer > 1 ? next.values : firstLayer!.values, null, dim, next.values);
      if (whole && whole !== firstLayer) giveBack(pool, whole);
      whole = next;
      this.emit(run, layer, next.values, rows, dim);
    }
    const compact = pool.take(rows.length * dim);
    const order = this.count(rows.length);
    if (matrix) {
      const x = whole?.values ?? table;
      addon.propagate([{ ...this.checked(matrix), x, out: compact.values, rows }], dim);
      this.addNoise(run, run.lastLayer, compact.values, rows, dim);
      this.emit(run, run.lastLayer, compact.values, order, dim);
    } else {
      addon.gatherRows(table, rows, dim, 1, false, compact.values);
      for (let layer = 1; layer <= run.lastLayer; layer++) {
        this.addNoise(run, layer, compact.values, rows, dim);
        this.emit(run, layer, compact.values, order, dim);
      }
    }
    giveBack(pool, compact);
    if (whole && whole !== firstLayer) giveBack(pool, whole);
  }

  /** The noise of `layer`, where there is any, added to `values`. */
  private addNoise(
    run: Running,
    layer: number,
    values: Float32Array,
    nodes: Int32Array | null,
    dim: number,
    out = values,
  ): void {
    const { noise } = run.pass;
    if (noise === undefined) return;
    const { low, high } = noise.keys[layer - 1];
    this.backend.addon.perturb(values, dim, nodes, noise.magnitude, low, high, out);
  }

  /** Adds `layer` at `rows` of `values`, weighted, to each combination; the first with a weight sets it. */
  private emit(run: Running, layer: number, values: Float32Array, rows: Int32Array, dim: number): void {
    for (const [j, weights] of run.pass.combinations.entries()) {
      if (weights[layer] === 0) continue;
      const started = weights.findIndex((weight) => weight !== 0) < layer;
      this.backend.addon.gatherRows(values, rows, dim, weights[layer], started, run.parts[j]);
    }
  }

  /** Adds Σ_j weight of `layer` in combination j · part j to `out` at the pass's rows, or where those lie in it. */
  private scatter(run: Running, layer: number, out: Float32Array, dim: number, places = run.pass.rows): void {
    for (const [j, weights] of run.pass.combinations.entries()) {
      if (weights[layer] === 0) continue;
      this.backend.addon.scatterAddRows(run.parts[j], places, dim, weights[layer], false, out);
    }
  }

  private split(passes: readonly LayerPass[], stack: Float32Array, dim: number): Running[] {
    let at = 0;
    return passes.map((pass) => {
      const size = pass.rows.length * dim;
      const start = at;
      at += size * pass.combinations.length;
      const parts = pass.combinations.map((_, j) => stack.subarray(start + j * size, start + (j + 1) * size));
      const used = pass.combinations.map((weights) => weights.findLastIndex((weight) => weight !== 0));
      for (const [j, last] of used.entries()) if (last < 0) parts[j].fill(0);
      return { pass, lastLayer: Math.max(0, ...used), parts };
    });
  }

  private count(length: number): Int32Array {
    if (this.counting.length < length) this.counting = Int32Array.from({ length: 2 * length }, (_, i) => i);
    return this.counting.subarray(0, length);
  }
}

/** Passes that go through a matrix at all, by which. */
function byMatrix(running: readonly Running[]): Map<SparseRows, Running[]> {
  const groups = new Map<SparseRows, Running[]>();
  for (const run of running) {
    const { matrix } = run.pass;
    if (matrix && run.lastLayer > 0) groups.set(matrix, [...(groups.get(matrix) ?? []), run]);
  }
  return groups;
}

function giveBack(pool: NativeBackend['pool'], { block }: PooledArray): void {
  if (block) pool.give(block);
}
