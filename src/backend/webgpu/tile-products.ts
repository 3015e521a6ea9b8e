/**
 * WGSL for the inner products of TILE queries with TILE keys, by workgroups of 64: what softmax losses and exact scores are
 * made of. A product is summed in the order of the dimensions, whatever the rows beside it.
 *
 * A program that uses it binds `queries` and `keys` (row-major f32) and has params `dim, numQueries, numKeys`.
 */

/** Queries and keys a tile; a lane makes a square of SIDE × SIDE products. */
export const TILE = 32;
const SIDE = 4;
/** Dimensions in workgroup memory at a time. */
const CHUNK = 32;
/** Numbers from a row to the next in workgroup memory: one more than a row has, against bank conflicts. */
export const STRIDE = TILE + 1;
export const TILE_WORKGROUP = (TILE / SIDE) ** 2;

/** WGSL: `loadQueries(lane, row, d)`: TILE rows from `row`, CHUNK dimensions from `d`, into `queryChunk`; 0 outside. */
const load = (name: string, array: string, chunk: string, count: string): string => `
fn ${name}(lane: u32, firstRow: u32, firstDim: u32) {
  for (var n = lane; n < ${TILE * CHUNK}u; n += ${TILE_WORKGROUP}u) {
    let row = firstRow + n / ${CHUNK}u;
    let d = firstDim + n % ${CHUNK}u;
    var value = 0.0;
    if (row < params.${count} && d < params.dim) { value = ${array}[row * params.dim + d]; }
    ${chunk}[n / ${CHUNK}u * ${STRIDE}u + n % ${CHUNK}u] = value;
  }
}`;

/** WGSL: `tileProducts(lane, firstQuery, firstKey)` leaves the products in `tile[query · STRIDE + key]`, for all lanes. */
export const TILE_PRODUCTS = `
var<workgroup> queryChunk: array<f32, ${TILE * STRIDE}>;
var<workgroup> keyChunk: array<f32, ${TILE * STRIDE}>;
var<workgroup> tile: array<f32, ${TILE * STRIDE}>;
${load('loadQueries', 'queries', 'queryChunk', 'numQueries')}
${load('loadKeys', 'keys', 'keyChunk', 'numKeys')}
fn tileProducts(lane: u32, firstQuery: u32, firstKey: u32) {
  let query = lane / ${TILE / SIDE}u * ${SIDE}u;
  let key = lane % ${TILE / SIDE}u * ${SIDE}u;
  var sums: array<vec4<f32>, ${SIDE}>;
  for (var d = 0u; d < params.dim; d += ${CHUNK}u) {
    workgroupBarrier();
    loadQueries(lane, firstQuery, d);
    loadKeys(lane, firstKey, d);
    workgroupBarrier();
    let count = min(${CHUNK}u, params.dim - d);
    for (var c = 0u; c < count; c++) {
      let right = vec4<f32>(${Array.from({ length: SIDE }, (_, n) => `keyChunk[(key + ${n}u) * ${STRIDE}u + c]`).join(', ')});
      ${Array.from({ length: SIDE }, (_, n) => `sums[${n}] += queryChunk[(query + ${n}u) * ${STRIDE}u + c] * right;`).join('\n      ')}
    }
  }
  workgroupBarrier();
  for (var n = 0u; n < ${SIDE}u; n++) {
    let at = (query + n) * ${STRIDE}u + key;
    tile[at] = sums[n].x;
    tile[at + 1u] = sums[n].y;
    tile[at + 2u] = sums[n].z;
    tile[at + 3u] = sums[n].w;
  }
  workgroupBarrier();
}`;
