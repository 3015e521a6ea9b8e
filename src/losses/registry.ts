/** The losses by name: role, option schema, what a main loss compares with, and what `explain` says. */
import { z } from 'zod';
import type { ConceptDoc } from '../core/concept-doc.js';
import { dclSchema } from './contrastive/dcl.js';
import { infoNceSchema } from './contrastive/info-nce.js';
import { ntXentSchema } from './contrastive/nt-xent.js';
import { embeddingL2Schema } from './embedding-l2.js';
import { LOSS_DOCS } from './loss-docs.js';
import { weightOption } from './loss-options.js';
import { alignmentUniformitySchema } from './main/alignment-uniformity.js';
import { bprSchema } from './main/bpr.js';
import { bslSchema } from './main/bsl.js';
import { cosineContrastiveSchema } from './main/cosine-contrastive.js';
import { hingeSchema } from './main/hinge.js';
import { inBatchSoftmaxSchema } from './main/in-batch-softmax.js';
import { sampledSoftmaxSchema } from './main/sampled-softmax.js';
import { prototypeNceSchema } from './prototypes/prototype-nce.js';
import { concatSchema, swavSchema } from './prototypes/swapped-prediction.js';
import { temperatureOption } from './temperature/temperature.js';

/** A second loss of users and items is off by default, and has no temperature of its own a user. */
const auxiliaryShape = { weight: weightOption(0), temperature: temperatureOption(0.15) };

/** A section without a name is of its default kind. */
const named = (name: string) => (section: unknown) =>
  typeof section === 'object' && section !== null && !('name' in section) ? { name, ...section } : section;

export const lossesSchema = z.strictObject({
  main: z
    .preprocess(
      named('in-batch-softmax'),
      z.discriminatedUnion('name', [
        inBatchSoftmaxSchema,
        sampledSoftmaxSchema,
        bslSchema,
        bprSchema,
        hingeSchema,
        cosineContrastiveSchema,
        alignmentUniformitySchema,
      ]),
    )
    .prefault({}),
  auxiliary: z
    .preprocess(
      named('in-batch-softmax'),
      z.discriminatedUnion('name', [
        inBatchSoftmaxSchema.extend(auxiliaryShape),
        bslSchema.extend(auxiliaryShape),
        alignmentUniformitySchema.extend({ weight: weightOption(0) }),
      ]),
    )
    .prefault({}),
  contrastive: z
    .preprocess(named('info-nce'), z.discriminatedUnion('name', [infoNceSchema, ntXentSchema, dclSchema]))
    .prefault({}),
  prototypes: z
    .preprocess(named('swav'), z.discriminatedUnion('name', [swavSchema, concatSchema, prototypeNceSchema]))
    .prefault({}),
  l2: embeddingL2Schema.prefault({}),
});
export type LossesOptions = z.infer<typeof lossesSchema>;
export type MainLossOptions = LossesOptions['main'];
export type AuxiliaryLossOptions = LossesOptions['auxiliary'];
export type PrototypeOptions = LossesOptions['prototypes'];
export type ContrastiveOptions = LossesOptions['contrastive'];

interface LossEntry {
  readonly role: 'main' | 'contrastive' | 'prototypes' | 'regularisation';
  readonly schema: z.ZodType;
  /**
   * Of a main loss, what it compares with: `softmax`, all candidates at once; `sampled`, so too, but no positives of
   * others; `pairwise`, one negative of a positive at a time; `none`.
   */
  readonly negatives?: 'softmax' | 'sampled' | 'pairwise' | 'none';
  readonly doc: ConceptDoc;
}

export const LOSSES = Object.freeze({
  'in-batch-softmax': {
    role: 'main',
    schema: inBatchSoftmaxSchema,
    negatives: 'softmax',
    doc: LOSS_DOCS['in-batch-softmax'],
  },
  'sampled-softmax': {
    role: 'main',
    schema: sampledSoftmaxSchema,
    negatives: 'sampled',
    doc: LOSS_DOCS['sampled-softmax'],
  },
  bsl: { role: 'main', schema: bslSchema, negatives: 'softmax', doc: LOSS_DOCS.bsl },
  bpr: { role: 'main', schema: bprSchema, negatives: 'pairwise', doc: LOSS_DOCS.bpr },
  hinge: { role: 'main', schema: hingeSchema, negatives: 'pairwise', doc: LOSS_DOCS.hinge },
  'cosine-contrastive': {
    role: 'main',
    schema: cosineContrastiveSchema,
    negatives: 'pairwise',
    doc: LOSS_DOCS['cosine-contrastive'],
  },
  'alignment-uniformity': {
    role: 'main',
    schema: alignmentUniformitySchema,
    negatives: 'none',
    doc: LOSS_DOCS['alignment-uniformity'],
  },
  'info-nce': { role: 'contrastive', schema: infoNceSchema, doc: LOSS_DOCS['info-nce'] },
  'nt-xent': { role: 'contrastive', schema: ntXentSchema, doc: LOSS_DOCS['nt-xent'] },
  dcl: { role: 'contrastive', schema: dclSchema, doc: LOSS_DOCS.dcl },
  swav: { role: 'prototypes', schema: swavSchema, doc: LOSS_DOCS.swav },
  concat: { role: 'prototypes', schema: concatSchema, doc: LOSS_DOCS.concat },
  'prototype-nce': { role: 'prototypes', schema: prototypeNceSchema, doc: LOSS_DOCS['prototype-nce'] },
  l2: { role: 'regularisation', schema: embeddingL2Schema, doc: LOSS_DOCS.l2 },
} as const satisfies Record<string, LossEntry>);
export type LossName = keyof typeof LOSSES;
export const LOSS_NAMES = Object.keys(LOSSES) as LossName[];
