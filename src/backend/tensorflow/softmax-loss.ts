/**
 * Softmax cross-entropy over shared keys with its gradient (formula: `ops/softmax-loss.ts`), in TensorFlow ops. With
 * P = softmax of the logits of a block of queries and w the weights over the temperature:
 *
 *   d queries = w ⊙ (P · keys − keys[positive]),   d keys = Pᵀ · (w ⊙ queries) − scatter-add of (w ⊙ queries) at positive
 *
 * so the residual P − 1[positive] is never written out. The loss of a query is (top − logit of its positive) − log of the
 * largest probability: as exact as a log-softmax, for two reductions instead of a second pass over all logits.
 * At most BLOCK_ENTRIES logits exist at a time.
 */
import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { SoftmaxPlan as CoupledPlan, SoftmaxResult } from '../kernels.js';
import type { Arithmetic } from './arithmetic.js';
import type { Handle } from './binding.js';
import type { Eager, Input } from './eager.js';

/** With `decoupled`, a positive does not count in its own denominator; a query without another key then counts as 0. */
type SoftmaxPlan = CoupledPlan & { readonly decoupled?: boolean };

/** Logits held at a time: 16 MB of float32. */
const BLOCK_ENTRIES = 1 << 22;

export class SoftmaxLoss {
  constructor(
    private readonly eager: Eager,
    private readonly math: Arithmetic,
  ) {}

  compute(queries: Tensor2D, keys: Tensor2D, plan: SoftmaxPlan, wantsPerQuery = false): SoftmaxResult {
    const { eager, math } = this;
    const numQueries = queries.shape[0];
    const numKeys = keys.shape[0];
    return eager.scope(() => {
      const rowsPerBlock = Math.max(1, Math.min(numQueries, Math.floor(BLOCK_ENTRIES / numKeys)));
      const queryWeight = plan.queryWeight ?? new Float32Array(numQueries).fill(1 / numQueries);
      const positives = eager.int32(plan.positive);
      const rowWeight = eager.floats(
        queryWeight.map((weight) => weight / plan.temperature),
        [numQueries, 1],
      );
      const weighted = math.mul(queries, rowWeight);
      const losses: Handle[] = [];
      const pulled: Handle[] = [];
      let pushed: Handle | undefined;
      for (let start = 0; start < numQueries; start += rowsPerBlock) {
        const size = Math.min(rowsPerBlock, numQueries - start);
        const rows = (x: Input): Input => (size === numQueries ? x : math.sliceRows(x, { start, count: size }));
        const block = this.block(rows(queries), keys, start, plan);
        losses.push(block.perQuery);
        pulled.push(math.matMul(block.softmax, keys));
        const part = math.matMul(block.softmax, rows(weighted), { a: true });
        eager.free(block.softmax);
        pushed = pushed ? math.add(pushed, part) : part;
      }
      const away = math.sub(math.concatRows(pulled), math.gather(keys, positives));
      const queryGradient = math.mul(away, rowWeight);
      const keyGradient = math.sub(pushed!, math.scatterAdd(weighted, positives, numKeys));
      const all = losses.length === 1 ? losses[0] : this.concat(losses);
      const loss = math.sumAll(math.mul(all, eager.floats(queryWeight)));
      return {
        loss: eager.tensor<Scalar>(loss),
        queryGradient: eager.tensor<Tensor2D>(queryGradient),
        keyGradient: eager.tensor<Tensor2D>(keyGradient),
        ...(wantsPerQuery && { perQuery: eager.tensor<Tensor1D>(all) }),
      };
    });
  }

  /** Softmax of a block's logits, `[size, numKeys]`, and its losses, `[size]`. */
  private block(
    queries: Input,
    keys: Tensor2D,
    start: number,
    plan: SoftmaxPlan,
  ): Record<'softmax' | 'perQuery', Handle> {
    const { eager, math } = this;
    const size = queries.shape[0];
    const raw = math.matMul(math.scale(queries, 1 / plan.temperature), keys, { b: true });
    const biased = plan.keyBias ? math.add(raw, eager.floats(plan.keyBias)) : raw;
    const visible = this.hide(biased, start, plan);
    const places = new Int32Array(2 * size);
    for (let i = 0; i < size; i++) places.set([i, plan.positive[start + i]], 2 * i);
    const types = { Tparams: 'float', Tindices: 'int32' } as const;
    const positive = eager.run('GatherNd', types, visible, eager.int32(places, [size, 2]));
    const logits = plan.decoupled ? this.hidePositives(visible, start, plan) : visible;
    for (const earlier of [raw, biased, visible]) if (earlier !== logits) eager.free(earlier);
    const softmax = math.softmax(logits);
    const behind = math.sub(math.maxRows(logits), positive);
    eager.free(logits);
    return { softmax, perQuery: math.sub(behind, math.log(math.maxRows(softmax))) };
  }

  /** −∞, or the plan's bias, added to the logits that a query must not see. */
  private hide(logits: Handle, start: number, { masked, maskedBias }: SoftmaxPlan): Handle {
    if (masked === undefined) return logits;
    const size = logits.shape[0];
    const first = masked.offsets[start];
    const count = masked.offsets[start + size] - first;
    if (count === 0) return logits;
    const places = new Int32Array(2 * count);
    for (let i = 0, at = 0; i < size; i++) {
      for (let entry = masked.offsets[start + i]; entry < masked.offsets[start + i + 1]; entry++, at++) {
        places[2 * at] = i;
        places[2 * at + 1] = masked.values[entry];
      }
    }
    return this.addAt(logits, places, maskedBias?.subarray(first, first + count));
  }

  /**
   * −∞ in place of the positives of queries that have another key. One that has none keeps it: its probability is then
   * 1, and loss and gradient come out as the 0 that is wanted.
   */
  private hidePositives(logits: Handle, start: number, { positive, masked, maskedBias }: SoftmaxPlan): Handle {
    const [size, numKeys] = logits.shape;
    const places: number[] = [];
    for (let i = 0; i < size; i++) {
      const hidden = new Set<number>();
      if (masked) {
        for (let entry = masked.offsets[start + i]; entry < masked.offsets[start + i + 1]; entry++) {
          if (maskedBias === undefined || maskedBias[entry] === Number.NEGATIVE_INFINITY)
            hidden.add(masked.values[entry]);
        }
      }
      if (hidden.size < numKeys - 1) places.push(i, positive[start + i]);
    }
    return places.length > 0 ? this.addAt(logits, Int32Array.from(places)) : logits;
  }

  /** @param places row and column of each entry; @param bias what to add there, by default −∞ */
  private addAt(logits: Handle, places: Int32Array, bias?: Float32Array): Handle {
    const { eager } = this;
    const count = places.length / 2;
    const added = bias ?? new Float32Array(count).fill(Number.NEGATIVE_INFINITY);
    const types = { T: 'float', Tindices: 'int32' } as const;
    return eager.run('TensorScatterAdd', types, logits, eager.int32(places, [count, 2]), eager.floats(added));
  }

  private concat(vectors: readonly Handle[]): Handle {
    return this.eager.run('ConcatV2', { T: 'float', Tidx: 'int32', N: vectors.length }, ...vectors, this.eager.int(0));
  }
}
