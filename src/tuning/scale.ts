/**
 * The scale that a range is searched on: the numbers themselves or their logarithms. Whole numbers stand for the stretch around them,
 * from half below to half above, so that the ends of a range are as likely as what is between.
 */
import type { Rng } from '../core/rng.js';
import type { RangeParameter } from './search-space.js';

export interface Scale {
  /** Ends of the scale. */
  readonly low: number;
  readonly high: number;
}

export function scaleOf(parameter: RangeParameter): Scale {
  const half = halfStep(parameter);
  return { low: onScale(parameter, parameter.low - half), high: onScale(parameter, parameter.high + half) };
}

export function onScale({ log }: RangeParameter, value: number): number {
  return log ? Math.log(value) : value;
}

/** The value at a place of the scale, within the range. */
export function fromScale({ kind, low, high, log }: RangeParameter, place: number): number {
  const value = log ? Math.exp(place) : place;
  return Math.min(high, Math.max(low, kind === 'int' ? Math.round(value) : value));
}

/** The stretch of the scale that a whole number stands for. */
export function binOf(parameter: RangeParameter, value: number): Scale {
  const half = halfStep(parameter);
  return { low: onScale(parameter, value - half), high: onScale(parameter, value + half) };
}

export function uniformOn({ low, high }: Scale, rng: Rng): number {
  return low + (high - low) * rng.uniform();
}

const halfStep = ({ kind }: RangeParameter): number => (kind === 'int' ? 0.5 : 0);
