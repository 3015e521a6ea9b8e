/**
 * Kernels of a choice: an observed one has 1 + p of the weight and every other one p, with p = 1 / (n + 1) for n observations; the prior has
 * them all alike (Optuna's categorical distribution with prior weight 1).
 */
import type { Rng } from '../../core/rng.js';
import type { ChoiceParameter, ParameterValue } from '../search-space.js';
import type { Kernels } from './kernels.js';

export function choiceKernels({ values }: ChoiceParameter, observed: readonly ParameterValue[]): Kernels {
  const spread = 1 / (observed.length + 1);
  const weightOf = (kernel: number, value: ParameterValue): number =>
    kernel < observed.length && observed[kernel] === value ? 1 + spread : spread;
  const totalOf = (kernel: number): number => values.length * spread + (kernel < observed.length ? 1 : 0);
  return {
    logDensity: (kernel, value) => Math.log(weightOf(kernel, value) / totalOf(kernel)),
    draw(kernel, rng: Rng) {
      let left = rng.uniform() * totalOf(kernel);
      for (const value of values) {
        left -= weightOf(kernel, value);
        if (left < 0) return value;
      }
      return values[values.length - 1]; // rounding left a crumb
    },
  };
}
