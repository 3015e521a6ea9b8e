/** The shaders of `top-k.ts`. */
import type { Program } from './compute.js';
import { rowTotal } from './row-lanes.js';
import { STRIDE, TILE, TILE_PRODUCTS, TILE_WORKGROUP } from './tile-products.js';

/** Ordered scores of one tile of TILE × TILE; NaN and −∞ become 0, and −0 is 0. */
export const SCORES: Program = {
  name: 'scores',
  reads: { queries: 'f32', keys: 'f32' },
  writes: { scores: 'u32' },
  params: { dim: 'u32', numQueries: 'u32', numKeys: 'u32', across: 'u32' },
  workgroupSize: TILE_WORKGROUP,
  declarations: `${TILE_PRODUCTS}
fn ordered(score: f32) -> u32 {
  let bits = bitcast<u32>(score);
  let magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u || bits == 0xff800000u) { return 0u; }
  if (magnitude == 0u) { return 0x80000000u; }
  if (bits >= 0x80000000u) { return ~bits; }
  return bits | 0x80000000u;
}`,
  body: `
  let firstQuery = group / params.across * ${TILE}u;
  let firstKey = group % params.across * ${TILE}u;
  if (firstQuery >= params.numQueries) { return; }
  tileProducts(lane, firstQuery, firstKey);
  for (var n = lane; n < ${TILE * TILE}u; n += ${TILE_WORKGROUP}u) {
    let query = firstQuery + n / ${TILE}u;
    let key = firstKey + n % ${TILE}u;
    if (query < params.numQueries && key < params.numKeys) {
      scores[query * params.numKeys + key] = ordered(tile[n / ${TILE}u * ${STRIDE}u + n % ${TILE}u]);
    }
  }`,
};

/** Takes the scores of excluded items away; a query to a lane. */
export const EXCLUDE: Program = {
  name: 'exclusions',
  reads: { hidden: 'i32' },
  writes: { scores: 'u32' },
  params: { numQueries: 'u32', numItems: 'u32', firstItem: 'u32' },
  workgroupSize: 64,
  body: `
  let query = group * 64u + lane;
  if (query >= params.numQueries) { return; }
  for (var at = hidden[query]; at < hidden[query + 1u]; at++) {
    let item = u32(hidden[params.numQueries + 1u + u32(at)]) - params.firstItem;
    if (item < params.numItems) { scores[query * params.numItems + item] = 0u; }
  }`,
};

const SELECTORS = 256;

/**
 * The K best of a query's scores, in ascending order of items; the first unused slot has score 0. Four rounds find the
 * K-th largest by its bytes; then every lane goes through a run of items, and a running count says where each goes.
 */
