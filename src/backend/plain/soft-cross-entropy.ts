/** Cross-entropy against soft targets with its gradient, in plain loops. */
import * as tf from '@tensorflow/tfjs';
import type { Kernels } from '../kernels.js';

export const softCrossEntropy: Kernels['softCrossEntropy'] = ({ scores, targets: targetTensor, temperature }) => {
  const [numRows, numClasses] = scores.shape;
  const values = scores.dataSync() as Float32Array;
  const targets = targetTensor.dataSync() as Float32Array;
  const gradient = new Float32Array(values.length);
  let loss = 0;
  for (let start = 0; start < values.length; start += numClasses) {
    let top = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < numClasses; k++) top = Math.max(top, values[start + k]);
    let sum = 0;
    for (let k = 0; k < numClasses; k++) sum += Math.exp((values[start + k] - top) / temperature);
    const logSum = top / temperature + Math.log(sum);
    let mass = 0;
    for (let k = 0; k < numClasses; k++) {
      const target = targets[start + k];
      mass += target;
      loss += target * (logSum - values[start + k] / temperature);
    }
    for (let k = 0; k < numClasses; k++) {
      const probability = Math.exp((values[start + k] - top) / temperature) / sum;
      gradient[start + k] = (mass * probability - targets[start + k]) / (temperature * numRows);
    }
  }
  return { loss: tf.scalar(loss / numRows), gradient: tf.tensor2d(gradient, scores.shape) };
};
