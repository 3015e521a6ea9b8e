/** The alignment part of a step: the batch's entities that have both, their id rows beside their towers' vectors. */
import * as tf from '@tensorflow/tfjs';
import { distinctInt32 } from '../../core/distinct-int32.js';
import type { Side } from '../../core/side.js';
import type { NodeRows } from '../../encoders/index.js';
import { type ContentAlignmentOptions, contentAlignment } from '../../losses/index.js';
import { l2Normalize } from '../../ops/index.js';
import type { Model } from '../model.js';
import type { StepNodes } from '../step/step-nodes.js';
import type { PartValue } from './part.js';

interface AlignmentPartInput {
  readonly model: Model;
  readonly nodes: StepNodes;
  readonly numUsers: number;
  /** Rows of the id table. */
  readonly idRows: NodeRows;
}

export function alignmentPart(
  options: ContentAlignmentOptions,
  { model, nodes, numUsers, idRows }: AlignmentPartInput,
): PartValue {
  const losses = model.alignedSides.map((side: Side) => {
    const own = distinctInt32(side === 'user' ? nodes.users : nodes.items);
    const rows = side === 'user' ? own : own.map((node) => node - numUsers);
    const contents = model.encoder.towers![side]!.encode({ rows });
    return contentAlignment(l2Normalize(idRows(own)), l2Normalize(contents), options);
  });
  return { name: 'alignment', weight: options.weight, loss: tf.addN(losses) as tf.Scalar, readings: {} };
}
