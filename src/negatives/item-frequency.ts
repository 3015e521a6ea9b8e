/**
 * How likely item i is as a positive of a batch, which is what in-batch negatives are drawn by.
 *
 * - exact: degree / numEdges, from the training graph.
 * - streaming (Yi et al. 2019, RecSys, algorithms 2 and 3): what a trainer on an endless stream does. Array B holds the
 *   mean number of steps between two occurrences of an item, array A the step of the last one, both under a hash:
 *
 *       B[h(i)] ← (1 − α) · B[h(i)] + α · (step − A[h(i)]),   A[h(i)] ← step,   p(i) = 1 / B[h(i)] a step.
 *
 *   Collisions shorten the gaps, so of several hashes the longest gap is taken. One draw of a batch is the item with
 *   p(i) / batchSize. Deviations: the first gap of a place is taken whole instead of α of it, which would call every item
 *   frequent until it has occurred some 1/α times. And c occurrences in one step are c gaps of a c-th of the steps since the
 *   last, where the paper's A and B see one: an item that is in nearly every batch would be held for as rare as one a batch.
 */
import { z } from 'zod';
import { Rng } from '../core/rng.js';
import type { Evolving, PositiveBatch, SourceState } from './negative-source.js';

export const frequencySchema = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('exact') }),
  z.strictObject({
    name: z.literal('streaming'),
    learningRate: z
      .number()
      .positive()
      .max(1)
      .default(0.05)
      .describe('α. Too small: follows changes of popularity late; too large: the estimate is the last gap, noise'),
    numBuckets: z
      .number()
      .int()
      .min(1)
      .max(1 << 26)
      .default(1 << 16)
      .describe('places of each hash. Fewer than items: collisions make rare items look frequent'),
    numHashes: z
      .number()
      .int()
      .min(1)
      .max(16)
      .default(2)
      .describe('hashes of which the longest gap counts. One is enough where there are more places than items'),
  }),
]);
type FrequencyOptions = z.infer<typeof frequencySchema>;

export interface ItemFrequency extends Evolving {
  probability(itemIndex: number): number;
  /** Takes the positives of a step into account; each step once, in their order. */
  observe?(batch: PositiveBatch, step: number): void;
}

export class StreamingFrequency implements ItemFrequency {
  /** A and B of every hash, `[numHashes, numBuckets]`; B is 0 where nothing occurred yet. */
  private readonly lastStep: Float32Array;
  private readonly gap: Float32Array;
  private readonly salts: Uint32Array;
  private step = 0;
  private batchSize = 1;

  constructor(
    private readonly options: Extract<FrequencyOptions, { name: 'streaming' }>,
    seed: number,
  ) {
    const { numBuckets, numHashes } = options;
    this.lastStep = new Float32Array(numHashes * numBuckets);
    this.gap = new Float32Array(numHashes * numBuckets);
    const rng = Rng.of(seed, 'frequency-hashes');
    this.salts = Uint32Array.from({ length: numHashes }, () => rng.nextUint32());
  }

  observe({ itemIndex }: PositiveBatch, step: number): void {
    if (step <= this.step) return;
    const { learningRate, numHashes } = this.options;
    this.step = step;
    this.batchSize = Math.max(this.batchSize, itemIndex.length);
    for (let hash = 0; hash < numHashes; hash++) {
      const occurrences = new Map<number, number>();
      for (const item of itemIndex) {
        const at = this.place(hash, item);
        occurrences.set(at, (occurrences.get(at) ?? 0) + 1);
      }
      for (const [at, times] of occurrences) {
        const gap = (step - this.lastStep[at]) / times;
        const kept = this.gap[at] === 0 ? 0 : (1 - learningRate) ** times;
        this.gap[at] = kept * this.gap[at] + (1 - kept) * gap;
        this.lastStep[at] = step;
      }
    }
  }

  probability(itemIndex: number): number {
    let longest = 0;
    for (let hash = 0; hash < this.options.numHashes; hash++) {
      // never seen: its first gap is at least what has passed so far
      const gap = this.gap[this.place(hash, itemIndex)] || this.step + 1;
      longest = Math.max(longest, gap);
    }
    return 1 / (longest * this.batchSize);
  }

  private place(hash: number, item: number): number {
    let mixed = Math.imul(item ^ this.salts[hash], 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
    return hash * this.options.numBuckets + (((mixed ^ (mixed >>> 16)) >>> 0) % this.options.numBuckets);
  }

  state(): SourceState {
    const shape = [this.options.numHashes, this.options.numBuckets];
    return {
      lastStep: { shape, values: this.lastStep.slice() },
      gap: { shape, values: this.gap.slice() },
      counters: { shape: [2], values: Float32Array.of(this.step, this.batchSize) },
    };
  }

  restore({ lastStep, gap, counters }: SourceState): void {
    this.lastStep.set(lastStep.values);
    this.gap.set(gap.values);
    [this.step, this.batchSize] = counters.values;
  }
}
