/**
 * What is tried: configuration keys, each with the values that it may take. A space is a mapping from a key, written as `--set` has it,
 * to a range or a list of choices:
 *
 *   losses.main.temperature: { kind: float, low: 0.05, high: 1, log: true }
 *   encoder.numLayers: { kind: int, low: 1, high: 4 }
 *   training.batchSize: { kind: choice, values: [512, 2048] }
 */
import { stringify } from 'yaml';
import { z } from 'zod';
import { type ConfigObject, mergeLayers, parseStrict } from '../core/strict-config.js';

const log = z
  .boolean()
  .default(false)
  .describe('whether each doubling gets the same share of the tries, rather than each unit');

const ends = (number: z.ZodNumber) => ({
  low: number.describe('least value that is tried'),
  high: number.describe('greatest value that is tried'),
  log,
});

const choice = z.union([z.string(), z.number(), z.boolean()]);
export type ParameterValue = z.infer<typeof choice>;

/** Ends in order, above 0 where they are taken to the logarithm; for ints a rule of its own, see `scale.ts`. */
function isRange({ low, high, log: isLog }: { low: number; high: number; log: boolean }): boolean {
  return low < high && (!isLog || low > 0);
}
const RANGE = 'expected low < high, and low > 0 where log is true';

const parameterSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('float'), ...ends(z.number()) }).refine(isRange, RANGE),
  z.strictObject({ kind: z.literal('int'), ...ends(z.number().int()) }).refine(isRange, RANGE),
  z.strictObject({
    kind: z.literal('choice'),
    values: z
      .array(choice)
      .min(2)
      .refine((values) => new Set(values).size === values.length, 'expected values that differ')
      .describe('what is chosen from; no order is seen in them'),
  }),
]);

export const searchSpaceSchema = z.record(z.string(), parameterSchema);

export type Parameter = z.infer<typeof parameterSchema>;
export type RangeParameter = Exclude<Parameter, { kind: 'choice' }>;
export type ChoiceParameter = Extract<Parameter, { kind: 'choice' }>;
/** By configuration key. */
export type SearchSpace = Readonly<Record<string, Parameter>>;
/** One value a key of the space. */
export type TrialValues = Readonly<Record<string, ParameterValue>>;

/**
 * @param where what is being parsed, for the head of messages: a file name
 * @throws ConfigError `CONFIG_INVALID`
 */
export function parseSearchSpace(value: unknown, where: string): SearchSpace {
  return parseStrict(searchSpaceSchema, value, where);
}

/** The values as a layer of configuration. */
export function layerOfValues(values: TrialValues): ConfigObject {
  const layers = Object.entries(values).map(([key, value]) =>
    key.split('.').reduceRight<unknown>((inner, part) => ({ [part]: inner }), value),
  );
  return mergeLayers(...(layers as ConfigObject[]));
}

/** The values as `--set` takes them. */
export function assignmentsOf(values: TrialValues): string[] {
  return Object.entries(values).map(([key, value]) => `${key}=${scalarText(value)}`);
}

/** In quotes only where it would be read as something else. */
const scalarText = (value: ParameterValue): string => stringify(value, { lineWidth: 0 }).trimEnd();
