/**
 * Sinkhorn-Knopp codes on the device (formula: `ops/sinkhorn.ts`), with the scales as logarithms, so that scores of any
 * span and any epsilon stay within float32. Nothing is read back.
 */
import type { Scalar, Tensor2D } from '@tensorflow/tfjs';
import type { SinkhornOptions, SinkhornResult } from '../kernels.js';
import type { Arithmetic } from './arithmetic.js';
import type { Handle } from './binding.js';
import type { Eager } from './eager.js';

const SAMPLES = 0;
const PROTOTYPES = 1;

export class Sinkhorn {
  constructor(
    private readonly eager: Eager,
    private readonly math: Arithmetic,
  ) {}

  codes(scores: Tensor2D, { epsilon, iterations }: SinkhornOptions): SinkhornResult {
    const { eager, math } = this;
    const [numSamples, numPrototypes] = scores.shape;
    return eager.scope(() => {
      const share = eager.float(numSamples / numPrototypes);
      const logits = math.scale(scores, 1 / epsilon);
      // log of the factor of a sample, up to its sign, `[numSamples, 1]`, and of a prototype, `[1, numPrototypes]`
      let samples = math.zeros([numSamples, 1]);
      let prototypes = math.zeros([1, numPrototypes]);
      for (let iteration = 0; iteration < iterations; iteration++) {
        prototypes = math.sub(math.log(share), this.logSum(math.sub(logits, samples), SAMPLES));
        samples = this.logSum(math.add(logits, prototypes), PROTOTYPES);
      }
      const codes = math.softmax(math.add(logits, prototypes));
      const sums = math.divNoNan(math.sum(codes, SAMPLES, true), share);
      const errors = math.abs(math.sub(sums, eager.float(1)));
      const columnError = math.largest(math.largest(errors, PROTOTYPES, false), 0, false);
      return { codes: eager.tensor<Tensor2D>(codes), iterations, columnError: eager.tensor<Scalar>(columnError) };
    });
  }

  /** log Σ exp(x) over an axis that stays as 1. */
  private logSum(x: Handle, axis: number): Handle {
    const top = this.math.largest(x, axis, true);
    return this.math.add(this.math.log(this.math.sum(this.math.exp(this.math.sub(x, top)), axis, true)), top);
  }
}
