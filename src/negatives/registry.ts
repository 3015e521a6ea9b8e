/** Every negative source by name; see `source-row.ts` for what a row says. */
import { z } from 'zod';
import { ConfigError } from '../core/errors.js';
import { schemasOf } from '../core/schemas-of.js';
import type { NegativeSource, SourceContext } from './negative-source.js';
import { SOURCE_DOCS } from './source-docs.js';
import { defineNegativeSource, type NegativeSourceRow } from './source-row.js';
import { attribute, attributeSchema } from './sources/attribute.js';
import { eliminated, eliminatedSchema } from './sources/eliminated.js';
import { exposure, exposureSchema } from './sources/exposure.js';
import { hardestInBatch, hardestInBatchSchema } from './sources/hardest-in-batch.js';
import { inBatch, inBatchSchema } from './sources/in-batch.js';
import { labelled, labelledSchema } from './sources/labelled.js';
import { mixedSchema } from './sources/mixed.js';
import { popularity, popularitySourceSchema } from './sources/popularity.js';
import { coldSchema, hotSchema, popularityTail } from './sources/popularity-tail.js';
import { queueSchema, VectorQueue } from './sources/queue.js';
import { annSchema, rankSource, rankWindowSchema } from './sources/rank-window.js';
import { rejected, rejectedSchema } from './sources/rejected.js';
import { uniform, uniformSchema } from './sources/uniform.js';

const positiveShare = ({ itemDegrees, graph, positiveProbability }: SourceContext) =>
  positiveProbability ?? ((item: number) => itemDegrees[item] / graph.numEdges);

export const NEGATIVE_SOURCES = Object.freeze({
  uniform: defineNegativeSource({
    schema: uniformSchema,
    create: ({ graph }) => uniform(graph.numItems),
    doc: SOURCE_DOCS.uniform,
  }),
  popularity: defineNegativeSource({
    schema: popularitySourceSchema,
    create: ({ itemDegrees }, { exponent }) => popularity(itemDegrees, exponent),
    doc: SOURCE_DOCS.popularity,
  }),
  'in-batch': defineNegativeSource({
    schema: inBatchSchema,
    create: (context) => inBatch(positiveShare(context)),
    doc: SOURCE_DOCS['in-batch'],
  }),
  /** Never made as such: `expandSources` puts in-batch and uniform in its place. */
  mixed: defineNegativeSource({
    schema: mixedSchema,
    create: (context) => inBatch(positiveShare(context)),
    doc: SOURCE_DOCS.mixed,
  }),
  hot: defineNegativeSource({
    schema: hotSchema,
    create: ({ itemDegrees }, { share }) => popularityTail('hot', itemDegrees, share),
    doc: SOURCE_DOCS.hot,
  }),
  cold: defineNegativeSource({
    schema: coldSchema,
    create: ({ itemDegrees }, { share }) => popularityTail('cold', itemDegrees, share),
    doc: SOURCE_DOCS.cold,
  }),
  exposure: defineNegativeSource({
    schema: exposureSchema,
    create: (context, { of }) => exposure(context, of),
    doc: SOURCE_DOCS.exposure,
  }),
  attribute: defineNegativeSource({
    schema: attributeSchema,
    create: (context, options) => attribute(context, options.attribute),
    doc: SOURCE_DOCS.attribute,
  }),
  rejected: defineNegativeSource({ schema: rejectedSchema, create: rejected, doc: SOURCE_DOCS.rejected }),
  eliminated: defineNegativeSource({
    schema: eliminatedSchema,
    create: (context, { stage }) => eliminated(context, stage),
    doc: SOURCE_DOCS.eliminated,
  }),
  'rank-window': defineNegativeSource({
    schema: rankWindowSchema,
    create: (context, options) => rankSource(context, 'rank-window', options),
    doc: SOURCE_DOCS['rank-window'],
  }),
  'hardest-in-batch': defineNegativeSource({
    schema: hardestInBatchSchema,
    create: (context) => hardestInBatch(context, context.removeKnown ?? false),
    doc: SOURCE_DOCS['hardest-in-batch'],
  }),
  ann: defineNegativeSource({
    schema: annSchema,
    create: (context, options) => rankSource(context, 'ann', { ...options, model: options.warmUp }),
    doc: SOURCE_DOCS.ann,
  }),
  queue: defineNegativeSource({
    schema: queueSchema,
    isStored: true,
    create: (context, { size, momentum, gradient }) =>
      new VectorQueue(size, momentum, positiveShare(context), gradient === 'carried'),
    doc: SOURCE_DOCS.queue,
  }),
  labelled: defineNegativeSource({
    schema: labelledSchema,
    create: (context, { file }) => labelled(context, file),
    doc: SOURCE_DOCS.labelled,
  }),
});

export type NegativeSourceName = keyof typeof NEGATIVE_SOURCES;
export const NEGATIVE_SOURCE_NAMES = Object.keys(NEGATIVE_SOURCES) as NegativeSourceName[];

/** The registry's sources, or others over it. */
export type NegativeSourceTable = Readonly<Record<string, NegativeSourceRow>>;

/** One source's options, told apart by `name`; the type is that of the registry's. */
export const negativeSourceSchemaOf = (sources: typeof NEGATIVE_SOURCES) =>
  z.discriminatedUnion('name', schemasOf(sources));
export const negativeSourceSchema = negativeSourceSchemaOf(NEGATIVE_SOURCES);
export type NegativeSourceOptions = z.infer<typeof negativeSourceSchema>;
/** Without the names that stand for several sources. */
export type DrawnSourceOptions = Exclude<NegativeSourceOptions, { name: 'mixed' }>;

/** @throws ConfigError `EXTENSION_ROW` for a row that makes another kind of source than it says */
export function createSource(
  context: SourceContext,
  options: NegativeSourceOptions,
  sources: NegativeSourceTable = NEGATIVE_SOURCES,
): NegativeSource {
  const row = sources[options.name];
  const { isStored = false } = row;
  const source = row.create(context, options);
  if ((source.kind === 'stored') === isStored) return source;
  throw new ConfigError(
    'EXTENSION_ROW',
    `negative source ${options.name} is of the kind ${source.kind}, but its row says isStored: ${isStored}`,
  );
}

/** `mixed` written out as the two sources that it is. */
export function expandSources(sources: readonly NegativeSourceOptions[]): DrawnSourceOptions[] {
  return sources.flatMap((source) => {
    if (source.name !== 'mixed') return [source];
    const { ratio, fromStep, untilStep, afterStall } = source;
    const schedule = { fromStep, untilStep, afterStall };
    return [
      inBatchSchema.parse({ name: 'in-batch', ...schedule }),
      uniformSchema.parse({ name: 'uniform', ratio, ...schedule }),
    ];
  });
}
