/**
 * The `data` section of a configuration: how files are read, what is filtered out, how the rest is split.
 * Order of effect: bad rows, events, date range, minimum rating, de-duplication, k-core, split.
 */
import { z } from 'zod';
import { parseStrict } from '../core/strict-config.js';
import { EVENT_CODES, type EventName } from './interaction-set.js';
import { splitConfigSchema, timeBound } from './split-config.js';

export const FORMAT_NAMES = ['lightgcn', 'recbole', 'csv', 'jsonl'] as const;
export type FormatName = (typeof FORMAT_NAMES)[number];

/** What a feature column can be told to be; `ignore` leaves it out. */
export const FEATURE_KINDS = ['categorical', 'multi-valued', 'numeric', 'text', 'ignore'] as const;

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
} as const);

/** A column by its name, or by its number counted from 1 (the only way where the file has no header). */
const column = z.union([z.string().min(1), z.int().min(1)]);
/** `false`: do not use such a column even if one is found by its name. */
const optionalColumn = z.union([z.string().min(1), z.int().min(1), z.literal(false)]);

const columns = z.strictObject({
  user: column.optional(),
  item: column.optional(),
  timestamp: optionalColumn.optional(),
  weight: optionalColumn.optional(),
  event: optionalColumn.optional(),
});

const degree = z.int().min(0);

/** Attributes of one side: looked for, left alone, or a file with the kinds of some of its columns. */
const features = z.union([
  z.enum(['auto', 'none']),
  z.strictObject({
    /** Relative to the folder of the interactions. */
    path: z.string().min(1),
    /** Column with the ids; found by its name where absent. */
    id: z.string().min(1).optional(),
    /** Kinds of columns that should not be inferred. */
    columns: z.record(z.string(), z.enum(FEATURE_KINDS)).default({}),
  }),
]);

export type FeatureSource = z.output<typeof features>;

export const dataConfigSchema = z
  .strictObject({
    /** `auto` decides by looking into the file. */
    format: z.enum(['auto', ...FORMAT_NAMES]).default(DATA_DEFAULTS.format),
    /** Found by their names where absent; without a header user is column 1 and item is column 2. */
    columns: columns.prefault({}),
    /** One character, or `auto`. CSV only. */
    delimiter: z.union([z.literal('auto'), z.string().length(1)]).default(DATA_DEFAULTS.delimiter),
    /** Whether the first line names the columns. CSV only. */
    header: z.union([z.literal('auto'), z.boolean()]).default(DATA_DEFAULTS.header),
    /** One character, or `false` for files in which quotes mean nothing. CSV only. */
    quote: z.union([z.string().length(1), z.literal(false)]).default(DATA_DEFAULTS.quote),
    /** `skip` leaves bad rows out, counts them and tells the first ten. */
    onBadRow: z.enum(['error', 'skip']).default(DATA_DEFAULTS.onBadRow),
    /** What the values of the event column mean. Without it our own event names are known, all others positive. */
    events: z.record(z.string(), z.enum([...(Object.keys(EVENT_CODES) as EventName[]), 'ignore'])).optional(),
    /** Smallest rating that counts as positive. */
    minRating: z.number().optional(),
    /** What a smaller rating is: left out, or kept as a `rejected` event for negative sources. */
    belowMinRating: z.enum(['drop', 'rejected']).default(DATA_DEFAULTS.belowMinRating),
    /** Whether the rating or weight becomes the weight of the edge; off, every edge weighs 1. */
    useWeights: z.boolean().default(DATA_DEFAULTS.useWeights),
    /** First instant that is kept. */
    from: timeBound.optional(),
    /** First instant that is no longer kept. */
    to: timeBound.optional(),
    /**
     * What becomes of a repeated pair: the `first` or the `latest` stays (by time, else by file order), `sum` adds the
     * weights (1 each where there are none) and keeps the first time, `none` keeps every row. With the default,
     * `first`, no later interaction moves a pair out of the past.
     */
    deduplicate: z.enum(['first', 'latest', 'sum', 'none']).default(DATA_DEFAULTS.deduplicate),
    /** Users and items with fewer positives go, again and again until none is left. 0 = off. */
    kCore: z
      .union([degree, z.strictObject({ user: degree.default(0), item: degree.default(0) })])
      .default(DATA_DEFAULTS.kCore),
    split: splitConfigSchema,
    /** Of the split and of nothing else. */
    seed: z.int().min(0).default(DATA_DEFAULTS.seed),
    /** `auto`: `<name>.user`, `users.csv` and the like beside the interactions. */
    userFeatures: features.default(DATA_DEFAULTS.userFeatures),
    /** `auto`: `<name>.item`, `items.csv` and the like beside the interactions. */
    itemFeatures: features.default(DATA_DEFAULTS.itemFeatures),
    /** Separates the values of a multi-valued feature in CSV and JSON lines; RecBole files use a space. */
    featureSeparator: z.string().min(1).default(DATA_DEFAULTS.featureSeparator),
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
