/**
 * Softmax cross-entropy over shared keys with its gradient (formula: `ops/softmax-loss.ts`), in TensorFlow ops. With
 * P = softmax of the logits of a block of queries and w the weights over the temperature:
 *
 *   d queries = w ⊙ (P · keys − keys[positive]),   d keys = Pᵀ · (w ⊙ queries) − scatter-add of (w ⊙ queries) at positive
 *
 * so the residual P − 1[positive] is never written out. The loss of a query is (top − logit of its positive) − log of the
 * largest probability: as exact as a log-softmax, for two reductions instead of a second pass over all logits.
 * Where decoupled, the positive's logit is read first and then lowered by DECOUPLED, which a query without any other key
 * does not notice: its softmax is all on the positive, so that its gradient is 0, and its loss is set to 0.
 * At most BLOCK_ENTRIES logits exist at a time.
 */
import type { Scalar, Tensor2D } from '@tensorflow/tfjs';
import type { SoftmaxPlan, SoftmaxResult } from '../kernels.js';
import type { Arithmetic } from './arithmetic.js';
import type { Handle } from './binding.js';
import type { Eager, Input } from './eager.js';

/** Logits held at a time: 16 MB of float32. */
const BLOCK_ENTRIES = 1 << 22;

/** Instead of infinity, whose softmax would be NaN where nothing else is left. */
const DECOUPLED = -1e30;

export class SoftmaxLoss {
  constructor(
    private readonly eager: Eager,
    private readonly math: Arithmetic,
  ) {}

  /** @param perQuery if given, receives each query's loss: the one thing that is read back */
  compute(queries: Tensor2D, keys: Tensor2D, plan: SoftmaxPlan, perQuery?: Float32Array): SoftmaxResult {
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
        const rows = (x: Input): Input => (size === numQueries ? x : math.sliceRows(x, start, size));
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
      perQuery?.set(eager.backend.binding.tensorDataSync(all.id));
      return {
        loss: eager.tensor<Scalar>(loss),
        queryGradient: eager.tensor<Tensor2D>(queryGradient),
        keyGradient: eager.tensor<Tensor2D>(keyGradient),
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
    const logits = this.hide(biased, start, plan);
    for (const earlier of [raw, biased]) if (earlier !== logits) eager.free(earlier);
    const places = new Int32Array(2 * size);
    for (let i = 0; i < size; i++) places.set([i, plan.positive[start + i]], 2 * i);
    const types = { Tparams: 'float', Tindices: 'int32' } as const;
    const positive = eager.run('GatherNd', types, logits, eager.int32(places, [size, 2]));
    const counted = plan.decoupled
      ? eager.run(
          'TensorScatterAdd',
          { T: 'float', Tindices: 'int32' },
          logits,
          eager.int32(places, [size, 2]),
          eager.floats(new Float32Array(size).fill(DECOUPLED)),
        )
      : logits;
    if (counted !== logits) eager.free(logits);
    const softmax = math.softmax(counted);
    const behind = math.sub(math.maxRows(counted), positive);
    eager.free(counted);
    const perQuery = math.sub(behind, math.log(math.maxRows(softmax)));
    if (!plan.decoupled) return { softmax, perQuery };
    return { softmax, perQuery: math.mul(perQuery, eager.floats(hasNegatives(plan, start, size, keys.shape[0]))) };
  }

  /** −∞, or the plan's bias, added to the logits that a query must not see. */
  private hide(logits: Handle, start: number, { masked, maskedBias }: SoftmaxPlan): Handle {
    if (masked === undefined) return logits;
    const { eager } = this;
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
    return eager.run(
      'TensorScatterAdd',
      { T: 'float', Tindices: 'int32' },
      logits,
      eager.int32(places, [count, 2]),
      eager.floats(
        maskedBias?.subarray(first, first + count) ?? new Float32Array(count).fill(Number.NEGATIVE_INFINITY),
      ),
    );
  }

  private concat(vectors: readonly Handle[]): Handle {
    return this.eager.run('ConcatV2', { T: 'float', Tidx: 'int32', N: vectors.length }, ...vectors, this.eager.int(0));
  }
}

/** 1 for a query of the block that has a key besides its positive, else 0, `[size]`. */
function hasNegatives({ masked, maskedBias }: SoftmaxPlan, start: number, size: number, numKeys: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => {
    let left = numKeys - 1;
    for (let at = masked?.offsets[start + i] ?? 0; at < (masked?.offsets[start + i + 1] ?? 0); at++) {
      if (!maskedBias || maskedBias[at] === Number.NEGATIVE_INFINITY) left--;
    }
    return left > 0 ? 1 : 0;
  });
}
