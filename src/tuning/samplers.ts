/** Every sampler by name. */
import { randomSampler } from './random-sampler.js';
import type { Sampler } from './sampler.js';
import { tpeSampler } from './tpe/tpe-sampler.js';

export const SAMPLERS = Object.freeze({ tpe: tpeSampler, random: randomSampler } satisfies Record<string, Sampler>);

export type SamplerName = keyof typeof SAMPLERS;
export const SAMPLER_NAMES = Object.keys(SAMPLERS) as SamplerName[];
