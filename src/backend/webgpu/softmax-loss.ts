/**
 * Softmax losses with their gradients (formula: `ops/softmax-loss.ts`), in tiles of 32 queries × 32 keys that exist in
 * workgroup memory only. Three passes: the log-sum of each query over all tiles; then, with
 * coefficient(i, j) = weight_i / temperature · (probability(i, j) − [j is i's positive]), the queries' gradients
 * Σ_j coefficient · keys_j and the keys' Σ_i coefficient · queries_i, each output row in one workgroup, without atomics.
 * Probabilities are computed again in each pass: arithmetic is cheaper than memory.
 */
import * as tf from '@tensorflow/tfjs';
import type { SoftmaxPlan, SoftmaxResult } from '../kernels.js';
import { type Compute, memoized, type Program } from './compute.js';
import { STRIDE, TILE, TILE_PRODUCTS, TILE_WORKGROUP } from './tile-products.js';

/** Stands for −∞, which WGSL does not promise to have; sums of two of them are still numbers. */
const HIDDEN = -1e38;
/** Logits below do not count. */
const LEAST_LOGIT = -1e37;
/** Stands for the log-sum of a query that has no key to compare with. */
const ALONE = 3e38;
/** Dimensions of the gradient that a workgroup makes; a wider table takes several, which repeat the products. */
const SLICE = 64;

export class SoftmaxLoss {
  constructor(private readonly compute: Compute) {}

  run(queries: tf.Tensor2D, keys: tf.Tensor2D, plan: SoftmaxPlan, wantsPerQuery: boolean): SoftmaxResult {
    const { compute } = this;
    const [numQueries, dim] = queries.shape;
    const numKeys = keys.shape[0];
    return compute.scope(() => {
      const weights = plan.queryWeight ?? new Float32Array(numQueries).fill(1 / numQueries);
      const corrections = new Float32Array(numQueries + numKeys);
      corrections.set(weights);
      if (plan.keyBias) corrections.set(plan.keyBias.map(finite), numQueries);
      const { masked, maskedBias } = plan;
      const masks = masked && masked.values.length > 0 ? maskList(masked, maskedBias) : undefined;
      const reads = [
        queries,
        keys,
        compute.upload(plan.positive),
        compute.upload(corrections),
        compute.upload(masks ?? new Int32Array(1)),
      ];
      const masking = masks === undefined ? 0 : maskedBias ? 2 : 1;
      const params = [dim, numQueries, numKeys, 1 / plan.temperature, masking, plan.decoupled ? 1 : 0];
      const [logSum, perQuery] = [compute.floats(numQueries), compute.floats(numQueries)];
      compute.run(LOG_SUM, [...reads, logSum, perQuery], params, Math.ceil(numQueries / TILE));
      const slices = Math.ceil(dim / SLICE);
      const [queryGradient, keyGradient] = [compute.floats(numQueries, dim), compute.floats(numKeys, dim)];
      for (const [ofQueries, out, numRows] of [
        [true, queryGradient, numQueries],
        [false, keyGradient, numKeys],
      ] as const) {
        const inputs = [...reads, logSum, out];
        compute.run(gradientProgram(ofQueries), inputs, [...params, slices], Math.ceil(numRows / TILE) * slices);
      }
      const losses = compute.tensor<tf.Tensor1D>(perQuery);
      const loss = tf.tidy(() => tf.sum(tf.mul(losses, tf.tensor1d(weights)))) as tf.Scalar;
      if (!wantsPerQuery) losses.dispose();
      return {
        loss,
        queryGradient: compute.tensor(queryGradient),
        keyGradient: compute.tensor(keyGradient),
        ...(wantsPerQuery && { perQuery: losses }),
      };
    });
  }
}

const finite = (value: number): number => Math.max(HIDDEN, value);

/** Offsets, then keys ascending within a query, then the bits of what is added. */
function maskList({ offsets, values }: NonNullable<SoftmaxPlan['masked']>, bias?: Float32Array): Int32Array {
  const list = new Int32Array(offsets.length + values.length * (bias ? 2 : 1));
  list.set(offsets);
  list.set(values, offsets.length);
  if (bias) list.set(new Int32Array(bias.map(finite).buffer), offsets.length + values.length);
  return list;
}

const READS = { queries: 'f32', keys: 'f32', positive: 'i32', corrections: 'f32', masks: 'i32' } as const;
/** masking: 0 none, 1 hidden keys, 2 keys with something added; apart: 1 where the positive is in no denominator. */
const PARAMS = {
  dim: 'u32',
  numQueries: 'u32',
  numKeys: 'u32',
  sharpness: 'f32',
  masking: 'u32',
  apart: 'u32',
} as const;

/** WGSL: `tileLogits(lane, firstQuery, firstKey)` leaves the corrected logits in `tile`; keys beyond the last are hidden. */
const TILE_LOGITS = `${TILE_PRODUCTS}
fn tileLogits(lane: u32, firstQuery: u32, firstKey: u32) {
  tileProducts(lane, firstQuery, firstKey);
  for (var n = lane; n < ${TILE * TILE}u; n += ${TILE_WORKGROUP}u) {
    let key = firstKey + n % ${TILE}u;
    let at = n / ${TILE}u * ${STRIDE}u + n % ${TILE}u;
    if (key < params.numKeys) { tile[at] = tile[at] * params.sharpness + corrections[params.numQueries + key]; }
    else { tile[at] = ${HIDDEN}; }
  }
  workgroupBarrier();
  let query = firstQuery + lane;
  if (params.masking != 0u && lane < ${TILE}u && query < params.numQueries) {
    let start = params.numQueries + 1u;
    var low = u32(masks[query]);
    let end = u32(masks[query + 1u]);
    var high = end;
    while (low < high) {
      let middle = (low + high) / 2u;
      if (u32(masks[start + middle]) < firstKey) { low = middle + 1u; } else { high = middle; }
    }
    for (; low < end; low++) {
      let column = u32(masks[start + low]) - firstKey;
      if (column >= ${TILE}u) { break; }
      let at = lane * ${STRIDE}u + column;
      if (params.masking == 1u) { tile[at] = ${HIDDEN}; }
      else { tile[at] += bitcast<f32>(masks[start + u32(masks[params.numQueries]) + low]); }
    }
  }
  workgroupBarrier();
}`;

