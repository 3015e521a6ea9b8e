/**
 * Adam (Kingma & Ba 2015, arXiv 1412.6980) with its moments as named, readable state, so that a checkpoint holds all
 * of it and a resumed run takes the same steps.
 */
import * as tf from '@tensorflow/tfjs';
import { currentKernels } from '../backend/index.js';

export const ADAM_DEFAULTS = Object.freeze({ beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });

export class Adam {
  private readonly moments = new Map<string, { m: tf.Variable; v: tf.Variable }>();
  /** Updates made so far. */
  step = 0;

  /** @param parameters name → variable; names key the saved state */
  constructor(private readonly parameters: Readonly<Record<string, tf.Variable>>) {
    for (const [name, parameter] of Object.entries(parameters)) {
      this.moments.set(name, { m: zerosLike(parameter), v: zerosLike(parameter) });
    }
  }

  /**
   * One update of every parameter that has a gradient; `gradients` are disposed by the caller.
   * A parameter without one keeps value and moments.
   */
  update(gradients: Readonly<Record<string, tf.Tensor>>, learningRate: number): void {
    this.step++;
    for (const [name, gradient] of Object.entries(gradients)) {
      const { m, v } = this.moments.get(name)!;
      const options = { ...ADAM_DEFAULTS, learningRate, step: this.step };
      currentKernels().adamStep(this.parameters[name], gradient as tf.Tensor2D, m, v, options);
    }
  }

  /** Moments by `<parameter>/m` and `<parameter>/v`. */
  state(): Record<string, tf.Variable> {
    const entries: [string, tf.Variable][] = [];
    for (const [name, { m, v }] of this.moments) entries.push([`${name}/m`, m], [`${name}/v`, v]);
    return Object.fromEntries(entries);
  }

  dispose(): void {
    for (const { m, v } of this.moments.values()) tf.dispose([m, v]);
  }
}

function zerosLike(parameter: tf.Variable): tf.Variable {
  return tf.tidy(() => tf.variable(tf.zeros(parameter.shape)));
}
