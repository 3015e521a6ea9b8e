/**
 * Which split, with its options: a union discriminated by `name`.
 */
import { z } from 'zod';

const SPLIT_DEFAULTS = Object.freeze({ name: 'auto', validRatio: 0.1, testRatio: 0.2 } as const);

/** The protocol of GAR, ALDI and ColdRec. */
const WARM_COLD_DEFAULTS = Object.freeze({ coldRatio: 0.2, warmValidRatio: 0.1, warmTestRatio: 0.1 } as const);

/** As RecPack. */
const FOLD_IN_DEFAULT = 0.8;

const ratio = z.number().gt(0).lt(1);
const validRatio = ratio
  .default(SPLIT_DEFAULTS.validRatio)
  .describe('share of validation. Too small: noisy metrics; too large: little is left to train on');
const testRatio = ratio
  .default(SPLIT_DEFAULTS.testRatio)
  .describe(
    'share of test; train gets what both leave. Too small: noisy metrics; too large: little is left to train on',
  );

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
    validFrom: timeBound
      .optional()
      .describe('first instant of validation, in place of validRatio; must come before the test period'),
    testFrom: timeBound.optional().describe('first instant of test, in place of testRatio'),
  })
  .refine(leavesTrain, NOTHING_LEFT);

const warmColdItem = z
  .strictObject({
    name: z.literal('warm-cold-item'),
    coldRatio: ratio
      .default(WARM_COLD_DEFAULTS.coldRatio)
      .describe('share of the items that train never sees, half of them in validation and half in test'),
    warmValidRatio: ratio
      .default(WARM_COLD_DEFAULTS.warmValidRatio)
      .describe('share of the other items’ interactions that is validation'),
    warmTestRatio: ratio
      .default(WARM_COLD_DEFAULTS.warmTestRatio)
      .describe('share of the other items’ interactions that is test; train gets what both leave'),
  })
  .refine(
    ({ warmValidRatio, warmTestRatio }) => warmValidRatio + warmTestRatio < 1,
    'warmValidRatio + warmTestRatio must stay below 1: train gets the rest',
  );

const strongGeneralisation = z
  .strictObject({
    name: z.literal('strong-generalisation'),
    validRatio,
    testRatio,
    foldInRatio: ratio
      .default(FOLD_IN_DEFAULT)
      .describe(
        'share of a held-out user’s interactions from which the user is made; the rest is what is looked for. Too small: ' +
          'little is known of anybody; too large: little to measure by',
      ),
  })
  .refine(leavesTrain, NOTHING_LEFT);

const given = z.strictObject({
  name: z.literal('given'),
  validRatio: ratio
    .default(SPLIT_DEFAULTS.validRatio)
    .describe('share of train that becomes validation where no validation file exists'),
});

export const splitConfigSchema = z
  .discriminatedUnion('name', [
    ratioSplit('auto'),
    given,
    ratioSplit('random'),
    z.strictObject({ name: z.literal('leave-one-out') }),
    ratioSplit('per-user-time'),
    globalTime,
    ratioSplit('cold-item'),
    ratioSplit('cold-user'),
    warmColdItem,
    strongGeneralisation,
  ])
  .prefault({ name: SPLIT_DEFAULTS.name })
  .describe(
    'how interactions are held out. auto: given where the source has a test or validation file, else global-time where it has ' +
      'times, else random. Another split key needs the name beside it',
  );

export type SplitConfig = z.output<typeof splitConfigSchema>;
export type SplitName = SplitConfig['name'];