export const SELECT: Program = {
  name: 'top-K',
  reads: { scores: 'u32' },
  writes: { bestIds: 'i32', bestScores: 'u32' },
  params: { numItems: 'u32', numQueries: 'u32', k: 'u32', firstQuery: 'u32', firstItem: 'u32' },
  workgroupSize: SELECTORS,
  declarations: `
var<workgroup> counts: array<atomic<u32>, 256>;
// leading bytes of the K-th largest found so far; how many with exactly these are still to be taken
var<workgroup> leading: u32;
var<workgroup> open: u32;
var<workgroup> above: array<u32, ${SELECTORS}>;
var<workgroup> equal: array<u32, ${SELECTORS}>;`,
  body: `
  if (group >= params.numQueries) { return; }
  let start = group * params.numItems;
  if (lane == 0u) { leading = 0u; open = params.k; }
  for (var round = 0u; round < 4u; round++) {
    let shift = 24u - 8u * round;
    atomicStore(&counts[lane], 0u);
    workgroupBarrier();
    for (var item = lane; item < params.numItems; item += ${SELECTORS}u) {
      let score = scores[start + item];
      if (score != 0u && (round == 0u || score >> (shift + 8u) == leading)) {
        atomicAdd(&counts[(score >> shift) & 255u], 1u);
      }
    }
    workgroupBarrier();
    if (lane == 0u) {
      var taken = 0u;
      var byte = 255u;
      loop {
        let here = atomicLoad(&counts[byte]);
        if (taken + here >= open || byte == 0u) { break; }
        taken += here;
        byte--;
      }
      // fewer than K have a score: the byte runs down to 0, and all are above the threshold or equal to it
      open = open - taken;
      leading = (leading << 8u) | byte;
    }
    workgroupBarrier();
  }
  let threshold = leading;
  let run = (params.numItems + ${SELECTORS - 1}u) / ${SELECTORS}u;
  let begin = min(params.numItems, lane * run);
  let to = min(params.numItems, begin + run);
  var higher = 0u;
  var same = 0u;
  for (var item = begin; item < to; item++) {
    let score = scores[start + item];
    if (score > threshold) { higher++; }
    if (score == threshold && score != 0u) { same++; }
  }
  above[lane] = higher;
  equal[lane] = same;
  workgroupBarrier();
  var place = 0u;
  var sameBefore = 0u;
  for (var other = 0u; other < lane; other++) {
    place += above[other];
    sameBefore += equal[other];
  }
  place += min(sameBefore, open);
  let slots = (params.firstQuery + group) * params.k;
  for (var item = begin; item < to; item++) {
    let score = scores[start + item];
    if (score == 0u || score < threshold) { continue; }
    if (score == threshold) {
      if (sameBefore >= open) { continue; }
      sameBefore++;
    }
    bestIds[slots + place] = i32(params.firstItem + item);
    bestScores[slots + place] = score;
    place++;
  }
  if (lane == ${SELECTORS - 1}u) {
    for (; place < params.k; place++) { bestScores[slots + place] = 0u; }
  }`,
};

const WANTED = { scores: 'u32', rows: 'i32', ids: 'i32' } as const;
const WANTED_PARAMS = { numItems: 'u32', firstQuery: 'u32', firstItem: 'u32', first: 'u32', end: 'u32' } as const;

/** The score of each wanted item that is in the block. */
export const PICK_WANTED: Program = {
  name: 'wanted scores',
  reads: WANTED,
  writes: { own: 'u32' },
  params: WANTED_PARAMS,
  workgroupSize: 64,
  body: `
  let at = params.first + group * 64u + lane;
  if (at >= params.end) { return; }
  let item = u32(ids[at]) - params.firstItem;
  if (item < params.numItems) { own[at] = scores[(u32(rows[at]) - params.firstQuery) * params.numItems + item]; }`,
};

/** Adds how many items of the block come before each wanted item, itself included: over all blocks, its position. */
export const COUNT_WANTED: Program = {
  name: 'positions',
  reads: { ...WANTED, own: 'u32' },
  writes: { positions: 'i32' },
  params: WANTED_PARAMS,
  workgroupSize: 64,
  declarations: rowTotal(64),
  body: `
  let at = params.first + group;
  if (at >= params.end) { return; }
  let start = (u32(rows[at]) - params.firstQuery) * params.numItems;
  let wanted = u32(ids[at]);
  let score = own[at];
  var before = 0u;
  for (var item = lane; item < params.numItems && score != 0u; item += 64u) {
    let other = scores[start + item];
    if (other > score || (other == score && params.firstItem + item <= wanted)) { before++; }
  }
  // whole numbers below 2^24 are exact in float32: a lane counts a 64th of a block
  let total = u32(rowTotal(lane, f32(before)));
  if (lane == 0u) { positions[at] += i32(total); }`,
};

/** Adds how many items of the block have a score. */
export const COUNT_RANKED: Program = {
  name: 'ranked items',
  reads: { scores: 'u32' },
  writes: { numRanked: 'i32' },
  params: { numItems: 'u32', firstQuery: 'u32', numQueries: 'u32' },
  workgroupSize: 64,
  declarations: rowTotal(64),
  body: `
  if (group >= params.numQueries) { return; }
  var count = 0u;
  for (var item = lane; item < params.numItems; item += 64u) {
    if (scores[group * params.numItems + item] != 0u) { count++; }
  }
  let total = u32(rowTotal(lane, f32(count)));
  if (lane == 0u) { numRanked[params.firstQuery + group] += i32(total); }`,
};
