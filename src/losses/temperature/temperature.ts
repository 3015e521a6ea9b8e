/**
 * Temperatures that are fixed, follow a schedule, are learned within bounds, or adapt to each user.
 *
 *   scheduled   from `from` to `to` over `steps` steps, linearly or by half a cosine, then constant
 *   learned     τ = min · (max / min)^σ(θ), θ trained with everything else: bounded, as an unbounded one runs to 0 where
 *               the loss falls with it
 *   adaptive    one τ a user, set anew every epoch (see adaptive-temperature.ts)
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

const value = () => z.number().min(0.01).max(100);
const LEAST = 'smallest temperature that it may take';
const MOST = 'largest temperature that it may take';

const scheduledTemperatureSchema = z.strictObject({
  name: z.literal('scheduled'),
  from: value().default(0.5).describe('temperature at the first step'),
  to: value().default(0.1).describe('temperature from the last of these steps on'),
  steps: z.number().int().min(1).default(2000).describe('steps that it takes from one to the other'),
  shape: z.enum(['linear', 'cosine']).default('cosine').describe('how it falls: evenly, or by half a cosine'),
});

const learnedTemperatureSchema = z
  .strictObject({
    name: z.literal('learned'),
    initial: value().default(0.2).describe('temperature at the first step, between min and max'),
    min: value().default(0.05).describe(LEAST),
    max: value().default(1).describe(MOST),
  })
  .refine(({ initial, min, max }) => min < initial && initial < max, {
    message: 'expected min < initial < max',
    path: ['initial'],
  });

const adaptiveTemperatureSchema = z
  .strictObject({
    name: z.literal('adaptive'),
    beta: z
      .number()
      .min(0.05)
      .max(100)
      .default(1)
      .describe(
        'how far a user’s loss must be from the mean to change its temperature. Too small: extremes; too large: one for all',
      ),
    min: value().default(0.05).describe(LEAST),
    max: value().default(1).describe(MOST),
  })
  .refine(({ min, max }) => min <= max, { message: 'expected min ≤ max', path: ['min'] });

const MEANING = 'Too small: only the hardest negatives teach, false ones first; too large: all teach alike, and little';
const WHERE = 'Large sparse catalogues want 0.1 to 0.2, small dense ones 0.2 to 0.5';

/** A number. */
export const temperatureNumber = (fallback: number) =>
  value().default(fallback).describe(`divides the similarities. ${MEANING}`);

/** A number, or `{ name: scheduled | learned, … }`. */
export const temperatureOption = (fallback: number) =>
  z
    .union([value(), z.discriminatedUnion('name', [scheduledTemperatureSchema, learnedTemperatureSchema])])
    .default(fallback)
    .describe(`divides the similarities. ${MEANING}. Or { name: scheduled | learned, … }`);

/** As `temperatureOption`, and `{ name: adaptive, … }`. */
export const userTemperatureOption = (fallback: number) =>
  z
    .union([
      value(),
      z.discriminatedUnion('name', [scheduledTemperatureSchema, learnedTemperatureSchema, adaptiveTemperatureSchema]),
    ])
    .default(fallback)
    .describe(`divides the similarities. ${MEANING}. ${WHERE}. Or { name: scheduled | learned | adaptive, … }`);

export type ScheduledTemperature = z.infer<typeof scheduledTemperatureSchema>;
export type LearnedTemperature = z.infer<typeof learnedTemperatureSchema>;
export type AdaptiveTemperature = z.infer<typeof adaptiveTemperatureSchema>;
export type TemperatureOptions = number | ScheduledTemperature | LearnedTemperature | AdaptiveTemperature;

/** A number, or a tensor that divides the queries: a scalar `[1, 1]`, or one a query, `[numQueries, 1]`. */
export type Temperature = number | tf.Tensor2D;

/** What a temperature may depend on at a step. */
export interface TemperatureFacts {
  /** 1 at the first update. */
  readonly step: number;
  /** θ of one that is learned, `[1, 1]`. */
  readonly theta?: tf.Tensor2D;
  /** Of each query's user, where it is adaptive, `[numQueries]`. */
  readonly ofQueries?: Float32Array;
}

export function temperatureAt(options: TemperatureOptions, { step, theta, ofQueries }: TemperatureFacts): Temperature {
  if (typeof options === 'number') return options;
  switch (options.name) {
    case 'scheduled':
      return scheduledTemperature(options, step);
    case 'learned':
      return learnedTemperature(theta!, options);
    case 'adaptive':
      return tf.tensor2d(ofQueries!, [ofQueries!.length, 1]);
  }
}

/** Whether it is fitted to the embeddings, one a user, at the beginning of each epoch. */
export function isAdaptive(options?: TemperatureOptions): options is AdaptiveTemperature {
  return typeof options === 'object' && options.name === 'adaptive';
}

/** @param step 1 at the first update */
export function scheduledTemperature({ from, to, steps, shape }: ScheduledTemperature, step: number): number {
  const progress = Math.min(1, (step - 1) / steps);
  const share = shape === 'linear' ? progress : 0.5 * (1 - Math.cos(Math.PI * progress));
  return from + (to - from) * share;
}

/** θ at which the learned temperature is `initial`. */
export function initialTheta({ initial, min, max }: LearnedTemperature): number {
  const share = Math.log(initial / min) / Math.log(max / min);
  return Math.log(share / (1 - share));
}

/**
 * @param theta `[1, 1]`
 * @returns `[1, 1]`
 */
export function learnedTemperature(theta: tf.Tensor2D, { min, max }: LearnedTemperature): tf.Tensor2D {
  return tf.exp(tf.add(tf.mul(tf.sigmoid(theta), Math.log(max / min)), Math.log(min)));
}

/**
 * Queries and the number that is left to divide by: a tensor temperature is divided out of the queries, so that the fused
 * softmax needs a number only and the tensor's gradient comes through the queries.
 *
 * @param queries `[numQueries, dim]`
 */
export function tempered(
  queries: tf.Tensor2D,
  temperature: Temperature,
): { readonly queries: tf.Tensor2D; readonly temperature: number } {
  if (typeof temperature === 'number') return { queries, temperature };
  return { queries: tf.div(queries, temperature), temperature: 1 };
}
