/**
 * Fills the stored negative sources after each step: the step's positives, encoded by a momentum copy of the encoder, go
 * into each queue.
 */
import * as tf from '@tensorflow/tfjs';
import { createEncoder, type Encoder, type EncoderOptions, MomentumCopy } from '../encoders/index.js';
import type { Adjacency } from '../graph/adjacency.js';
import type { PositiveBatch, StoredSource } from '../negatives/index.js';
import { l2Normalize } from '../ops/index.js';
import type { RunConfig } from './config.js';

interface Filled {
  readonly source: StoredSource;
  readonly table: MomentumCopy;
  readonly encoder: Encoder;
}

export class StoredNegatives {
  private readonly filled: readonly Filled[];

  constructor(
    sources: readonly StoredSource[],
    private readonly config: RunConfig,
    ego: tf.Variable,
    private readonly adjacency: Adjacency,
    private readonly numUsers: number,
  ) {
    this.filled = sources.map((source) => {
      const table = new MomentumCopy(ego, source.momentum);
      return { source, table, encoder: createEncoder(table.copy, config.encoder as EncoderOptions) };
    });
  }

  /** To be called after the update of a step. */
  async push(batch: PositiveBatch): Promise<void> {
    for (const { source, table, encoder } of this.filled) {
      table.update();
      const nodes = Int32Array.from(new Set(batch.itemIndex), (item) => item + this.numUsers).sort();
      const encodedRows = tf.tidy(() => {
        const encoded = encoder.encodeRows([{ pass: { adjacency: this.adjacency }, nodes, outputs: ['final'] }]);
        const rows = encoded.rows(0, 'final')(nodes);
        return this.config.losses.main.similarity === 'cosine' ? l2Normalize(rows) : rows;
      });
      const vectors = Float32Array.from(await encodedRows.data());
      encodedRows.dispose();
      source.push({ ids: nodes.map((node) => node - this.numUsers), vectors });
    }
  }

  /** The copies' tables, for a checkpoint. */
  get variables(): Record<string, tf.Variable> {
    return Object.fromEntries(this.filled.map(({ table }, at) => [`momentum/${at}`, table.copy]));
  }

  dispose(): void {
    for (const { table } of this.filled) table.dispose();
  }
}
