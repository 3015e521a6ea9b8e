/** The teacher part of a step: towers of the batch's items beside a finished run's vectors, or scores, of those that it knows. */
import * as tf from '@tensorflow/tfjs';
import { distinctInt32 } from '../../core/distinct-int32.js';
import type { Side } from '../../core/side.js';
import type { NodeRows } from '../../encoders/index.js';
import { contentAlignment, type DistillationOptions, scoreDistillation } from '../../losses/index.js';
import { l2Normalize, similarity } from '../../ops/index.js';
import type { Teacher } from '../../runs/teacher/teacher.js';
import type { Model } from '../model.js';
import type { StepNodes } from '../step/step-nodes.js';
import type { PartValue } from './part.js';

interface TeacherPartInput {
  readonly model: Model;
  readonly teacher: Teacher;
  readonly nodes: StepNodes;
  readonly numUsers: number;
  /** Of the main pass. */
  readonly rows: NodeRows;
  /** Whether the student scores by cosine. */
  readonly byCosine: boolean;
}

export function teacherPart(options: DistillationOptions, input: TeacherPartInput): PartValue {
  return { name: 'teacher', weight: options.weight, loss: distilled(options, input), readings: {} };
}

/** 0 for a batch of which the teacher knows nothing. */
function distilled(options: DistillationOptions, input: TeacherPartInput): tf.Scalar {
  const { model, teacher, nodes, numUsers, rows, byCosine } = input;
  const items = nodes.taught.map((node) => node - numUsers).filter((item) => teacher.knows.item[item]);
  const users = distinctInt32(nodes.users).filter((user) => teacher.knows.user[user]);
  if (items.length === 0 || (options.of === 'scores' && users.length === 0)) return tf.scalar(0);
  const contents = (): tf.Tensor2D => model.encoder.towers!.item!.encode({ rows: items });
  const taught = vectorsOf(teacher, 'item', items);
  if (options.of === 'vectors') return contentAlignment(l2Normalize(taught), l2Normalize(contents()), options);
  const own = options.student === 'rows' ? rows(items.map((item) => item + numUsers)) : contents();
  const compared = (vectors: tf.Tensor2D): tf.Tensor2D => (byCosine ? l2Normalize(vectors) : vectors);
  const student = similarity(compared(rows(users)), compared(own));
  return scoreDistillation(similarity(vectorsOf(teacher, 'user', users), taught), student, options);
}

/** `[numbers.length, embeddingDim]`. */
function vectorsOf({ vectors, embeddingDim }: Teacher, side: Side, numbers: Int32Array): tf.Tensor2D {
  const values = new Float32Array(numbers.length * embeddingDim);
  for (const [at, number] of numbers.entries()) {
    values.set(vectors[side].subarray(number * embeddingDim, (number + 1) * embeddingDim), at * embeddingDim);
  }
  return tf.tensor2d(values, [numbers.length, embeddingDim]);
}
