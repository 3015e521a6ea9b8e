/**
 * Sinkhorn-Knopp codes on the device (formula: `ops/sinkhorn.ts`), with the scales as logarithms, so that scores of any
 * span and any epsilon stay within float32. Nothing is read back.
 */
import type { TensorInfo } from '@tensorflow/tfjs';
import type { SinkhornOptions } from '../kernels.js';
import { type Compute, memoized, type Program } from './compute.js';
import type { RowCopies } from './row-copies.js';
import { rowLargest, rowTotal, WORKGROUP } from './row-lanes.js';

/** @returns `[numSamples, numPrototypes]` */
export function sinkhornCodes(
  compute: Compute,
  copies: RowCopies,
  scores: TensorInfo,
  { epsilon, iterations }: SinkhornOptions,
): TensorInfo {
  const [numSamples, numPrototypes] = scores.shape;
  const codes = compute.floats(numSamples, numPrototypes);
  const share = Math.log(numSamples / numPrototypes);
  compute.scope(() => {
    const sampleScale = compute.floats(numSamples);
    const prototypeScale = compute.floats(numPrototypes);
    copies.clear(sampleScale);
    copies.clear(prototypeScale);
    const normalize = (ofColumns: boolean): void => {
      const inputs = ofColumns ? [scores, sampleScale, prototypeScale] : [scores, prototypeScale, sampleScale];
      const params = [numSamples, numPrototypes, 1 / epsilon, ofColumns ? share : 0];
      compute.run(scaleProgram(ofColumns), inputs, params, ofColumns ? numPrototypes : numSamples);
    };
    for (let iteration = 0; iteration < iterations; iteration++) {
      normalize(true);
      normalize(false);
    }
    const params = [numSamples, numPrototypes, 1 / epsilon];
    compute.run(CODES, [scores, prototypeScale, codes], params, numSamples);
  });
  return codes;
}

/** scale = wanted − log Σ exp(score / ε + other scale), over a column or a row. */
const scaleProgram = memoized((ofColumns: boolean): Program => {
  const [count, other, at, otherAt] = ofColumns
    ? ['params.numSamples', 'params.numPrototypes', 'i * params.numPrototypes + group', 'i']
    : ['params.numPrototypes', 'params.numSamples', 'group * params.numPrototypes + i', 'i'];
  return {
    name: 'Sinkhorn',
    reads: { scores: 'f32', other: 'f32' },
    writes: { scale: 'f32' },
    params: { numSamples: 'u32', numPrototypes: 'u32', sharpness: 'f32', wanted: 'f32' },
    workgroupSize: WORKGROUP,
    declarations: `${rowTotal(WORKGROUP)}${rowLargest(WORKGROUP)}`,
    body: `
  if (group >= ${other}) { return; }
  var top = -3e38;
  for (var i = lane; i < ${count}; i += ${WORKGROUP}u) { top = max(top, scores[${at}] * params.sharpness + other[${otherAt}]); }
  top = rowLargest(lane, top);
  var sum = 0.0;
  for (var i = lane; i < ${count}; i += ${WORKGROUP}u) { sum += exp(scores[${at}] * params.sharpness + other[${otherAt}] - top); }
  sum = rowTotal(lane, sum);
  if (lane == 0u) { scale[group] = params.wanted - top - log(sum); }`,
  };
});

/** The last half-step, and the codes: a softmax a sample. */
const CODES: Program = {
  name: 'Sinkhorn codes',
  reads: { scores: 'f32', prototypeScale: 'f32' },
  writes: { codes: 'f32' },
  params: { numSamples: 'u32', numPrototypes: 'u32', sharpness: 'f32' },
  workgroupSize: WORKGROUP,
  declarations: `${rowTotal(WORKGROUP)}${rowLargest(WORKGROUP)}`,
  body: `
  if (group >= params.numSamples) { return; }
  let start = group * params.numPrototypes;
  var top = -3e38;
  for (var k = lane; k < params.numPrototypes; k += ${WORKGROUP}u) {
    top = max(top, scores[start + k] * params.sharpness + prototypeScale[k]);
  }
  top = rowLargest(lane, top);
  var sum = 0.0;
  for (var k = lane; k < params.numPrototypes; k += ${WORKGROUP}u) {
    let mass = exp(scores[start + k] * params.sharpness + prototypeScale[k] - top);
    codes[start + k] = mass;
    sum += mass;
  }
  sum = rowTotal(lane, sum);
  for (var k = lane; k < params.numPrototypes; k += ${WORKGROUP}u) { codes[start + k] = codes[start + k] / sum; }`,
};
