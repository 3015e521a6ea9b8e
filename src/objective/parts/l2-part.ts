/**
 * L2 on rows of the batch, of the table or of every layer: users, positives, negatives of a pairwise loss, and attribute nodes
 * where asked.
 */
import type { NodeRows } from '../../encoders/index.js';
import { type AttributeNodes, attributesOf } from '../../graph/attribute-nodes.js';
import { type ActiveMainLoss, LOSSES, type LossesOptions } from '../../losses/index.js';
import type { StepNodes } from '../step/step-nodes.js';
import type { PartValue } from './part.js';

interface L2PartInput {
  readonly nodes: StepNodes;
  /** Of the table, or of each layer. */
  readonly rows: readonly NodeRows[];
  readonly main?: ActiveMainLoss;
  /** Those that count too. */
  readonly attributes?: AttributeNodes;
}

export function l2Part({ weight }: LossesOptions['l2'], { nodes, rows, main, attributes }: L2PartInput): PartValue {
  const entities = [nodes.users, nodes.items];
  // of a softmax the candidates are too many and too alike to be regularised one by one
  if (main?.row.negatives === 'pairwise') entities.push(nodes.negatives);
  const counted = attributes ? [...entities, ...entities.map((group) => attributesOf(attributes, group))] : entities;
  const groups = rows.flatMap((of) => counted.map((group) => of(group)));
  return { name: 'l2', weight, loss: LOSSES.l2.compute({ groups, batchSize: nodes.users.length }), readings: {} };
}
