/** What one step of training gives: losses, gradients, and on request a report on its negatives. */
import type { Tensor } from '@tensorflow/tfjs';
import type { SourceReport } from '../../runs/report.js';

/** Value of each part before weighting, and the weighted total. */
export interface LossParts {
  total: number;
  main?: number;
  auxiliary?: number;
  contrastive?: number;
  prototypes?: number;
  /** Not a loss: how far the codes are from giving every prototype its equal share, 0 = exactly equal. */
  codeImbalance?: number;
  /** Of two views of what is known of entities. */
  features?: number;
  /** Between id rows and what is known. */
  alignment?: number;
  /** Between what is known of items and a finished run. */
  teacher?: number;
  l2?: number;
  /** Not losses: of the main loss and the others, where it is not a fixed number; the mean where it differs by user. */
  temperature?: number;
  auxiliaryTemperature?: number;
  contrastiveTemperature?: number;
}

export interface StepResult {
  /** Of a step that was probed, by source name. */
  readonly negatives?: Readonly<Record<string, SourceReport>>;
  readonly parts: LossParts;
  /** By variable name; the caller disposes them. */
  readonly gradients: Record<string, Tensor>;
  /** Rows that a variable's gradient is about, for those whose gradient is not about all of them in order. */
  readonly rows: Readonly<Record<string, Int32Array>>;
}
