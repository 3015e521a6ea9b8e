/** Cross-entropy against soft targets and its gradient, a row to a workgroup (formula: `ops/soft-cross-entropy.ts`). */
import type { TensorInfo } from '@tensorflow/tfjs';
import type { Compute, Program } from './compute.js';
import { rowLargest, rowTotal, WORKGROUP } from './row-lanes.js';

/** @returns unweighted loss of each row `[numRows]` and the gradient of their mean */
export function softCrossEntropy(
  compute: Compute,
  {
    scores,
    targets,
    temperature,
  }: { readonly scores: TensorInfo; readonly targets: TensorInfo; readonly temperature: number },
): { readonly perRow: TensorInfo; readonly gradient: TensorInfo } {
  const [numRows, numClasses] = scores.shape;
  const [perRow, gradient] = [compute.floats(numRows), compute.floats(numRows, numClasses)];
  const params = [numClasses, numRows, 1 / temperature, 1 / (temperature * numRows)];
  compute.run(PROGRAM, [scores, targets, perRow, gradient], params, numRows);
  return { perRow, gradient };
}

const PROGRAM: Program = {
  name: 'soft cross-entropy',
  reads: { scores: 'f32', targets: 'f32' },
  writes: { perRow: 'f32', gradient: 'f32' },
  params: { numClasses: 'u32', numRows: 'u32', sharpness: 'f32', factor: 'f32' },
  workgroupSize: WORKGROUP,
  declarations: `${rowTotal(WORKGROUP)}${rowLargest(WORKGROUP)}`,
  body: `
  if (group >= params.numRows) { return; }
  let start = group * params.numClasses;
  var top = -3e38;
  for (var k = lane; k < params.numClasses; k += ${WORKGROUP}u) { top = max(top, scores[start + k] * params.sharpness); }
  top = rowLargest(lane, top);
  var sum = 0.0;
  var wanted = 0.0;
  var likelihood = 0.0;
  for (var k = lane; k < params.numClasses; k += ${WORKGROUP}u) {
    let logit = scores[start + k] * params.sharpness - top;
    sum += exp(logit);
    wanted += targets[start + k];
    likelihood += targets[start + k] * logit;
  }
  sum = rowTotal(lane, sum);
  wanted = rowTotal(lane, wanted);
  likelihood = rowTotal(lane, likelihood);
  if (lane == 0u) { perRow[group] = wanted * log(sum) - likelihood; }
  for (var k = lane; k < params.numClasses; k += ${WORKGROUP}u) {
    let probability = exp(scores[start + k] * params.sharpness - top) / sum;
    gradient[start + k] = params.factor * (probability * wanted - targets[start + k]);
  }`,
};
