/**
 * What can be asked of the encoding of a column, by its kind. Everything has a default: `{ kind: 'numeric' }` is whole.
 */
import { z } from 'zod';
import { timeBound } from '../split-config.js';

/** `referenceTime`, `separator` and `path` have none: see their texts. */
export const FIELD_DEFAULTS = Object.freeze({
  minEntities: 1,
  maxValues: 100_000,
  pooling: 'mean',
  weighted: false,
  scale: 'buckets',
  buckets: 16,
  words: 1,
  characters: 0,
  minDocuments: 2,
  maxTextValues: 20_000,
  hashBuckets: 0,
  unitLength: false,
  firstBucketDays: 1,
} as const);

const minEntities = z
  .int()
  .min(1)
  .default(FIELD_DEFAULTS.minEntities)
  .describe(
    'values of fewer training entities count as unseen. Too large forgets rare values; from 2 on the row for unseen values ' +
      'is trained on the rare ones',
  );
const maxValues = z
  .int()
  .min(1)
  .default(FIELD_DEFAULTS.maxValues)
  .describe('the most frequent values that have a row of their own; the others count as unseen');

const categorical = z.strictObject({ kind: z.literal('categorical'), minEntities, maxValues });

const multiValued = z.strictObject({
  kind: z.literal('multi-valued'),
  separator: z
    .string()
    .min(1)
    .optional()
    .describe('what separates the values of a cell; data.featureSeparator where absent, a space in RecBole files'),
  weighted: z
    .boolean()
    .default(FIELD_DEFAULTS.weighted)
    .describe('whether values have weights, as in a:2|b: what follows the last colon, 1 where there is none'),
  pooling: z
    .enum(['mean', 'sum'])
    .default(FIELD_DEFAULTS.pooling)
    .describe(
      'mean divides the weights of a row by their sum, so that its field vector is the mean of its values’ vectors; with sum ' +
        'a row of many values is longer',
    ),
  minEntities,
  maxValues,
});

const numeric = z.strictObject({
  kind: z.literal('numeric'),
  scale: z
    .enum(['buckets', 'standardised'])
    .default(FIELD_DEFAULTS.scale)
    .describe(
      'buckets gives each quantile a vector of its own, which may mean anything; standardised is one vector times ' +
        '(number − mean) ÷ standard deviation, within ±5, and can only mean more or less',
    ),
  buckets: z
    .int()
    .min(2)
    .max(1024)
    .default(FIELD_DEFAULTS.buckets)
    .describe('with scale=buckets: as many quantiles. Too few blur, too many have few entities each'),
});

const text = z
  .strictObject({
    kind: z.literal('text'),
    words: z
      .int()
      .min(0)
      .max(5)
      .default(FIELD_DEFAULTS.words)
      .describe('values are runs of up to so many lower-cased words, cut by the rules of Unicode; 0 is none'),
    characters: z
      .int()
      .min(0)
      .max(10)
      .default(FIELD_DEFAULTS.characters)
      .describe(
        'values are also all runs of so many characters of each word with its ends; 0 is none, 3 or 4 finds parts of words',
      ),
    minDocuments: z
      .int()
      .min(1)
      .optional()
      .describe(`words in fewer training texts are left out; ${FIELD_DEFAULTS.minDocuments} where absent`),
    maxValues: z
      .int()
      .min(1)
      .optional()
      .describe(`the most frequent words that have a row of their own; ${FIELD_DEFAULTS.maxTextValues} where absent`),
    hashBuckets: z
      .int()
      .min(0)
      .default(FIELD_DEFAULTS.hashBuckets)
      .describe(
        'so many rows, which words share by their hash (MurmurHash3), in place of a vocabulary; 0 is a vocabulary. Too few ' +
          'mix words that have nothing in common',
      ),
  })
  .refine(({ words, characters }) => words > 0 || characters > 0, {
    message: 'of neither words nor characters nothing is left; set one of them to 1 or more',
    path: ['words'],
  })
  .refine((options) => options.hashBuckets === 0 || (options.minDocuments ?? options.maxValues) === undefined, {
    message: 'there is no vocabulary that minDocuments and maxValues could cut; leave them out',
    path: ['hashBuckets'],
  });

const vector = z.strictObject({
  kind: z.literal('vector'),
  path: z
    .string()
    .min(1)
    .optional()
    .describe(
      'a file of its own for the vectors, relative to the folder of the interactions: .npy (a row a vector) or .parquet. ' +
        'Where absent the column holds lists of numbers',
    ),
  ids: z
    .string()
    .min(1)
    .optional()
    .describe(
      'with a path. Of .npy: a text file that names the entity of each row, an id a line; NAME.ids.txt beside NAME.npy where ' +
        'absent. Of .parquet: the column with the ids, found by its name where absent',
    ),
  unitLength: z
    .boolean()
    .default(FIELD_DEFAULTS.unitLength)
    .describe('whether vectors are scaled to length 1, so that only their direction counts'),
});

const time = z.strictObject({
  kind: z.literal('time'),
  referenceTime: timeBound
    .optional()
    .describe(
      'what ages are counted back from, an ISO date or seconds since 1970; the latest training interaction where absent',
    ),
  firstBucketDays: z
    .number()
    .positive()
    .default(FIELD_DEFAULTS.firstBucketDays)
    .describe('length of the bucket of the youngest; every later one is as long as all before it together'),
});

export const fieldOptionsSchema = z.discriminatedUnion('kind', [categorical, multiValued, numeric, text, vector, time]);

export type FieldOptions = z.output<typeof fieldOptionsSchema>;
export type FieldKind = FieldOptions['kind'];
export type FieldOptionsOf<Kind extends FieldKind> = Extract<FieldOptions, { kind: Kind }>;

export const FIELD_KINDS = [
  'categorical',
  'multi-valued',
  'numeric',
  'text',
  'vector',
  'time',
] as const satisfies readonly FieldKind[];

/** The options of a kind of which none was given. */
export function defaultOptions<Kind extends FieldKind>(kind: Kind): FieldOptionsOf<Kind> {
  return fieldOptionsSchema.parse({ kind }) as FieldOptionsOf<Kind>;
}
