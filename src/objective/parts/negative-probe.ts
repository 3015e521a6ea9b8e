/**
 * Which negatives teach: of each source, its share of all (query, negative) pairs, their mean score, how many of them the
 * user has in train, and the norm of the main loss's gradient for their rows. Looked at for one step an epoch, because it
 * costs a second main loss.
 *
 * The gradient of an in-batch item as the positive of its own query is left out: the loss is taken with the positives
 * apart from the keys.
 */
import * as tf from '@tensorflow/tfjs';
import { type BipartiteCsr, hasEdge } from '../../graph/bipartite-csr.js';
import type { MainLossInput, SharedKeys } from '../../losses/index.js';
import { type Candidates, maskedCandidates, NO_ITEM, type PositiveBatch } from '../../negatives/index.js';
import type { SourceReport } from '../../runs/report.js';

/** The tensors of a main loss's input as they were at a step, kept until `report` has looked at them. */
export class NegativeProbe {
  private readonly rows: { users: tf.Tensor2D; positives: tf.Tensor2D; shared?: tf.Tensor2D; own?: tf.Tensor2D };

  /**
   * To be made inside the step, before its tensors are gone.
   * @param more other tensors that `loss` reads, kept by the caller; disposed with the rest
   */
  constructor(
    private readonly input: MainLossInput,
    private readonly candidates: Candidates,
    private readonly loss: (input: MainLossInput) => tf.Scalar,
    private readonly more: readonly tf.Tensor[] = [],
  ) {
    const keep = (tensor: tf.Tensor2D): tf.Tensor2D => tf.keep(tf.clone(tensor));
    this.rows = {
      users: keep(input.users),
      positives: keep(input.positives),
      shared: input.shared && keep(input.shared.keys),
      own: input.own && keep(input.own.keys),
    };
  }

  /** By source name, in the order of the configuration. */
  async report(batch: PositiveBatch, graph: BipartiteCsr): Promise<Record<string, SourceReport>> {
    const { sources, shared, own } = this.candidates;
    const sharedRows = await this.rows.shared?.data<'float32'>();
    const ownRows = await this.rows.own?.data<'float32'>();
    const users = await this.rows.users.data<'float32'>();
    const sums = sources.map(() => ({ pairs: 0, scores: 0, known: 0, squares: 0 }));
    const gradients = await this.gradients();
    const [batchSize, dim] = this.rows.users.shape;
    tf.dispose([...Object.values(this.rows).filter(Boolean), ...this.more]);
    if (shared && sharedRows) {
      const total = new Float64Array(dim);
      for (let at = 0; at < users.length; at++) total[at % dim] += users[at];
      const known = knownColumns(graph, batch, shared.ids, shared.positivesFirst);
      for (const [column, source] of shared.source.entries()) {
        const isPositive = shared.positivesFirst && column < batchSize;
        const own = isPositive ? dot(users, column * dim, sharedRows, column * dim, dim) : 0;
        sums[source].pairs += batchSize - (isPositive ? 1 : 0);
        sums[source].scores += dot(total, 0, sharedRows, column * dim, dim) - own;
        sums[source].known += known[column];
        sums[source].squares += squares(gradients.shared!, column * dim, dim);
      }
    }
    for (let slot = 0; own && slot < own.ids.length; slot++) {
      if (own.ids[slot] === NO_ITEM) continue;
      const row = Math.floor(slot / own.perQuery);
      const sum = sums[own.source[slot]];
      sum.pairs++;
      sum.scores += dot(users, row * dim, ownRows!, slot * dim, dim);
      const isKnown = own.ids[slot] !== batch.itemIndex[row] && hasEdge(graph, batch.userIndex[row], own.ids[slot]);
      sum.known += isKnown ? 1 : 0;
      sum.squares += squares(gradients.own!, slot * dim, dim);
    }
    const allPairs = sums.reduce((sum, { pairs }) => sum + pairs, 0);
    const reports: Record<string, SourceReport> = {};
    for (const [at, { pairs, scores, known, squares: norm }] of sums.entries()) {
      const before = sources.slice(0, at).filter((name) => name === sources[at]).length;
      reports[before === 0 ? sources[at] : `${sources[at]} ${before + 1}`] = {
        share: allPairs > 0 ? pairs / allPairs : 0,
        meanScore: pairs > 0 ? scores / pairs : 0,
        falseNegatives: pairs > 0 ? known / pairs : 0,
        gradientNorm: Math.sqrt(norm),
      };
    }
    return reports;
  }

  /** Of the main loss with the positives apart, for the rows of the negatives. */
  private async gradients(): Promise<{ shared?: Float32Array; own?: Float32Array }> {
    const { users, positives, shared, own } = this.rows;
    const names = [...(shared ? ['shared' as const] : []), ...(own ? ['own' as const] : [])];
    const found = tf.tidy(() => {
      const loss = (...keys: tf.Tensor[]): tf.Scalar => {
        const of = (name: 'shared' | 'own'): tf.Tensor2D => keys[names.indexOf(name)] as tf.Tensor2D;
        return this.loss({
          ...this.input,
          users,
          positives,
          shared: this.input.shared && { ...positivesApart(this.input.shared, users.shape[0]), keys: of('shared') },
          own: this.input.own && { ...this.input.own, keys: of('own') },
        });
      };
      return tf.grads(loss)(names.map((name) => this.rows[name]!));
    });
    const read: { shared?: Float32Array; own?: Float32Array } = {};
    for (const [i, name] of names.entries()) read[name] = await found[i].data<'float32'>();
    tf.dispose(found);
    return read;
  }
}

/** The same keys with each query's own positive masked instead of being its positive. */
function positivesApart(shared: SharedKeys, batchSize: number): SharedKeys {
  if (!shared.positivesFirst) return shared;
  const { masked, maskedBias } = shared;
  const offsets = masked.offsets.map((offset, row) => offset + row);
  const columns: number[] = [];
  const bias: number[] = [];
  for (let row = 0; row < batchSize; row++) {
    const entries: [number, number][] = [[row, Number.NEGATIVE_INFINITY]];
    for (let at = masked.offsets[row]; at < masked.offsets[row + 1]; at++) {
      entries.push([masked.values[at], maskedBias ? maskedBias[at] : Number.NEGATIVE_INFINITY]);
    }
    entries.sort(([a], [b]) => a - b);
    for (const [column, added] of entries) {
      columns.push(column);
      bias.push(added);
    }
  }
  return {
    ...shared,
    positivesFirst: false,
    masked: { offsets, values: Int32Array.from(columns) },
    maskedBias: maskedBias && Float32Array.from(bias),
  };
}

/** How many queries have each column's item in train without it being their positive, `[numColumns]`. */
function knownColumns(graph: BipartiteCsr, batch: PositiveBatch, ids: Int32Array, positivesFirst: boolean): Int32Array {
  const options = { accidentalHits: false, falseNegatives: true };
  const known = new Int32Array(ids.length);
  for (const column of maskedCandidates(graph, batch, ids, options, positivesFirst).values) known[column]++;
  return known;
}

function dot(a: ArrayLike<number>, atA: number, b: ArrayLike<number>, atB: number, dim: number): number {
  let sum = 0;
  for (let d = 0; d < dim; d++) sum += a[atA + d] * b[atB + d];
  return sum;
}

function squares(values: Float32Array, at: number, dim: number): number {
  return dot(values, at, values, at, dim);
}
