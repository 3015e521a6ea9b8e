/** The section `losses` of a configuration: a loss by name for each part, its options read from the registry's rows. */
import { z } from 'zod';
import { embeddingL2Schema } from './embedding-l2.js';
import { similarityOption, weightOption } from './loss-options.js';
import { alignmentUniformitySchema } from './main/alignment-uniformity.js';
import { bslSchema } from './main/bsl.js';
import { inBatchSoftmaxSchema } from './main/in-batch-softmax.js';
import { CONTRASTIVE_LOSSES, MAIN_LOSSES, PROTOTYPE_LOSSES } from './registry.js';
import { temperatureOption } from './temperature/temperature.js';

/** A second loss of users and items is off by default, and has no temperature of its own a user. */
const auxiliaryWeight = weightOption(0).describe(
  'share in the joint objective; 0 switches the part off. Too large: ranking follows the main loss’s similarity, which is then hardly trained',
);
const auxiliarySimilarity = similarityOption('cosine').describe(
  'in this loss only; ranking and export follow losses.main.similarity',
);
const auxiliaryShape = {
  weight: auxiliaryWeight,
  similarity: auxiliarySimilarity,
  temperature: temperatureOption(0.15),
};

/** A section without a name is of its default kind. */
const named = (name: string) => (section: unknown) =>
  typeof section === 'object' && section !== null && !('name' in section) ? { name, ...section } : section;

type Rows = Readonly<Record<string, { readonly schema: z.core.$ZodTypeDiscriminable }>>;

/** The schemas of some rows, of which there is at least one. */
function schemasOf<Given extends Rows>(rows: Given) {
  type Schema = Given[keyof Given]['schema'];
  return Object.values(rows).map(({ schema }) => schema) as unknown as readonly [Schema, ...Schema[]];
}

export const lossesSchema = z.strictObject({
  main: z
    .preprocess(named('in-batch-softmax'), z.discriminatedUnion('name', schemasOf(MAIN_LOSSES)))
    .prefault({})
    .describe('what is ranked: users and their items against negatives'),
  // those that can do with the batch alone
  auxiliary: z
    .preprocess(
      named('in-batch-softmax'),
      z.discriminatedUnion('name', [
        inBatchSoftmaxSchema.extend(auxiliaryShape),
        bslSchema.extend(auxiliaryShape),
        alignmentUniformitySchema.extend({ weight: auxiliaryWeight }),
      ]),
    )
    .prefault({})
    .describe('a second loss of users and items on the same pass, over the batch’s positives alone'),
  contrastive: z
    .preprocess(named('info-nce'), z.discriminatedUnion('name', schemasOf(CONTRASTIVE_LOSSES)))
    .prefault({})
    .describe('two views of a node agree; of users plus of items'),
  prototypes: z
    .preprocess(named('swav'), z.discriminatedUnion('name', schemasOf(PROTOTYPE_LOSSES)))
    .prefault({})
    .describe('nodes fall into groups'),
  l2: embeddingL2Schema.prefault({}),
});
export type LossesOptions = z.infer<typeof lossesSchema>;
export type MainLossOptions = LossesOptions['main'];
export type AuxiliaryLossOptions = LossesOptions['auxiliary'];
export type PrototypeOptions = LossesOptions['prototypes'];
export type ContrastiveOptions = LossesOptions['contrastive'];
