/**
 * Embedding noise (formula: `plain/perturb.ts`) from the counters of `core/counter-rng.ts`, in TensorFlow's unsigned
 * integers: the same numbers as on every other backend, without a random array crossing from JavaScript.
 */
import type { CounterKey } from '../../core/counter-rng.js';
import type { Arithmetic } from './arithmetic.js';
import type { Handle } from './binding.js';
import type { Eager, Input } from './eager.js';

const U32 = Object.freeze({ T: 'uint32' } as const);

export class Noise {
  /** Counters of a whole table, kept because every step asks for them. */
  private whole: { readonly numRows: number; readonly dim: number; readonly counters: Handle } | undefined;

  constructor(
    private readonly eager: Eager,
    private readonly math: Arithmetic,
  ) {}

  /**
   * x + magnitude · sign(x) ⊙ u / ‖u‖, `[numRows, dim]`.
   * @param nodes node of each row, for the counters; absent where row i is node i
   */
  perturb(x: Input, magnitude: number, key: CounterKey, nodes?: Int32Array): Handle {
    const { eager, math } = this;
    const [numRows, dim] = x.shape;
    return eager.scope(() => {
      const counters = nodes ? this.upload(countersOf(nodes, dim), dim) : this.countersOfAll(numRows, dim);
      const draw = this.uniform(counters, key);
      const norm = math.sqrt(math.sumRows(math.square(draw), true));
      const scale = math.divNoNan(eager.float(magnitude), norm);
      const noise = math.mul(math.mul(math.sign(x), draw), scale);
      return math.add(x, noise);
    });
  }

  /** 2^24 · counterUniform(key, counter): the factor falls out of u / ‖u‖. */
  private uniform(counters: Handle, key: CounterKey): Handle {
    const { eager } = this;
    const mixed = this.mix(eager.run('BitwiseXor', U32, counters, this.constant(key.low)));
    const keyed = eager.run('AddV2', U32, mixed, this.constant(key.high));
    const bits = eager.run('RightShift', U32, this.mix(keyed), this.constant(8));
    return eager.run('Cast', { SrcT: 'uint32', DstT: 'float', Truncate: false }, bits);
  }

  private mix(value: Handle): Handle {
    let h = this.foldDown(value, 16);
    h = this.foldDown(this.eager.run('Mul', U32, h, this.constant(0x85ebca6b)), 13);
    h = this.foldDown(this.eager.run('Mul', U32, h, this.constant(0xc2b2ae35)), 16);
    return h;
  }

  /** h ^ (h >>> bits) */
  private foldDown(h: Handle, bits: number): Handle {
    const { eager } = this;
    const shifted = eager.run('RightShift', U32, h, this.constant(bits));
    const folded = eager.run('BitwiseXor', U32, h, shifted);
    eager.free(shifted);
    return folded;
  }

  private constant(value: number): Handle {
    return this.unsigned(Int32Array.of(value, 0), []);
  }

  private countersOfAll(numRows: number, dim: number): Handle {
    if (this.whole?.numRows !== numRows || this.whole.dim !== dim) {
      if (this.whole) this.eager.backend.binding.deleteTensor(this.whole.counters.id);
      const counters = countersOf(
        Int32Array.from({ length: numRows }, (_, row) => row),
        dim,
      );
      this.whole = { numRows, dim, counters: this.eager.release(this.upload(counters, dim)) };
    }
    return this.whole.counters;
  }

  private upload(counters: Int32Array, dim: number): Handle {
    return this.unsigned(counters, [counters.length / 2 / dim, dim]);
  }

  /** By way of int64, which, unlike int32, tfjs-node puts on the device that computes. */
  private unsigned(halves: Int32Array, shape: readonly number[]): Handle {
    const attributes = { SrcT: 'int64', DstT: 'uint32', Truncate: false } as const;
    const wide = this.eager.int64(halves, shape);
    const narrow = this.eager.run('Cast', attributes, wide);
    this.eager.free(wide);
    return narrow;
  }
}

/** node · dim + d as low and high half, row-major. */
function countersOf(nodes: Int32Array, dim: number): Int32Array {
  const counters = new Int32Array(nodes.length * dim * 2);
  let at = 0;
  for (const node of nodes) {
    for (let d = 0; d < dim; d++, at += 2) counters[at] = node * dim + d;
  }
  return counters;
}
