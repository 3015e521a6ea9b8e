/** The contrastive part of a step: users under both views plus items under both views. */
import * as tf from '@tensorflow/tfjs';
import type { ActiveContrastiveLoss, ProjectionHead } from '../../losses/index.js';
import type { PartValue } from './part.js';
import { atStep, type PartTemperature } from './temperatures.js';
import { ContrastedSide, type ViewPair } from './view-side.js';

interface ContrastivePartInput {
  readonly views: ViewPair;
  readonly temperature: PartTemperature;
  readonly head?: ProjectionHead;
}

export function contrastivePart(
  { row, options }: ActiveContrastiveLoss,
  { views, temperature, head }: ContrastivePartInput,
): PartValue {
  const tempered = atStep(options, temperature);
  const users = row.compute(new ContrastedSide(views.users, head), tempered);
  const items = row.compute(new ContrastedSide(views.items, head), tempered);
  return {
    name: 'contrastive',
    weight: options.weight,
    loss: tf.add(users, items),
    readings: temperature.readings,
  };
}
