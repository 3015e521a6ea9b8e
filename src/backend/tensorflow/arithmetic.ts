/** The float32 ops that our kernels are written in, one method each: names and attributes of TensorFlow's. */
import type { Handle } from './binding.js';
import type { Eager, Input } from './eager.js';

const T = Object.freeze({ T: 'float' } as const);
const REDUCE = Object.freeze({ ...T, Tidx: 'int32' } as const);

export class Arithmetic {
  constructor(private readonly eager: Eager) {}

  add = (a: Input, b: Input): Handle => this.eager.run('AddV2', T, a, b);
  sub = (a: Input, b: Input): Handle => this.eager.run('Sub', T, a, b);
  mul = (a: Input, b: Input): Handle => this.eager.run('Mul', T, a, b);
  /** a / b, 0 where b is 0. */
  divNoNan = (a: Input, b: Input): Handle => this.eager.run('DivNoNan', T, a, b);
  abs = (x: Input): Handle => this.eager.run('Abs', T, x);
  exp = (x: Input): Handle => this.eager.run('Exp', T, x);
  log = (x: Input): Handle => this.eager.run('Log', T, x);
  sign = (x: Input): Handle => this.eager.run('Sign', T, x);
  sqrt = (x: Input): Handle => this.eager.run('Sqrt', T, x);
  square = (x: Input): Handle => this.eager.run('Square', T, x);
  softmax = (x: Input): Handle => this.eager.run('Softmax', T, x);
  logSoftmax = (x: Input): Handle => this.eager.run('LogSoftmax', T, x);

  scale(x: Input, factor: number): Handle {
    return this.mul(x, this.eager.float(factor));
  }

  addAll(terms: readonly Handle[]): Handle {
    return terms.length === 1 ? terms[0] : this.eager.run('AddN', { ...T, N: terms.length }, ...terms);
  }

  matMul(a: Input, b: Input, transpose: { a?: boolean; b?: boolean } = {}): Handle {
    const attributes = { ...T, transpose_a: transpose.a ?? false, transpose_b: transpose.b ?? false };
    return this.eager.run('MatMul', attributes, a, b);
  }

  /** Over one axis, which stays as 1 with `keep`. */
  sum(x: Input, axis: number, keep: boolean): Handle {
    return this.eager.run('Sum', { ...REDUCE, keep_dims: keep }, x, this.eager.int32(Int32Array.of(axis)));
  }

  largest(x: Input, axis: number, keep: boolean): Handle {
    return this.eager.run('Max', { ...REDUCE, keep_dims: keep }, x, this.eager.int32(Int32Array.of(axis)));
  }

  /** Over the last axis, `[numRows]`, or `[numRows, 1]` with `keep`. */
  sumRows(x: Input, keep = false): Handle {
    return this.sum(x, -1, keep);
  }

  maxRows(x: Input): Handle {
    return this.largest(x, -1, false);
  }

  /** Sum of everything, a scalar. */
  sumAll(x: Handle): Handle {
    const axes = this.eager.int32(Int32Array.from(x.shape, (_, axis) => axis));
    return this.eager.run('Sum', { ...REDUCE, keep_dims: false }, x, axes);
  }

  /** rows[i] = table[indices[i]]. */
  gather(table: Input, indices: Handle): Handle {
    const attributes = { Tparams: 'float', Tindices: 'int32', Taxis: 'int32', batch_dims: 0 } as const;
    return this.eager.run('GatherV2', attributes, table, indices, this.eager.int(0));
  }

  /** out[indices[i]] += rows[i], `[numRows, dim]`. */
  scatterAdd(rows: Input, indices: Handle, numRows: number): Handle {
    const attributes = { T: 'float', Tindices: 'int32', Tnumsegments: 'int32' } as const;
    return this.eager.run('UnsortedSegmentSum', attributes, rows, indices, this.eager.int(numRows));
  }

  /** `count` rows from `start` on. */
  sliceRows(x: Input, { start, count }: { readonly start: number; readonly count: number }): Handle {
    const begin = this.eager.int32(Int32Array.of(start, 0));
    const size = this.eager.int32(Int32Array.of(count, -1));
    return this.eager.run('Slice', { T: 'float', Index: 'int32' }, x, begin, size);
  }

  concatRows(parts: readonly Handle[]): Handle {
    if (parts.length === 1) return parts[0];
    const attributes = { T: 'float', Tidx: 'int32', N: parts.length } as const;
    return this.eager.run('ConcatV2', attributes, ...parts, this.eager.int(0));
  }

  zeros(shape: readonly number[]): Handle {
    const dims = this.eager.int32(Int32Array.from(shape));
    return this.eager.run('Fill', { T: 'float', index_type: 'int32' }, dims, this.eager.float(0));
  }
}
