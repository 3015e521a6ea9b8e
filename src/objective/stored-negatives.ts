/**
 * Fills the stored negative sources after each step: the step's positives, encoded by a momentum copy of the encoder, go
 * into each queue, an item as often as the batch has it: how often an item stands there follows its clicks, as its
 * correction supposes.
 */
import type * as tf from '@tensorflow/tfjs';
import type { RunConfig } from '../config/run-config.js';
import { type Encoder, MomentumCopy } from '../encoders/index.js';
import type { Adjacency } from '../graph/adjacency.js';
import type { PositiveBatch, StoredSource } from '../negatives/index.js';
import { l2Normalize, valuesOf } from '../ops/index.js';

interface Filled {
  readonly source: StoredSource;
  readonly copies: Readonly<Record<string, MomentumCopy>>;
  readonly encoder: Encoder;
}

export class StoredNegatives {
  private readonly filled: readonly Filled[];

  constructor(
    sources: readonly StoredSource[],
    private readonly config: RunConfig,
    original: Encoder,
    private readonly adjacency: Adjacency,
    private readonly numUsers: number,
  ) {
    this.filled = sources.map((source) => {
      const copies: Record<string, MomentumCopy> = {};
      const variables: Record<string, tf.Variable> = {};
      for (const [name, variable] of Object.entries(original.variables)) {
        copies[name] = new MomentumCopy(variable, source.momentum);
        variables[name] = copies[name].copy;
      }
      return { source, copies, encoder: original.over(variables) };
    });
  }

  /** To be called after the update of a step. */
  async push(batch: PositiveBatch): Promise<void> {
    for (const { source, copies, encoder } of this.filled) {
      for (const copy of Object.values(copies)) copy.update();
      const asked = batch.itemIndex.map((item) => item + this.numUsers);
      const nodes = Int32Array.from(new Set(asked)).sort();
      const vectors = await valuesOf(() => {
        const encoded = encoder.encodeRows([{ pass: { adjacency: this.adjacency }, nodes, outputs: ['final'] }]);
        const rows = encoded.rows(0, 'final')(asked);
        return this.config.losses.main.similarity === 'cosine' ? l2Normalize(rows) : rows;
      });
      source.push({ ids: batch.itemIndex, vectors });
    }
  }

  /** The copies, for a checkpoint: `momentum/0` is the first source's table. */
  get variables(): Record<string, tf.Variable> {
    const named = this.filled.flatMap(({ copies }, at) =>
      Object.entries(copies).map(([name, { copy }]) => {
        return [name === 'embedding' ? `momentum/${at}` : `momentum/${at}/${name}`, copy] as const;
      }),
    );
    return Object.fromEntries(named);
  }

  dispose(): void {
    for (const { copies } of this.filled) for (const copy of Object.values(copies)) copy.dispose();
  }
}