const LOG_SUM: Program = {
  name: 'softmax log-sums',
  reads: READS,
  writes: { logSum: 'f32', perQuery: 'f32' },
  params: PARAMS,
  workgroupSize: TILE_WORKGROUP,
  declarations: TILE_LOGITS,
  body: `
  let firstQuery = group * ${TILE}u;
  if (firstQuery >= params.numQueries) { return; }
  let query = firstQuery + lane;
  let isRow = lane < ${TILE}u && query < params.numQueries;
  var own = 0u;
  if (isRow) { own = u32(positive[query]); }
  var top = ${HIDDEN};
  var sum = 0.0;
  var positiveLogit = 0.0;
  for (var firstKey = 0u; firstKey < params.numKeys; firstKey += ${TILE}u) {
    tileLogits(lane, firstQuery, firstKey);
    if (isRow) {
      var highest = top;
      for (var c = 0u; c < ${TILE}u; c++) {
        let logit = tile[lane * ${STRIDE}u + c];
        if (firstKey + c == own) { positiveLogit = logit; if (params.apart == 1u) { continue; } }
        highest = max(highest, logit);
      }
      sum *= exp(top - highest);
      for (var c = 0u; c < ${TILE}u; c++) {
        let logit = tile[lane * ${STRIDE}u + c];
        if (logit < ${LEAST_LOGIT} || (params.apart == 1u && firstKey + c == own)) { continue; }
        sum += exp(logit - highest);
      }
      top = highest;
    }
  }
  if (isRow) {
    if (sum > 0.0) {
      logSum[query] = top + log(sum);
      perQuery[query] = top - positiveLogit + log(sum);
    } else {
      logSum[query] = ${ALONE};
      perQuery[query] = 0.0;
    }
  }`,
};

const gradientProgram = memoized((ofQueries: boolean): Program => {
  const [count, otherCount] = ofQueries ? ['numQueries', 'numKeys'] : ['numKeys', 'numQueries'];
  const [first, other] = ofQueries ? ['firstQuery', 'firstKey'] : ['firstKey', 'firstQuery'];
  const [load, chunk] = ofQueries ? ['loadKeys', 'keyChunk'] : ['loadQueries', 'queryChunk'];
  const coefficient = (row: string): string =>
    ofQueries ? `tile[${row} * ${STRIDE}u + o]` : `tile[o * ${STRIDE}u + ${row}]`;
  return {
    name: 'softmax gradients',
    reads: { ...READS, logSum: 'f32' },
    writes: { gradient: 'f32' },
    params: { ...PARAMS, slices: 'u32' },
    workgroupSize: TILE_WORKGROUP,
    declarations: TILE_LOGITS,
    body: `
  let ${first} = group / params.slices * ${TILE}u;
  let slice = group % params.slices * ${SLICE}u;
  if (${first} >= params.${count}) { return; }
  let row = lane / 8u * 4u;
  let column = lane % 8u;
  // rows row … row + 3; dimensions column + 8n of the slice, four to a vector
  var sums: array<vec4<f32>, ${SLICE / 8}>;
  for (var ${other} = 0u; ${other} < params.${otherCount}; ${other} += ${TILE}u) {
    tileLogits(lane, firstQuery, firstKey);
    for (var n = lane; n < ${TILE * TILE}u; n += ${TILE_WORKGROUP}u) {
      let at = n / ${TILE}u * ${STRIDE}u + n % ${TILE}u;
      let query = firstQuery + n / ${TILE}u;
      let key = firstKey + n % ${TILE}u;
      var value = 0.0;
      if (query < params.numQueries && logSum[query] < ${ALONE / 10}) {
        let isPositive = key == u32(positive[query]);
        if (tile[at] > ${LEAST_LOGIT} && !(params.apart == 1u && isPositive)) { value = exp(tile[at] - logSum[query]); }
        if (isPositive) { value -= 1.0; }
        value *= corrections[query] * params.sharpness;
      }
      tile[at] = value;
    }
    for (var half = 0u; half < ${SLICE / TILE}u; half++) {
      if (slice + half * ${TILE}u >= params.dim) { break; }
      workgroupBarrier();
      ${load}(lane, ${other}, slice + half * ${TILE}u);
      workgroupBarrier();
      
        for (var o = 0u; o < ${TILE}u; o++) {
        let four = vec4<f32>(${[0, 1, 2, 3].map((n) => coefficient(`(row + ${n}u)`)).join(', ')});
        for (var n = 0u; n < 4u; n++) {
          let at = half * 4u + n;
          sums[at] += four * ${chunk}[o * ${STRIDE}u + column + 8u * n];
        }
      }
    }
  }
  for (var n = 0u; n < ${SLICE / 8}u; n++) {
    let d = slice + column + 8u * n;
    if (d >= params.dim) { break; }
    for (var r = 0u; r < 4u; r++) {
      if (${first} + row + r < params.${count}) { gradient[(${first} + row + r) * params.dim + d] = sums[n][r]; }
    }
  }`,
  };
});
