/** Every value drawn by itself and evenly: on the scale of its range, or among its choices (Bergstra & Bengio 2012, JMLR 13). */
import type { Rng } from '../core/rng.js';
import type { Sampler } from './sampler.js';
import { fromScale, scaleOf, uniformOn } from './scale.js';
import type { Parameter, ParameterValue } from './search-space.js';

export const randomSampler: Sampler = (space, _seen, rng) =>
  Object.fromEntries(Object.entries(space).map(([key, parameter]) => [key, drawUniform(parameter, rng)]));

function drawUniform(parameter: Parameter, rng: Rng): ParameterValue {
  if (parameter.kind === 'choice') return parameter.values[rng.integer(parameter.values.length)];
  return fromScale(parameter, uniformOn(scaleOf(parameter), rng));
}
