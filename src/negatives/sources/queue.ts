/**
 * A memory of item vectors across batches (MoCo: He et al. 2020, arXiv 1911.05722, algorithm 1; cross-batch memory: Wang et
 * al. 2020, arXiv 1912.06798): a ring of the last `size` positives, encoded by a slowly moving copy of the encoder so that
 * old entries stay comparable. Entries are negatives of every query; only filled ones count, and the query's own item is
 * never among them. More negatives than the batch has, at the price of a matrix product.
 *
 * Entries can have no gradient. In MoCo that does no harm, since keys are made by the encoder that the queries train. An item
 * has its own row: with N columns of which n are live, the live ones have n/N of the softmax's mass, so an item would be
 * pushed away by n/N of what a softmax over live columns does, and pulled as ever. Deviation (`gradient: carried`): each live
 * column's gradient as a negative counts for the stored columns of its item too, which has the expectation of all being live.
 */
import { z } from 'zod';
import type { SourceState, StoredSource, StoredVectors } from '../negative-source.js';
import { scheduleShape } from '../source-options.js';

export const queueSchema = z.strictObject({
  name: z.literal('queue'),
  ...scheduleShape,
  size: z
    .number()
    .int()
    .min(1)
    .max(1 << 20)
    .default(8192)
    .describe(
      'vectors kept. Too small: little beyond the batch; too large: old vectors that no longer mean what they did',
    ),
  momentum: z
    .number()
    .min(0)
    .lt(1)
    .default(0.99)
    .describe(
      'how much of the copy stays at each step. 0: the encoder itself, whose old vectors go stale quickly; near 1: a copy too far behind to be refuted',
    ),
  gradient: z
    .enum(['carried', 'none'])
    .default('carried')
    .describe(
      'carried: the live candidates pass on the gradient of the stored vectors too, as if those were live. none: nobody does, and items are pushed away by a fraction of what pulls them, which loses recall',
    ),
});

export class VectorQueue implements StoredSource {
  readonly kind = 'stored';
  private readonly ids: Int32Array;
  /** `[size, dim]`; made at the first push. */
  private vectors = new Float32Array(0);
  private dim = 0;
  private filled = 0;
  private next = 0;

  constructor(
    private readonly size: number,
    readonly momentum: number,
    readonly probability: (itemIndex: number) => number,
    readonly carried = true,
  ) {
    this.ids = new Int32Array(size);
  }

  read(): StoredVectors {
    return { ids: this.ids.slice(0, this.filled), vectors: this.vectors.slice(0, this.filled * this.dim) };
  }

  push({ ids, vectors }: StoredVectors): void {
    if (ids.length === 0) return;
    this.reserve(vectors.length / ids.length);
    for (let i = 0; i < ids.length; i++) {
      this.ids[this.next] = ids[i];
      this.vectors.set(vectors.subarray(i * this.dim, (i + 1) * this.dim), this.next * this.dim);
      this.next = (this.next + 1) % this.size;
      this.filled = Math.min(this.filled + 1, this.size);
    }
  }

  private reserve(dim: number): void {
    if (this.dim === dim) return;
    this.dim = dim;
    this.vectors = new Float32Array(this.size * dim);
  }

  state(): SourceState {
    const { ids, vectors } = this.read();
    return {
      ids: { shape: [ids.length], values: Float32Array.from(ids) },
      vectors: { shape: [ids.length, this.dim], values: vectors },
      next: { shape: [1], values: Float32Array.of(this.next) },
    };
  }

  restore({ ids, vectors, next }: SourceState): void {
    this.filled = ids.values.length;
    this.ids.set(Int32Array.from(ids.values));
    this.reserve(vectors.shape[1]);
    this.vectors.set(vectors.values);
    this.next = next.values[0];
  }
}
