/**
 * How shaders divide a matrix's rows: a power of two of lanes to a row, several rows to a workgroup of 64. Numbers go in
 * fours where the row length allows it.
 */

export const WORKGROUP = 64;

export interface RowLanes {
  readonly element: 'f32' | 'vec4<f32>';
  /** Elements a row. */
  readonly width: number;
  /** Lanes that share a row; the lanes of a row with fewer elements idle. */
  readonly lanes: number;
  readonly rowsPerGroup: number;
}

export function rowLanes(dim: number): RowLanes {
  const width = dim % 4 === 0 ? dim / 4 : dim;
  const lanes = Math.min(WORKGROUP, 2 ** Math.ceil(Math.log2(Math.max(1, width))));
  return { element: dim % 4 === 0 ? 'vec4<f32>' : 'f32', width, lanes, rowsPerGroup: WORKGROUP / lanes };
}

/** Most lanes of a row whose sum is needed: more would wait for one another longer than they add. */
const MOST_SUMMING = 16;

/** The same for rows bound as single numbers, over which `rowTotal` sums. */
export function scalarLanes(dim: number): RowLanes {
  const lanes = Math.min(MOST_SUMMING, 2 ** Math.ceil(Math.log2(Math.max(1, dim))));
  return { element: 'f32', width: dim, lanes, rowsPerGroup: WORKGROUP / lanes };
}

/** WGSL: `rowTotal(lane, value)`, the sum over the lanes of a row, in a fixed order; all lanes of a workgroup must call it. */
export const rowTotal = (lanes: number): string => reduction('rowTotal', lanes, (a, b) => `${a} + ${b}`);

/** WGSL: `rowLargest(lane, value)`. */
export const rowLargest = (lanes: number): string => reduction('rowLargest', lanes, (a, b) => `max(${a}, ${b})`);

/** Every lane goes through all parts: two waits, where halving would take one a step. */
function reduction(name: string, lanes: number, combine: (a: string, b: string) => string): string {
  return `
var<workgroup> ${name}Parts: array<f32, ${WORKGROUP}>;
fn ${name}(lane: u32, value: f32) -> f32 {
  workgroupBarrier();
  ${name}Parts[lane] = value;
  workgroupBarrier();
  let first = lane - lane % ${lanes}u;
  var all = ${name}Parts[first];
  for (var other = 1u; other < ${lanes}u; other++) { all = ${combine('all', `${name}Parts[first + other]`)}; }
  return all;
}`;
}
