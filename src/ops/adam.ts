/**
 * Adam (Kingma & Ba 2015, arXiv 1412.6980) with its moments as named, readable state, so that a checkpoint holds all
 * of it and a resumed run takes the same steps.
 *
 * A gradient may be given for some rows of a parameter only. Dense, the other rows have a gradient of zero: their moments
 * decay and they move on by what is left of them, which costs the whole table at every step. Lazy (as LazyAdam of
 * TensorFlow Addons), they keep values and moments; the bias correction counts all steps. For rows touched at every step
 * the two are the same; rarely touched rows move by older moments and, on the whole, a little further.
 */
import * as tf from '@tensorflow/tfjs';
import { currentKernels } from '../backend/index.js';
import { ShapeError } from '../core/errors.js';
import { assertFloats, assertIndices } from './argument-checks.js';

export const ADAM_DEFAULTS = Object.freeze({ beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });

export interface AdamException {
  /** Updates that leave the parameter and its moments alone, whatever its gradient: its bias is corrected from there. */
  readonly stepsBefore?: number;
  /**
   * So many times its value is added to the gradient before the moments see it (PyTorch's `weight_decay` of Adam): to all rows,
   * or, lazily, to those that have a gradient.
   */
  readonly weightDecay?: number;
}

export class Adam {
  private readonly moments = new Map<string, { m: tf.Variable; v: tf.Variable }>();
  /** By parameter, the check that saw each row last, `[numRows]`; made when rows are first given. */
  private readonly seen = new Map<string, Int32Array>();
  private checks = 0;
  /** Updates made so far. */
  step = 0;

  /**
   * @param parameters name → variable; names key the saved state
   * @param lazy whether rows without a gradient are left alone
   * @param exceptions by name of a parameter
   */
  constructor(
    private readonly parameters: Readonly<Record<string, tf.Variable>>,
    private readonly lazy = false,
    private readonly exceptions: Readonly<Record<string, AdamException>> = {},
  ) {
    for (const [name, parameter] of Object.entries(parameters)) {
      this.moments.set(name, { m: zerosLike(parameter), v: zerosLike(parameter) });
    }
  }

  /**
   * One update of every parameter that has a gradient; `gradients` are disposed by the caller.
   * A parameter without one keeps value and moments, as does one that `stepsBefore` holds back.
   *
   * @param rows rows that a parameter's gradient is about, distinct, one a row of the gradient; absent: all in order
   * @throws ShapeError before anything is changed
   */
  update(
    gradients: Readonly<Record<string, tf.Tensor>>,
    learningRate: number,
    rows: Readonly<Record<string, Int32Array>> = {},
  ): void {
    if (!Number.isFinite(learningRate)) {
      throw new ShapeError(`Adam: expected a finite learning rate, got ${learningRate}`);
    }
    for (const [name, gradient] of Object.entries(gradients)) this.check(name, gradient, rows[name]);
    this.step++;
    const kernels = currentKernels();
    for (const [name, gradient] of Object.entries(gradients) as [string, tf.Tensor2D][]) {
      const parameter = this.parameters[name];
      const { m, v } = this.moments.get(name)!;
      const { stepsBefore = 0, weightDecay = 0 } = this.exceptions[name] ?? {};
      if (this.step <= stepsBefore) continue;
      const options = { ...ADAM_DEFAULTS, learningRate, step: this.step - stepsBefore, weightDecay };
      const update = { parameter, gradient, m, v, options };
      const touched = rows[name];
      if (this.lazy) {
        kernels.adamRows(update, touched);
      } else if (touched === undefined) {
        kernels.adamStep(update);
      } else {
        const whole = kernels.scatterAddRows(gradient, touched, parameter.shape[0]);
        kernels.adamStep({ ...update, gradient: whole });
        whole.dispose();
      }
    }
  }

  private check(name: string, gradient: tf.Tensor, rows: Int32Array | undefined): void {
    const parameter = this.parameters[name] as tf.Variable | undefined;
    if (parameter === undefined) throw new ShapeError(`Adam: a gradient for ${name}, which is no parameter`);
    const [numRows, ...rest] = parameter.shape;
    if (rows === undefined) {
      assertFloats(`Adam: gradient of ${name}`, gradient, parameter.shape);
      return;
    }
    assertFloats(`Adam: gradient of ${name}`, gradient, [rows.length, ...rest]);
    assertIndices(`Adam: rows of ${name}`, rows, numRows);
    const seen = this.seen.get(name) ?? new Int32Array(numRows);
    this.seen.set(name, seen);
    this.checks++;
    for (const row of rows) {
      if (seen[row] === this.checks) throw new ShapeError(`Adam: rows of ${name}: row ${row} is given twice`);
      seen[row] = this.checks;
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
