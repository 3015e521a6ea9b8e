/** What a Parzen estimator is a mixture of, for one parameter: a kernel an observation, and last the prior. */
import type { Rng } from '../../core/rng.js';
import type { ParameterValue } from '../search-space.js';

export interface Kernels {
  /** Of a value under one kernel; of whole numbers and choices the log probability. */
  logDensity(kernel: number, value: ParameterValue): number;
  draw(kernel: number, rng: Rng): ParameterValue;
}
