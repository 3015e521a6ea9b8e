/**
 * A slowly moving copy of a variable (exponential moving average): copy ← momentum · copy + (1 − momentum) · variable. The
 * momentum encoder of MoCo (He et al. 2020, arXiv 1911.05722, eq. 2) is an encoder over such a copy.
 */
import * as tf from '@tensorflow/tfjs';

export class MomentumCopy {
  /** Not trainable: no gradient is ever asked for. */
  readonly copy: tf.Variable;

  constructor(
    private readonly original: tf.Variable,
    private readonly momentum: number,
  ) {
    this.copy = tf.tidy(() => tf.variable(original.clone(), false));
  }

  /** Follows the original by one step. */
  update(): void {
    tf.tidy(() => this.copy.assign(tf.add(tf.mul(this.copy, this.momentum), tf.mul(this.original, 1 - this.momentum))));
  }

  dispose(): void {
    this.copy.dispose();
  }
}
