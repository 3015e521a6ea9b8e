/** The prototype part of a step: the batch's users and items beside the prototypes of each side. */
import type * as tf from '@tensorflow/tfjs';
import type { NodeRows } from '../../encoders/index.js';
import type { ActivePrototypeLoss, Clusters, PrototypeSide } from '../../losses/index.js';
import { l2Normalize } from '../../ops/index.js';
import type { EpochFits } from '../epoch-fits.js';
import type { Model } from '../model.js';
import { prototypeVariable } from '../prototypes.js';
import type { DrawnStep } from '../step/drawn-step.js';
import type { PartValue } from './part.js';
import type { ViewPair, ViewSide } from './view-side.js';

interface PrototypePartInput {
  readonly step: DrawnStep;
  /** Of the main pass. */
  readonly rows: NodeRows;
  /** Where something is compared across views. */
  readonly views?: ViewPair;
  readonly model: Model;
  readonly fits: EpochFits;
}

/** @returns undefined while there is nothing to compare with */
export function prototypePart(
  { row, options }: ActivePrototypeLoss,
  { step, rows, views, model, fits }: PrototypePartInput,
): PartValue | undefined {
  const { batch, nodes } = step;
  const sides = {
    users: new BatchSide({
      rowsOf: rows,
      nodes: nodes.users,
      index: batch.userIndex,
      viewed: views?.users,
      prototypes: prototypeVariable(model.variables, 'user'),
      clusters: fits.clustersOf('user'),
    }),
    items: new BatchSide({
      rowsOf: rows,
      nodes: nodes.items,
      index: batch.itemIndex,
      viewed: views?.items,
      prototypes: prototypeVariable(model.variables, 'item'),
      clusters: fits.clustersOf('item'),
    }),
  };
  const part = row.compute(sides, options);
  if (part === undefined) return undefined;
  const { loss, columnError } = part;
  const readings = columnError ? { codeImbalance: columnError } : {};
  return { name: 'prototypes', weight: options.weight, loss, readings };
}

interface SideOfBatch {
  readonly rowsOf: NodeRows;
  readonly nodes: Int32Array;
  readonly index: Int32Array;
  readonly viewed?: ViewSide;
  readonly prototypes?: tf.Variable;
  readonly clusters?: Clusters;
}

class BatchSide implements PrototypeSide {
  readonly index: Int32Array;
  readonly prototypes?: tf.Tensor2D;
  readonly clusters?: Clusters;
  private looked?: tf.Tensor2D;

  constructor(private readonly of: SideOfBatch) {
    this.index = of.index;
    this.prototypes = of.prototypes as unknown as tf.Tensor2D | undefined;
    this.clusters = of.clusters;
  }

  get rows(): tf.Tensor2D {
    this.looked ??= l2Normalize(this.of.rowsOf(this.of.nodes));
    return this.looked;
  }

  get views(): PrototypeSide['views'] {
    const viewed = this.of.viewed!;
    return { first: viewed.rows('first'), second: viewed.rows('second') };
  }
}
