/**
 * out[target] = scale · Σ_e value_e · x[column_e] for lists of entries: sparse products, and scatter-add by sorted segments.
 * Some lanes take a list and go through it alone, in order, so there are no atomics and the result is the same at every run.
 * A list longer than LONGEST is cut: its parts are summed first, then the parts' sums.
 */
import type { TensorInfo } from '@tensorflow/tfjs';
import { type Compute, memoized, type Program } from './compute.js';
import type { KeptArrays } from './kept-arrays.js';
import { type RowLanes, rowLanes, WORKGROUP } from './row-lanes.js';

/** Entries that one group of lanes sums. Too small: more parts to sum; too large: others wait for the longest row. */
const LONGEST = 256;
/** Numbers of a task: first entry, end, row of `out`. */
const TASK = 3;

/** Lists of entries by where their sum goes; the longest cut. */
export interface SumPlan {
  /** `[numTasks, TASK]`. */
  readonly whole: Int32Array;
  /** Parts of long lists, into rows 0, 1 …; and lists of those rows. */
  readonly parts: Int32Array;
  readonly partLists: Int32Array;
}

/**
 * @param offsets `[numLists + 1]`
 * @param chosen lists: which of them, `[numChosen]`, default all; targets: row of `out` of each chosen list, default 0, 1 …
 */
export function planSums(
  offsets: Int32Array,
  { lists, targets }: { readonly lists?: Int32Array; readonly targets?: Int32Array } = {},
): SumPlan {
  const count = lists ? lists.length : offsets.length - 1;
  const whole: number[] = [];
  const parts: number[] = [];
  const partLists: number[] = [];
  for (let i = 0; i < count; i++) {
    const list = lists ? lists[i] : i;
    const [first, end] = [offsets[list], offsets[list + 1]];
    const target = targets ? targets[i] : i;
    if (end - first <= LONGEST) {
      whole.push(first, end, target);
      continue;
    }
    const firstPart = parts.length / TASK;
    for (let at = first; at < end; at += LONGEST) parts.push(at, Math.min(at + LONGEST, end), parts.length / TASK);
    partLists.push(firstPart, parts.length / TASK, target);
  }
  return { whole: Int32Array.from(whole), parts: Int32Array.from(parts), partLists: Int32Array.from(partLists) };
}

interface RowSum {
  /** For times. */
  readonly name: string;
  readonly plan: SumPlan;
  /** Whether the plan's arrays live longer than this call, and so does their copy on the device. */
  readonly planIsKept?: boolean;
  readonly columns: TensorInfo;
  /** Default 1. */
  readonly values?: TensorInfo;
  /** Row of `x` of each column, negative where it has none: counts as 0. */
  readonly positions?: TensorInfo;
  readonly x: TensorInfo;
  readonly dim: number;
  readonly out: TensorInfo;
  readonly scale?: number;
  /** Adds to what is in `out` already. */
  readonly accumulate?: boolean;
}

interface ScatterAdd {
  /** `[numTargets, dim]`. */
  readonly rows: TensorInfo;
  /** Row of `out` that each is added to, `[numTargets]`. */
  readonly targets: Int32Array;
  readonly dim: number;
  /** Default 1. */
  readonly scale?: number;
  readonly out: TensorInfo;
}

export class RowSums {
  constructor(
    private readonly compute: Compute,
    private readonly kept: KeptArrays,
  ) {}

  run(sum: RowSum): void {
    const { name, plan, dim, x, out, columns, values, positions, scale = 1, accumulate = false } = sum;
    const lanes = rowLanes(dim);
    const send = (tasks: Int32Array): TensorInfo =>
      sum.planIsKept ? this.kept.get(tasks) : this.compute.upload(tasks);
    const start = (program: Program, tasks: Int32Array, inputs: TensorInfo[], target: TensorInfo, by: number): void => {
      const numTasks = tasks.length / TASK;
      if (numTasks === 0) return;
      const groups = Math.ceil(numTasks / lanes.rowsPerGroup);
      this.compute.run(program, [send(tasks), ...inputs, target], [lanes.width, numTasks, by], groups);
    };
    this.compute.scope(() => {
      const reads = [columns, ...(values ? [values] : []), ...(positions ? [positions] : []), x];
      const byEntry = (add: boolean): Program =>
        sumProgram(name, lanes.element, lanes.lanes, true, values !== undefined, positions !== undefined, add);
      start(byEntry(accumulate), plan.whole, reads, out, scale);
      if (plan.parts.length === 0) return;
      const partial = this.compute.floats(plan.parts.length / TASK, dim);
      start(byEntry(false), plan.parts, reads, partial, 1);
      const byPart = sumProgram(name, lanes.element, lanes.lanes, false, false, false, accumulate);
      start(byPart, plan.partLists, [partial], out, scale);
    });
  }

  /** out[targets_i] += scale · rows_i, by segments of equal target. */
  scatterAdd({ rows, targets, dim, scale = 1, out }: ScatterAdd): void {
    const { order, offsets, distinct } = segments(targets);
    const columns = this.compute.upload(order);
    const plan = planSums(offsets, { targets: distinct });
    this.run({ name: 'scatter-add', plan, columns, x: rows, dim, out, scale, accumulate: true });
  }
}

/** Places of equal targets side by side, in their old order. */
function segments(targets: Int32Array): { order: Int32Array; offsets: Int32Array; distinct: Int32Array } {
  const order = Int32Array.from(targets, (_, i) => i);
  let sorted = true;
  for (let i = 1; i < targets.length && sorted; i++) sorted = targets[i] >= targets[i - 1];
  if (!sorted) order.sort((a, b) => targets[a] - targets[b] || a - b);
  const offsets: number[] = [0];
  const distinct: number[] = [];
  for (let i = 0; i < order.length; i++) {
    if (i > 0 && targets[order[i]] === targets[order[i - 1]]) continue;
    if (i > 0) offsets.push(i);
    distinct.push(targets[order[i]]);
  }
  offsets.push(order.length);
  return { order, offsets: Int32Array.from(offsets), distinct: Int32Array.from(distinct) };
}

const sumProgram = memoized(
  (
    name: string,
    element: RowLanes['element'],
    lanes: number,
    hasColumns: boolean,
    hasValues: boolean,
    hasPositions: boolean,
    accumulate: boolean,
  ): Program => ({
    name,
    reads: {
      tasks: 'i32',
      ...(hasColumns && { columns: 'i32' }),
      ...(hasValues && { values: 'f32' }),
      ...(hasPositions && { positions: 'i32' }),
      x: element,
    },
    writes: { out: element },
    params: { width: 'u32', numTasks: 'u32', scale: 'f32' },
    workgroupSize: WORKGROUP,
    body: `
  let task = group * ${WORKGROUP / lanes}u + lane / ${lanes}u;
  if (task >= params.numTasks) { return; }
  let first = tasks[${TASK}u * task];
  let end = tasks[${TASK}u * task + 1u];
  let place = u32(tasks[${TASK}u * task + 2u]) * params.width;
  for (var d = lane % ${lanes}u; d < params.width; d += ${lanes}u) {
    var total = ${element}(0.0);
    for (var entry = first; entry < end; entry++) {
      ${hasColumns ? 'var row = columns[entry];' : 'let row = entry;'}
      ${hasPositions ? 'row = positions[row]; if (row < 0) { continue; }' : ''}
      total += ${hasValues ? 'values[entry] * ' : ''}x[u32(row) * params.width + d];
    }
    out[place + d] ${accumulate ? '+=' : '='} params.scale * total;
  }`,
  }),
);
