/**
 * Layers of a linear encoder at some rows, natively (formulas: `plain/layer-rows.ts`). What makes it fast:
 * the last layer is computed for the asked rows only, and its gradient starts from those rows only; the first hops of
 * several passes, which read the same table, run side by side; intermediate layers come from the pool and go back to it.
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
    for (const [p, run] of running.entries()) {
      this.emit(run, 0, values, run.pass.rows, dim);
      this.laterLayers(run, values, firstLayers[p], dim);
    }
    return tensor as Tensor2D;
  }

  backward(gradient: Tensor2D, passes: readonly LayerPass[], numNodes: number): Tensor2D {
    const { addon, pool } = this.backend;
    const dim = gradient.shape[1];
    const { tensor, values: out } = this.backend.outputTensor([numNodes, dim]);
    const running = this.split(passes, this.backend.floats(gradient), dim);
    const lastHops: NativeHop[] = [];
    const borrowed: PooledArray[] = [];
    for (const run of running) {
      const { matrix, rows } = run.pass;
      if (matrix === undefined || run.lastLayer === 0) continue;
      const positions = new Int32Array(numNodes).fill(NOT_WANTED);
      for (let i = 0; i < rows.length; i++) positions[rows[i]] = i;
      const top = pool.take(rows.length * dim);
      this.weighted(run, run.lastLayer, top.values, dim);
      let hop = { ...this.checked(matrix), x: top.values, positions } as Omit<NativeHop, 'out'>;
      let current = top;
      for (let layer = run.lastLayer - 1; layer > 0; layer--) {
        const sum = pool.take(numNodes * dim);
        addon.propagate([{ ...hop, out: sum.values }], dim);
        this.scatter(run, layer, sum.values, dim);
        giveBack(pool, current);
        current = sum;
        hop = { ...matrix, x: sum.values };
      }
      borrowed.push(current);
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

  /** Layer 1 of each pass that needs it whole, `[numNodes, dim]`. */
  private firstLayers(running: readonly Running[], table: Float32Array, dim: number): (PooledArray | undefined)[] {
    const whole = running.map(({ pass, lastLayer }) =>
      pass.matrix && lastLayer > 1 ? this.backend.pool.take(table.length) : undefined,
    );
    const hops = running.flatMap(({ pass }, p): NativeHop[] =>
      whole[p] ? [{ ...this.checked(pass.matrix!), x: table, out: whole[p].values }] : [],
    );
    if (hops.length > 0) this.backend.addon.propagate(hops, dim);
    return whole;
  }

  /** Layers 1 … lastLayer of one pass, each emitted as soon as it is there. */
  private laterLayers(run: Running, table: Float32Array, firstLayer: PooledArray | undefined, dim: number): void {
    const { addon, pool } = this.backend;
    const { matrix, rows } = run.pass;
    let whole: PooledArray | undefined;
    if (run.lastLayer === 0) return;
    for (let layer = 1; layer < run.lastLayer && matrix; layer++) {
      const next = layer === 1 ? firstLayer! : pool.take(table.length);
      if (layer > 1) addon.propagate([{ ...matrix, x: whole!.values, out: next.values }], dim);
      if (whole) giveBack(pool, whole);
      whole = next;
      this.addNoise(run, layer, next.values, null, dim);
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
    if (whole) giveBack(pool, whole);
  }

  private addNoise(run: Running, layer: number, values: Float32Array, nodes: Int32Array | null, dim: number): void {
    const { noise } = run.pass;
    if (noise === undefined) return;
    const { low, high } = noise.keys[layer - 1];
    this.backend.addon.perturb(values, dim, nodes, noise.magnitude, low, high, values);
  }

  /** Adds `layer` at `rows` of `values`, weighted, to each combination; the first with a weight sets it. */
  private emit(run: Running, layer: number, values: Float32Array, rows: Int32Array, dim: number): void {
    for (const [j, weights] of run.pass.combinations.entries()) {
      if (weights[layer] === 0) continue;
      const started = weights.findIndex((weight) => weight !== 0) < layer;
      this.backend.addon.gatherRows(values, rows, dim, weights[layer], started, run.parts[j]);
    }
  }

  /** Σ_j weight of `layer` in combination j · part j, `[numRows, dim]`. */
  private weighted(run: Running, layer: number, out: Float32Array, dim: number): void {
    const rows = this.count(run.pass.rows.length);
    let started = false;
    for (const [j, weights] of run.pass.combinations.entries()) {
      if (weights[layer] === 0) continue;
      this.backend.addon.gatherRows(run.parts[j], rows, dim, weights[layer], started, out);
      started = true;
    }
  }

  /** The same, added to `out` at the pass's rows. */
  private scatter(run: Running, layer: number, out: Float32Array, dim: number): void {
    for (const [j, weights] of run.pass.combinations.entries()) {
      if (weights[layer] === 0) continue;
      this.backend.addon.scatterAddRows(run.parts[j], run.pass.rows, dim, weights[layer], false, out);
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

function giveBack(pool: NativeBackend['pool'], { block }: PooledArray): void {
  if (block) pool.give(block);
}
