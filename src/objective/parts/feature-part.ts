/** The feature part of a step: entities drawn over the catalogue, under two views of what is known of them. */
import * as tf from '@tensorflow/tfjs';
import { Rng } from '../../core/rng.js';
import type { Side } from '../../core/side.js';
import type { Tower } from '../../encoders/index.js';
import {
  contrastedSides,
  type FeatureContrastOptions,
  featureContrast,
  type ProjectionHead,
} from '../../losses/index.js';
import { l2Normalize } from '../../ops/index.js';
import { drawFieldView, type FieldViewOptions } from '../../views/index.js';
import type { Model } from '../model.js';
import { featureBatch } from '../step/feature-batch.js';
import type { PartValue } from './part.js';

interface FeaturePartInput {
  readonly model: Model;
  readonly view: FieldViewOptions;
  readonly seed: number;
  readonly step: number;
}

export function featurePart(options: FeatureContrastOptions, input: FeaturePartInput): PartValue {
  const losses = contrastedSides(options).map((side) => ofSide(side, options, input));
  return { name: 'features', weight: options.weight, loss: tf.addN(losses) as tf.Scalar, readings: {} };
}

function ofSide(side: Side, options: FeatureContrastOptions, input: FeaturePartInput): tf.Scalar {
  const { model, view, seed, step } = input;
  const tower = model.encoder.towers![side]!;
  const rng = Rng.of(seed, 'features', side, step);
  const rows = featureBatch(tower.numEntities, options.batchSize, rng);
  const context = { fields: tower.fields, mutualInformation: () => model.mutualInformation(side) };
  const { first, second } = drawFieldView(context, view, rng);
  const rowsUnder = (mask: typeof first) =>
    compared(tower, model.featureHead, { rows, mask, dropoutKeys: tower.dropoutKeys(rng) });
  return featureContrast(rowsUnder(first), rowsUnder(second), options);
}

/** Unit rows, behind the head where there is one. */
function compared(tower: Tower, head: ProjectionHead | undefined, pass: Parameters<Tower['encode']>[0]): tf.Tensor2D {
  const vectors = tower.encode(pass);
  return l2Normalize(head ? head.project(vectors) : vectors);
}
