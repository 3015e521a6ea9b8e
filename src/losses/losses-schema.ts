/** The section `losses` of a configuration: a loss by name for each part, its options read from the registry's rows. */
import { z } from 'zod';
import { schemasOf } from '../core/schemas-of.js';
import { embeddingL2Schema } from './embedding-l2.js';
import { featureContrastSchema } from './features/feature-contrast.js';
import { similarityOption, weightOption } from './loss-options.js';
import { alignmentUniformitySchema } from './main/alignment-uniformity.js';
import { bslSchema } from './main/bsl.js';
import { inBatchSoftmaxSchema } from './main/in-batch-softmax.js';
import { LOSS_TABLES } from './registry.js';
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

/** The input of a section whose kind `Name` needs no name. */
type Unnamed<Input, Name> = Input | (Omit<Extract<Input, { name: Name }>, 'name'> & { name?: undefined });

/** A section without a name is of its default kind. */
function unnamed<Name extends string, Union extends z.ZodType>(name: Name, union: Union) {
  const named = (section: Unnamed<z.input<Union>, Name>): unknown =>
    typeof section === 'object' && section !== null && !('name' in section)
      ? { name, ...(section as object) }
      : section;
  return z.preprocess(named, union);
}

/** The section over some losses; its type is that of the registry's. */
export const lossesSchemaOf = ({ main, contrastive, prototypes }: typeof LOSS_TABLES) =>
  z.strictObject({
    main: unnamed('in-batch-softmax', z.discriminatedUnion('name', schemasOf(main)))
      .prefault({})
      .describe('what is ranked: users and their items against negatives'),
    // those that can do with the batch alone
    auxiliary: unnamed(
      'in-batch-softmax',
      z.discriminatedUnion('name', [
        inBatchSoftmaxSchema.omit({ topK: true }).extend(auxiliaryShape),
        bslSchema.omit({ topK: true }).extend(auxiliaryShape),
        alignmentUniformitySchema.extend({ weight: auxiliaryWeight }),
      ]),
    )
      .prefault({})
      .describe('a second loss of users and items on the same pass, over the batch’s positives alone'),
    contrastive: unnamed('info-nce', z.discriminatedUnion('name', schemasOf(contrastive)))
      .prefault({})
      .describe('two views of a node agree; of users plus of items'),
    prototypes: unnamed('swav', z.discriminatedUnion('name', schemasOf(prototypes)))
      .prefault({})
      .describe('nodes fall into groups'),
    features: featureContrastSchema
      .prefault({})
      .describe('two views of what is known of an entity agree, for entities drawn uniformly over the catalogue'),
    l2: embeddingL2Schema.prefault({}),
  });

export const lossesSchema = lossesSchemaOf(LOSS_TABLES);
export type LossesOptions = z.infer<typeof lossesSchema>;
export type MainLossOptions = LossesOptions['main'];
export type AuxiliaryLossOptions = LossesOptions['auxiliary'];
export type PrototypeOptions = LossesOptions['prototypes'];
export type ContrastiveOptions = LossesOptions['contrastive'];
