/**
 * The `data` section of a configuration: how files are read, what is filtered out, how the rest is split.
 * Order of effect: bad rows, events, date range, minimum rating, de-duplication, k-core, split.
 */
import { z } from 'zod';
import { parseStrict } from '../core/strict-config.js';
import { FIELD_KINDS, fieldOptionsSchema } from './fields/field-options.js';
import { EVENT_CODES, type EventName } from './interaction-set.js';
import { splitConfigSchema, timeBound } from './split-config.js';

export const FORMAT_NAMES = ['lightgcn', 'recbole', 'csv', 'jsonl'] as const;
export type FormatName = (typeof FORMAT_NAMES)[number];

/** What a feature column can be told to be; `ignore` leaves it out. */
export const FEATURE_KINDS = [...FIELD_KINDS, 'ignore'] as const;

/** `columns` and `events` are empty; `minRating`, `from` and `to` are off. The split has its own: SPLIT_DEFAULTS. */
export const DATA_DEFAULTS = Object.freeze({
  format: 'auto',
  delimiter: 'auto',
  header: 'auto',
  quote: '"',
  onBadRow: 'error',
  belowMinRating: 'drop',
  useWeights: false,
  kCore: 0,
  deduplicate: 'first',
  seed: 42,
  userFeatures: 'auto',
  itemFeatures: 'auto',
  featureSeparator: '|',
  coldItems: 'auto',
} as const);

const column = z.union([z.string().min(1), z.int().min(1)]);
const optionalColumn = z.union([z.string().min(1), z.int().min(1), z.literal(false)]);

/** By name, or by number counted from 1, the only way where the file has no header. */
const columns = z.strictObject({
  user: column
    .optional()
    .describe('a column’s name, or its number from 1; found by its name, without a header it is column 1'),
  item: column
    .optional()
    .describe('a column’s name, or its number from 1; found by its name, without a header it is column 2'),
  timestamp: optionalColumn
    .optional()
    .describe('as user; false ignores such a column even if one is found by its name'),
  weight: optionalColumn.optional().describe('the rating or weight; as timestamp'),
  event: optionalColumn.optional().describe('what kind of interaction it is; as timestamp'),
});

const degree = z.int().min(0);

/** Attributes of one side: looked for, left alone, or a file and what its columns are. */
const features = z.union([
  z.enum(['auto', 'none']),
  z.strictObject({
    path: z
      .string()
      .min(1)
      .optional()
      .describe('the file, relative to the folder of the interactions; found by the usual names where absent'),
    id: z.string().min(1).optional().describe('column with the ids; found by its name where absent'),
    columns: z
      .record(z.string(), z.union([z.enum(FEATURE_KINDS), fieldOptionsSchema]))
      .default({})
      .describe(
        'what columns are, where it should not be inferred: a kind, or { kind, … } with the options of its field',
      ),
  }),
]);

export type FeatureSource = z.output<typeof features>;

export const dataConfigSchema = z
  .strictObject({
    format: z
      .enum(['auto', ...FORMAT_NAMES])
      .default(DATA_DEFAULTS.format)
      .describe('format of the files, which may all be gzipped; auto looks into the file'),
    columns: columns.prefault({}),
    delimiter: z
      .union([z.literal('auto'), z.string().length(1)])
      .default(DATA_DEFAULTS.delimiter)
      .describe('what separates columns, one character; CSV only'),
    header: z
      .union([z.literal('auto'), z.boolean()])
      .default(DATA_DEFAULTS.header)
      .describe('whether the first line names the columns; CSV only'),
    quote: z
      .union([z.string().length(1), z.literal(false)])
      .default(DATA_DEFAULTS.quote)
      .describe('one character, or false for files in which quotes mean nothing; CSV only'),
    onBadRow: z
      .enum(['error', 'skip'])
      .default(DATA_DEFAULTS.onBadRow)
      .describe('error stops at the first; skip leaves bad rows out, counts them and tells the first ten'),
    events: z
      .record(z.string(), z.enum([...(Object.keys(EVENT_CODES) as EventName[]), 'ignore']))
      .optional()
      .describe(
        'what the values of the event column mean. filteredOut was cut by a ranker; cutByCoarse, cutByFine where the stage is ' +
          'known. Without it these names are known themselves, and all others are positive',
      ),
    minRating: z.number().optional().describe('smallest rating that counts as positive'),
    belowMinRating: z
      .enum(['drop', 'rejected'])
      .default(DATA_DEFAULTS.belowMinRating)
      .describe('what a smaller rating is: left out, or kept as a rejected event for negative sources'),
    useWeights: z
      .boolean()
      .default(DATA_DEFAULTS.useWeights)
      .describe('whether the rating or weight becomes the weight of the edge; off, every edge weighs 1'),
    from: timeBound.optional().describe('first instant that is kept: an ISO date, or seconds since 1970'),
    to: timeBound.optional().describe('first instant that is no longer kept'),
    deduplicate: z
      .enum(['first', 'latest', 'sum', 'none'])
      .default(DATA_DEFAULTS.deduplicate)
      .describe(
        'what becomes of a repeated pair: the first or the latest stays (by time, else by file order), sum adds the weights ' +
          '(needs useWeights) and keeps the first time, none keeps every row. With first, no later interaction moves a pair ' +
          'out of the past',
      ),
    kCore: z
      .union([
        degree,
        z.strictObject({
          user: degree.default(0).describe('fewest positives of a user'),
          item: degree.default(0).describe('fewest positives of an item'),
        }),
      ])
      .default(DATA_DEFAULTS.kCore)
      .describe('users and items with fewer positives leave, again and again until none is left; 0 is off'),
    split: splitConfigSchema,
    seed: z.int().min(0).default(DATA_DEFAULTS.seed).describe('of the split and of nothing else'),
    userFeatures: features
      .default(DATA_DEFAULTS.userFeatures)
      .describe(
        'attributes of users. auto: name.user, users.csv and the like beside the interactions; none; or a file',
      ),
    itemFeatures: features
      .default(DATA_DEFAULTS.itemFeatures)
      .describe(
        'attributes of items. auto: name.item, items.csv and the like beside the interactions; none; or a file',
      ),
    featureSeparator: z
      .string()
      .min(1)
      .default(DATA_DEFAULTS.featureSeparator)
      .describe('separates the values of a multi-valued feature in CSV and JSON lines; RecBole files use a space'),
    coldItems: z
      .enum(['auto', 'keep', 'drop'])
      .default(DATA_DEFAULTS.coldItems)
      .describe(
        'what becomes of rows of the item table that no interaction names. keep makes them items: after all others, candidates, ' +
          'counted as cold; drop leaves them out. auto keeps them where itemFeatures names a file or columns: without features ' +
          'nothing could be learned of them. Items that a filter took out stay out',
      ),
  })
  .refine(({ deduplicate, useWeights }) => deduplicate !== 'sum' || useWeights, {
    message: 'sum adds up weights that nothing would use; set useWeights to true as well',
    path: ['deduplicate'],
  });

export type DataConfig = z.output<typeof dataConfigSchema>;
/** What a caller may write: every key optional. */
export type DataConfigInput = z.input<typeof dataConfigSchema>;

/** Fills in defaults; throws a ConfigError `CONFIG_INVALID` that names every wrong key. */
export function parseDataConfig(input: DataConfigInput = {}): DataConfig {
  return parseStrict(dataConfigSchema, input, 'data');
}
