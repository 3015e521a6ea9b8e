/** Every negative source by name: its option schema, its kind, how to make it, and what `explain` says about it. */
import { z } from 'zod';
import type { ConceptDoc } from '../core/concept-doc.js';
import type { NegativeSource, SourceContext } from './negative-source.js';
import { SOURCE_DOCS } from './source-docs.js';
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

interface SourceEntry<Options> {
  readonly schema: z.ZodType<Options>;
  readonly create: (context: SourceContext, options: Options) => NegativeSource;
  readonly doc: ConceptDoc;
}

const entry = <Options>(row: SourceEntry<Options>): SourceEntry<Options> => row;

const positiveShare = ({ itemDegrees, graph, positiveProbability }: SourceContext) =>
  positiveProbability ?? ((item: number) => itemDegrees[item] / graph.numEdges);

export const NEGATIVE_SOURCES = Object.freeze({
  uniform: entry({
    schema: uniformSchema,
    create: ({ graph }) => uniform(graph.numItems),
    doc: SOURCE_DOCS.uniform,
  }),
  popularity: entry({
    schema: popularitySourceSchema,
    create: ({ itemDegrees }, { exponent }) => popularity(itemDegrees, exponent),
    doc: SOURCE_DOCS.popularity,
  }),
  'in-batch': entry({
    schema: inBatchSchema,
    create: (context) => inBatch(positiveShare(context)),
    doc: SOURCE_DOCS['in-batch'],
  }),
  /** Never made as such: `expandSources` puts in-batch and uniform in its place. */
  mixed: entry({ schema: mixedSchema, create: (context) => inBatch(positiveShare(context)), doc: SOURCE_DOCS.mixed }),
  hot: entry({
    schema: hotSchema,
    create: ({ itemDegrees }, { share }) => popularityTail('hot', itemDegrees, share),
    doc: SOURCE_DOCS.hot,
  }),
  cold: entry({
    schema: coldSchema,
    create: ({ itemDegrees }, { share }) => popularityTail('cold', itemDegrees, share),
    doc: SOURCE_DOCS.cold,
  }),
  exposure: entry({
    schema: exposureSchema,
    create: (context, { of }) => exposure(context, of),
    doc: SOURCE_DOCS.exposure,
  }),
  attribute: entry({
    schema: attributeSchema,
    create: (context, options) => attribute(context, options.attribute),
    doc: SOURCE_DOCS.attribute,
  }),
  rejected: entry({ schema: rejectedSchema, create: rejected, doc: SOURCE_DOCS.rejected }),
  eliminated: entry({
    schema: eliminatedSchema,
    create: (context, { stage }) => eliminated(context, stage),
    doc: SOURCE_DOCS.eliminated,
  }),
  'rank-window': entry({
    schema: rankWindowSchema,
    create: (context, options) => rankSource(context, 'rank-window', options),
    doc: SOURCE_DOCS['rank-window'],
  }),
  'hardest-in-batch': entry({
    schema: hardestInBatchSchema,
    create: (context) => hardestInBatch(context, context.removeKnown ?? false),
    doc: SOURCE_DOCS['hardest-in-batch'],
  }),
  ann: entry({
    schema: annSchema,
    create: (context, options) => rankSource(context, 'ann', { ...options, model: options.warmUp }),
    doc: SOURCE_DOCS.ann,
  }),
  queue: entry({
    schema: queueSchema,
    create: (context, { size, momentum, gradient }) =>
      new VectorQueue(size, momentum, positiveShare(context), gradient === 'carried'),
    doc: SOURCE_DOCS.queue,
  }),
  labelled: entry({
    schema: labelledSchema,
    create: (context, { file }) => labelled(context, file),
    doc: SOURCE_DOCS.labelled,
  }),
});

export type NegativeSourceName = keyof typeof NEGATIVE_SOURCES;
export const NEGATIVE_SOURCE_NAMES = Object.keys(NEGATIVE_SOURCES) as NegativeSourceName[];

/** One source's options, told apart by `name`. */
export const negativeSourceSchema = z.discriminatedUnion('name', [
  uniformSchema,
  popularitySourceSchema,
  inBatchSchema,
  mixedSchema,
  hotSchema,
  coldSchema,
  exposureSchema,
  attributeSchema,
  rejectedSchema,
  eliminatedSchema,
  rankWindowSchema,
  hardestInBatchSchema,
  annSchema,
  queueSchema,
  labelledSchema,
]);
export type NegativeSourceOptions = z.infer<typeof negativeSourceSchema>;
/** Without the names that stand for several sources. */
export type DrawnSourceOptions = Exclude<NegativeSourceOptions, { name: 'mixed' }>;

export function createSource(context: SourceContext, options: NegativeSourceOptions): NegativeSource {
  // the union and the table have the same keys, which the type system can't follow through the index
  const { create } = NEGATIVE_SOURCES[options.name] as SourceEntry<NegativeSourceOptions>;
  return create(context, options);
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
