/**
 * What a row of the registry says of a loss: the schema of its options, how it is computed, what it needs of a step, and
 * what `explain` prints. Whoever computes a step asks the row and knows no loss by name.
 *
 * `compute` and what else asks for options are methods: TypeScript then takes a row of particular options as a row of any,
 * and the options that a row gets are always its own, as its schema has read them.
 */
import type { Scalar, Tensor2D } from '@tensorflow/tfjs';
import type { z } from 'zod';
import type { ConceptDoc } from '../core/concept-doc.js';
import type { ContrastedViews } from './contrastive/contrasted-views.js';
import type { MainLossInput } from './main/main-loss-input.js';
import type { TopKPlan } from './main/top-k-weights.js';
import type { PrototypePart, PrototypeSides } from './prototypes/prototype-sides.js';
import type { Temperature } from './temperature/temperature.js';

/** Options at a step: the temperature is what it is by then. */
export type AtStep<Options> = {
  readonly [Key in keyof Options]: Key extends 'temperature' ? Temperature : Options[Key];
};

type LossSchema = z.ZodObject<{ name: z.ZodLiteral<string>; weight: z.ZodType<number> }>;
type MainSchema = z.ZodObject<{
  name: z.ZodLiteral<string>;
  weight: z.ZodType<number>;
  similarity: z.ZodType<'cosine' | 'inner-product'>;
}>;

/** About users and their items: what is ranked. */
export interface MainLoss<Schema extends MainSchema = MainSchema> {
  readonly role: 'main';
  readonly schema: Schema;
  /**
   * What a positive is compared with: `softmax`, all candidates at once; `sampled`, so too, but no positives of others;
   * `pairwise`, one negative at a time; `none`.
   */
  readonly negatives: 'softmax' | 'sampled' | 'pairwise' | 'none';
  /** When `MainLossInput.topKScores` is looked for; undefined or absent: never. */
  topK?(options: z.infer<Schema>): TopKPlan | undefined;
  /** The mean over the batch's positives; its options may have a temperature. */
  compute(input: MainLossInput, options: AtStep<z.infer<Schema>>): Scalar;
  readonly doc: ConceptDoc;
}

/** Between two views of the same nodes. Options may have a temperature and the `head` of `projection-head.ts`. */
export interface ContrastiveLoss<Schema extends LossSchema = LossSchema> {
  readonly role: 'contrastive';
  readonly schema: Schema;
  /** The setting that asks for `ContrastedViews.every`, as `key value`; undefined or absent: the batch's nodes are enough. */
  everyNode?(options: z.infer<Schema>): string | undefined;
  /**
   * Asks for `ContrastedViews.paired`, whose neighbours are drawn among so many of the most alike; absent: not asked for.
   */
  neighbours?(options: z.infer<Schema>): number;
  /** Of one side; the objective adds up users and items. */
  compute(views: ContrastedViews, options: AtStep<z.infer<Schema>>): Scalar;
  readonly doc: ConceptDoc;
}

/** Nodes fall into groups. */
export interface PrototypeLoss<Schema extends LossSchema = LossSchema> {
  readonly role: 'prototypes';
  readonly schema: Schema;
  /** Whether `PrototypeSide.views` is asked for, or rows of the main pass alone. */
  readonly compares: 'views' | 'main-pass';
  /** Absent: none are trained. */
  trained?(options: z.infer<Schema>): PrototypePlan;
  /** Absent: none are fitted. */
  clusters?(options: z.infer<Schema>): ClusterPlan;
  /** @returns undefined while there is nothing to compare with */
  compute(sides: PrototypeSides, options: z.infer<Schema>): PrototypePart | undefined;
  /**
   * What to do about codes that are far from equal shares, as a sentence; undefined where they are near enough.
   * @param codeImbalance mean of `PrototypePart.columnError` over an epoch
   */
  imbalanceWarning?(codeImbalance: number, options: z.infer<Schema>): string | undefined;
  readonly doc: ConceptDoc;
}

/** Prototypes that are variables; a side without a number has none. */
export interface PrototypePlan {
  readonly numUserPrototypes?: number;
  readonly numItemPrototypes?: number;
  /** Steps for which they stay as they are. */
  readonly freezeSteps: number;
}

/** k-means over the embeddings of each side. */
export interface ClusterPlan {
  readonly numUserPrototypes: number;
  readonly numItemPrototypes: number;
  /** Epoch (from 1) that begins with the first fit, and epochs from one fit to the next. */
  readonly startEpoch: number;
  readonly refreshEvery: number;
  readonly kMeansIterations: number;
}

/** On rows of the trainable table. */
export interface RegularisationLoss<Schema extends z.ZodObject = z.ZodObject> {
  readonly role: 'regularisation';
  readonly schema: Schema;
  compute(input: RegularisedRows): Scalar;
  readonly doc: ConceptDoc;
}

export interface RegularisedRows {
  /** Looked-up rows (users, positives, negatives, attribute nodes), each `[count, dim]`; some may be empty. */
  readonly groups: readonly Tensor2D[];
  readonly batchSize: number;
}

type RowOf<Loss> = Omit<Loss, 'role'>;

export function mainLoss<Schema extends MainSchema>(row: RowOf<MainLoss<Schema>>): MainLoss<Schema> {
  return { role: 'main', ...row };
}

export function contrastiveLoss<Schema extends LossSchema>(
  row: RowOf<ContrastiveLoss<Schema>>,
): ContrastiveLoss<Schema> {
  return { role: 'contrastive', ...row };
}

export function prototypeLoss<Schema extends LossSchema>(row: RowOf<PrototypeLoss<Schema>>): PrototypeLoss<Schema> {
  return { role: 'prototypes', ...row };
}

export function regularisationLoss<Schema extends z.ZodObject>(
  row: RowOf<RegularisationLoss<Schema>>,
): RegularisationLoss<Schema> {
  return { role: 'regularisation', ...row };
}
