/**
 * Adam in one pass, by TensorFlow's ResourceApplyAdam, or at some rows, which are gathered, updated and scattered back. Its epsilon stands beside √v̂ · √(1 − β₂ᵗ) where Kingma & Ba's
 * (algorithm 1), and so ours, stands beside √v̂: it is scaled to mean the same.
 *
 * The op works on resources, tfjs's variables are plain tensors. For the length of the call the variables' memory is lent
 * to three resources: handed over, updated in place, taken back. Memory that others may see (a JavaScript array that
 * TensorFlow only borrows, a tensor that shares it) is copied first.
 */
import type { Tensor, Variable } from '@tensorflow/tfjs';
import type { AdamOptions, AdamUpdate } from '../kernels.js';
import type { Arithmetic } from './arithmetic.js';
import type { Handle } from './binding.js';
import type { Eager, Input } from './eager.js';

/** A name that makes every handle a resource of its own. */
const ANONYMOUS = 'cd2c89b7-88b7-44c8-ad83-06c2a9158347';

/** What tfjs-node takes for data that TensorFlow does not hold. */
const NOWHERE = -1;

export class InPlaceAdam {
  /** Data that an earlier update allocated and nobody else was given. */
  private readonly ours = new WeakSet<object>();

  constructor(
    private readonly eager: Eager,
    private readonly math: Arithmetic,
  ) {}

  step({ parameter, gradient, m, v, options }: AdamUpdate): void {
    const { eager } = this;
    const { learningRate, beta1, beta2, epsilon, step } = options;
    const correction = 1 - beta2 ** step;
    const variables = [parameter, m, v];
    eager.scope(() => {
      const lent = variables.map((variable) => this.lend(variable));
      eager.do(
        'ResourceApplyAdam',
        { T: 'float', use_locking: false, use_nesterov: false },
        ...lent,
        eager.float(beta1 ** step),
        eager.float(beta2 ** step),
        eager.float(learningRate),
        eager.float(beta1),
        eager.float(beta2),
        eager.float(epsilon * Math.sqrt(correction)),
        gradient,
      );
      for (const [i, variable] of variables.entries()) this.takeBack(variable, lent[i]);
    });
  }

  /** @param rows as in `Kernels.adamRows` */
  rows({ parameter, gradient, m, v, options }: AdamUpdate, rows?: Int32Array): void {
    const { eager, math } = this;
    const variables = [parameter, m, v];
    if (rows?.length === 0) return;
    eager.scope(() => {
      if (rows === undefined) {
        // 1 at rows with a number other than 0
        const touched = math.sign(math.sumRows(math.square(math.sign(gradient)), true));
        const updated = this.updated({ w: parameter, g: gradient, m, v }, options, touched);
        for (const [i, variable] of variables.entries()) this.assign(variable, updated[i]);
        return;
      }
      const indices = eager.int32(rows);
      const [w, first, second] = variables.map((variable) => math.gather(variable, indices));
      const updated = this.updated({ w, g: gradient, m: first, v: second }, options);
      for (const [i, variable] of variables.entries()) {
        const lent = this.lend(variable);
        eager.do('ResourceScatterUpdate', { dtype: 'float', Tindices: 'int32' }, lent, indices, updated[i]);
        this.takeBack(variable, lent);
      }
    });
  }

  /** Parameter and moments after the update, where `touched` (all where absent) is 1. */
  private updated(
    { w, g, m, v }: Readonly<Record<'w' | 'g' | 'm' | 'v', Input>>,
    options: AdamOptions,
    touched?: Handle,
  ): Handle[] {
    const { eager, math } = this;
    const { learningRate, beta1, beta2, epsilon, step } = options;
    const masked = (change: Handle): Handle => (touched ? math.mul(change, touched) : change);
    const first = math.add(m, masked(math.scale(math.sub(g, m), 1 - beta1)));
    const second = math.add(v, masked(math.scale(math.sub(math.square(g), v), 1 - beta2)));
    const root = math.sqrt(math.scale(second, 1 / (1 - beta2 ** step)));
    const change = math.divNoNan(
      math.scale(first, learningRate / (1 - beta1 ** step)),
      math.add(root, eager.float(epsilon)),
    );
    return [math.sub(w, masked(change)), first, second];
  }

  private lend(variable: Variable): Handle {
    const { eager } = this;
    const { binding, tensorMap } = eager.backend;
    const { dataId, shape } = variable;
    const names = { container: { text: '' }, shared_name: { text: ANONYMOUS } } as const;
    const resource = eager.run('VarHandleOp', { dtype: 'float', shape: { shape }, ...names });
    const value = this.isAlone(dataId) ? variable : eager.run('DeepCopy', { T: 'float' }, variable);
    eager.do('AssignVariableOp', { dtype: 'float' }, resource, value);
    if (value !== variable) eager.free(value as Handle);
    else {
      // the resource has to be the memory's only owner, or the update would go to a copy
      const entry = tensorMap.get(dataId);
      binding.deleteTensor(entry.id);
      entry.id = NOWHERE;
    }
    return resource;
  }

  private takeBack(variable: Variable, resource: Handle): void {
    const { eager } = this;
    const value = eager.run('ReadVariableOp', { dtype: 'float' }, resource);
    eager.do('DestroyResourceOp', { ignore_lookup_error: true }, resource);
    if (this.isAlone(variable.dataId)) eager.backend.tensorMap.get(variable.dataId).id = eager.release(value).id;
    else this.assign(variable, value);
  }

  private assign(variable: Variable, value: Handle): void {
    const tensor = this.eager.tensor<Tensor>(value);
    variable.assign(tensor);
    tensor.dispose();
    this.ours.add(variable.dataId);
  }

  private isAlone(dataId: object): boolean {
    return this.ours.has(dataId) && this.eager.backend.refCount(dataId) === 1;
  }
}
