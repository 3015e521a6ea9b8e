/** One part of the joint objective at a step. */
import type * as tf from '@tensorflow/tfjs';
import type { LossParts } from '../step/step-result.js';
import type { NegativeProbe } from './negative-probe.js';

type PartName = 'main' | 'auxiliary' | 'contrastive' | 'prototypes' | 'features' | 'alignment' | 'teacher' | 'l2';

/** Numbers that are read with the parts and are no losses. */
export type ReadingName = Exclude<keyof LossParts, PartName | 'total'>;
export type Readings = Readonly<Partial<Record<ReadingName, tf.Scalar>>>;

export interface PartValue {
  readonly name: PartName;
  /** Of the part in the total. */
  readonly weight: number;
  readonly loss: tf.Scalar;
  readonly readings: Readings;
  /** Of a step that was probed. */
  readonly probe?: NegativeProbe;
}
