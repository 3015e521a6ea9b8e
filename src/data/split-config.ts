/**
 * Which split, with its options: a union discriminated by `name`.
 */
import { z } from 'zod';

export const SPLIT_DEFAULTS = Object.freeze({ name: 'auto', validRatio: 0.1, testRatio: 0.2 } as const);

/** Too small: noisy metrics. Too large: little left to train on. Train gets what both leave. */
const ratio = z.number().gt(0).lt(1);
const validRatio = ratio.default(SPLIT_DEFAULTS.validRatio);
const testRatio = ratio.default(SPLIT_DEFAULTS.testRatio);

const leavesTrain = (split: { validRatio: number; testRatio: number }): boolean =>
  split.validRatio + split.testRatio < 1;
const NOTHING_LEFT = 'validRatio + testRatio must stay below 1: train gets the rest';

const ratioSplit = <const Name extends string>(name: Name) =>
  z.strictObject({ name: z.literal(name), validRatio, testRatio }).refine(leavesTrain, NOTHING_LEFT);

/** Seconds since 1970, or an ISO date (UTC where it names no zone). */
export const timeBound = z.union([z.number(), z.iso.date(), z.iso.datetime({ local: true, offset: true })]);

const globalTime = z
  .strictObject({
    name: z.literal('global-time'),
    validRatio,
    testRatio,
    /** First instant of validation; takes the place of `validRatio`. Must come before the test period. */
    validFrom: timeBound.optional(),
    /** First instant of test; takes the place of `testRatio`. */
    testFrom: timeBound.optional(),
  })
  .refine(leavesTrain, NOTHING_LEFT);

const given = z.strictObject({
  name: z.literal('given'),
  /** Share of train that becomes validation where no validation file exists. */
  validRatio,
});

export const splitConfigSchema = z
  .discriminatedUnion('name', [
    /** `given` where the source has a test or validation file, else `global-time` where it has times, else `random`. */
    ratioSplit('auto'),
    given,
    ratioSplit('random'),
    z.strictObject({ name: z.literal('leave-one-out') }),
    ratioSplit('per-user-time'),
    globalTime,
    ratioSplit('cold-item'),
    ratioSplit('cold-user'),
  ])
  .prefault({ name: SPLIT_DEFAULTS.name });

export type SplitConfig = z.output<typeof splitConfigSchema>;
export type SplitName = SplitConfig['name'];
