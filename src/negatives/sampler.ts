/**
 * Draws one step's candidates from all sources of the configuration.
 *
 * Under a softmax, shared sources give columns that every query sees (in-batch: the positives themselves, first) and own
 * sources give slots of one query. Under a pairwise loss everything is a slot: sources with `count` get that many of each
 * positive's, those with `ratio` share out `numNegatives`.
 */
import type { Tensor2D } from '@tensorflow/tfjs';
import { concatInt32 } from '../core/concat-int32.js';
import type { Rng } from '../core/rng.js';
import { hasEdge } from '../graph/bipartite-csr.js';
import type { Candidates, OwnCandidates, SharedCandidates } from './candidates.js';
import { type GuardOptions, guardCandidates } from './false-negatives.js';
import { type ItemFrequency, StreamingFrequency } from './item-frequency.js';
import { carriedScale, type MixturePart, mixtureLogQ } from './mixture.js';
import type { Snapshot } from './negative-source.js';
import {
  type Evolving,
  type NegativeSource,
  NO_ITEM,
  type PositiveBatch,
  type SourceContext,
  type SourceState,
  type StoredSource,
} from './negative-source.js';
import type { NegativesOptions } from './negatives-config.js';
import { createSource, type DrawnSourceOptions, expandSources, type NegativeSourceTable } from './registry.js';
import { fillSlots, joined, type Slots, sideBySide, slotOwners } from './slots.js';
import { inBatchSchema } from './sources/in-batch.js';
import { uniformSchema } from './sources/uniform.js';

/**
 * How a main loss compares: with all candidates at once (`sampled`: but no positives of others), or a positive with one
 * negative at a time.
 */
export type CandidateUse = 'softmax' | 'sampled' | 'pairwise';

interface MadeSource {
  readonly options: DrawnSourceOptions;
  readonly amount: Amount;
  readonly source: NegativeSource;
}

/** A drawn batch whose mined slots are still open. */
export interface DrawnCandidates {
  /** Items whose rows the losses will ask for. */
  readonly items: Int32Array;
  /**
   * Closes the mined slots before the step, for backends that can't read in the middle of one; absent: there are none.
   * @param users as the loss compares them, `[batchSize, dim]`
   * @param positives `[batchSize, dim]`
   */
  readonly mineAhead?: (users: Tensor2D, positives: Tensor2D) => Promise<void>;
  /** @param rows users and positives as the loss compares them; only asked for where mined slots are still open */
  complete(rows: () => readonly [users: Tensor2D, items: Tensor2D]): Candidates;
}

export class NegativeSampler {
  private readonly made: readonly MadeSource[];
  private readonly frequency: ItemFrequency | undefined;

  /** @param rows where sources are looked up by name; default: the registry's */
  constructor(
    private readonly options: NegativesOptions,
    private readonly use: CandidateUse,
    private readonly context: SourceContext,
    rows?: NegativeSourceTable,
  ) {
    const { frequency } = options;
    this.frequency = frequency.name === 'streaming' ? new StreamingFrequency(frequency, context.seed) : undefined;
    const whole: SourceContext = {
      ...context,
      removeKnown: options.falseNegatives === 'remove',
      positiveProbability: this.frequency ? (item) => this.frequency!.probability(item) : context.positiveProbability,
    };
    this.made = sourcesOf(options, use).map((source) => ({
      options: source,
      amount: { count: 'count' in source ? source.count : undefined, ratio: 'ratio' in source ? source.ratio : 1 },
      source: createSource(whole, source, rows),
    }));
  }

  /**
   * @param step 1 at the first update
   * @param longestStall most validations in a row that brought no improvement so far
   */
  draw(batch: PositiveBatch, step: number, rng: Rng, longestStall = 0): DrawnCandidates {
    this.frequency?.observe?.(batch, step);
    const active = this.made.filter(({ options }) => isActive(options, step, longestStall));
    const softmax = this.use !== 'pairwise';
    const live = active.flatMap(({ options, amount, source }): MixturePart[] => {
      if (source.kind !== 'shared' || !isCorrected(options)) return [];
      const count = options.name === 'in-batch' ? batch.itemIndex.length : this.amount(amount, batch);
      return [{ source, count }];
    });
    const stored = active.flatMap(({ source }): MixturePart[] =>
      source.kind === 'stored' ? [{ source, count: source.read().ids.length }] : [],
    );
    const logQ = (ids: Int32Array): Float32Array =>
      mixtureLogQ([...live, ...stored], ids, 1 / this.context.graph.numEdges);
    const scale = (ids: Int32Array): Float32Array => carriedScale(live, stored, ids);
    const shared = softmax ? this.shared(active, batch, rng, logQ, scale) : undefined;
    const slots = softmax ? this.ownSlots(active, batch, rng) : this.pairwiseSlots(active, batch, rng);
    const drawn = slots.ids.filter((id) => id !== NO_ITEM);
    const items = shared ? concatInt32([shared.ids.subarray(0, shared.ids.length - shared.numStored), drawn]) : drawn;
    let open = active.flatMap(({ source }, at) => (source.kind === 'mined' ? [{ at, source }] : []));
    const mineAhead = async (users: Tensor2D, positives: Tensor2D): Promise<void> => {
      for (const { at, source } of open) {
        fillSlots(slots, at, await source.mineAhead(users, positives, batch, slots.perQuery));
      }
      open = [];
    };
    return {
      items,
      mineAhead: open.length > 0 ? mineAhead : undefined,
      complete: (rows) => {
        for (const { at, source } of open) fillSlots(slots, at, source.mine(...rows(), batch, slots.perQuery));
        return {
          shared,
          own: slots.perQuery > 0 ? this.own(slots, batch, logQ) : undefined,
          positiveLogQ: logQ(batch.itemIndex),
          sources: active.map(({ options }) => options.name),
        };
      },
    };
  }

  /** Sources that keep vectors of earlier steps; the trainer pushes to them after each step. */
  get stored(): StoredSource[] {
    return this.made.flatMap(({ source }) => (source.kind === 'stored' ? [source] : []));
  }

  /** Before the step after `done` ones: sources that follow the training bring themselves up to date. */
  async prepare(done: number, snapshot: () => Snapshot | Promise<Snapshot>): Promise<void> {
    for (const [, part] of this.evolving()) await part.prepare?.(done, snapshot);
  }

  /** What a checkpoint keeps of all sources. */
  state(): SourceState {
    const entries = this.evolving().flatMap(([prefix, part]) =>
      Object.entries(part.state?.() ?? {}).map(([name, array]) => [`${prefix}/${name}`, array] as const),
    );
    return Object.fromEntries(entries);
  }

  restore(state: SourceState, done: number): void {
    for (const [prefix, part] of this.evolving()) {
      const own = Object.entries(state).filter(([name]) => name.startsWith(`${prefix}/`));
      if (own.length === 0) continue;
      part.restore?.(Object.fromEntries(own.map(([name, array]) => [name.slice(prefix.length + 1), array])), done);
    }
  }

  dispose(): void {
    for (const [, part] of this.evolving()) part.dispose?.();
  }

  private evolving(): [string, Evolving][] {
    const sources = this.made.map(({ options, source }, at): [string, Evolving] => [`${at}-${options.name}`, source]);
    return this.frequency ? [['frequency', this.frequency], ...sources] : sources;
  }

  /** Columns of a shared source, or slots a query of another, under a softmax. */
  private amount({ count, ratio }: Amount, batch: PositiveBatch): number {
    return count ?? Math.max(1, Math.round(ratio * batch.itemIndex.length));
  }

  private shared(
    active: readonly MadeSource[],
    batch: PositiveBatch,
    rng: Rng,
    logQ: (ids: Int32Array) => Float32Array,
    scale: (ids: Int32Array) => Float32Array,
  ): SharedCandidates | undefined {
    const inBatch = active.findIndex(({ options }) => options.name === 'in-batch');
    const draws: { at: number; ids: Int32Array }[] = inBatch < 0 ? [] : [{ at: inBatch, ids: batch.itemIndex }];
    for (const [at, { amount, source }] of active.entries()) {
      if (source.kind !== 'shared' || at === inBatch) continue;
      draws.push({ at, ids: source.draw(batch, this.amount(amount, batch), rng) });
    }
    const at = active.findIndex(({ source }) => source.kind === 'stored');
    const storing = at < 0 ? undefined : (active[at].source as StoredSource);
    const stored = storing?.read();
    const numStored = stored?.ids.length ?? 0;
    if (stored && numStored > 0) draws.push({ at, ids: stored.ids });
    if (draws.length === 0) return undefined;
    // an item's own stored vector is no negative of it, whatever the guard says of drawn copies
    const guard: GuardOptions = stored ? { ...this.options, accidentalHits: 'remove' } : this.options;
    const ids = concatInt32(draws.map((draw) => draw.ids));
    const positivesFirst = inBatch >= 0;
    const scaleOf = (): Float32Array => {
      const scales = draws.map(({ at: from, ids: drawn }) => {
        const { source, options } = active[from];
        const stands = source.kind === 'shared' && isCorrected(options);
        return stands ? scale(drawn) : new Float32Array(drawn.length).fill(1);
      });
      return Float32Array.from(scales.flatMap((part) => [...part]));
    };
    return {
      ids,
      positivesFirst,
      logQ: logQ(ids),
      source: Uint8Array.from(draws.flatMap(({ at, ids: drawn }) => new Array<number>(drawn.length).fill(at))),
      stored: stored?.vectors,
      numStored,
      gradientScale: storing?.carried && numStored > 0 ? scaleOf() : undefined,
      ...guardCandidates(this.context.graph, batch, ids, guard, positivesFirst),
    };
  }

  private ownSlots(active: readonly MadeSource[], batch: PositiveBatch, rng: Rng): Slots {
    const rows = batch.itemIndex.length;
    const draws = active.flatMap(({ amount, source }, at) => {
      if (source.kind === 'shared' || source.kind === 'stored') return [];
      const perQuery = this.amount(amount, batch);
      const ids =
        source.kind === 'own' ? source.draw(batch, perQuery, rng) : new Int32Array(rows * perQuery).fill(NO_ITEM);
      return [{ at, perQuery, ids }];
    });
    return sideBySide(draws, rows);
  }

  private pairwiseSlots(active: readonly MadeSource[], batch: PositiveBatch, rng: Rng): Slots {
    const rows = batch.itemIndex.length;
    const drawFor = ({ source }: MadeSource, perQuery: number): Int32Array => {
      if (source.kind === 'shared') return source.draw(batch, rows * perQuery, rng);
      return source.kind === 'own' ? source.draw(batch, perQuery, rng) : new Int32Array(rows * perQuery).fill(NO_ITEM);
    };
    const counted = active.flatMap((made, at) => {
      const { count } = made.amount;
      return count === undefined ? [] : [{ at, perQuery: count, ids: drawFor(made, count) }];
    });
    const byRatio = active.flatMap((made, at) => (made.amount.count === undefined ? [{ made, at }] : []));
    const { numNegatives } = this.options;
    if (byRatio.length === 0) return sideBySide(counted, rows);
    const draws = byRatio.map(({ made }) => drawFor(made, numNegatives));
    const ratios = byRatio.map(({ made }) => made.amount.ratio);
    const owners = slotOwners(ratios, rows * numNegatives, rng);
    const chosen = {
      perQuery: numNegatives,
      ids: Int32Array.from(owners, (owner, slot) => draws[owner][slot]),
      source: owners.map((owner) => byRatio[owner].at),
    };
    return joined([chosen, ...(counted.length > 0 ? [sideBySide(counted, rows)] : [])], rows);
  }

  private own(slots: Slots, batch: PositiveBatch, logQ: (ids: Int32Array) => Float32Array): OwnCandidates {
    const { perQuery, ids, source } = slots;
    const { falseNegatives, falseNegativeWeight, accidentalHits } = this.options;
    const known = falseNegatives === 'remove' ? Number.NEGATIVE_INFINITY : Math.log(falseNegativeWeight);
    const logWeight = Float32Array.from(ids, (item, slot) => {
      if (item === NO_ITEM) return Number.NEGATIVE_INFINITY;
      const row = Math.floor(slot / perQuery);
      if (item === batch.itemIndex[row]) return accidentalHits === 'remove' ? Number.NEGATIVE_INFINITY : 0;
      if (falseNegatives === 'keep') return 0;
      return hasEdge(this.context.graph, batch.userIndex[row], item) ? known : 0;
    });
    return { perQuery, ids, source, logWeight, logQ: logQ(ids) };
  }
}

type Amount = { readonly count?: number; readonly ratio: number };

/** The sources of the configuration, or those that go with the kind of loss. */
export function sourcesOf({ sources }: NegativesOptions, use: CandidateUse): DrawnSourceOptions[] {
  if (sources !== undefined) return expandSources(sources);
  return [use === 'softmax' ? inBatchSchema.parse({ name: 'in-batch' }) : uniformSchema.parse({ name: 'uniform' })];
}

/** Whether a source's draws are part of the mixture that logQ corrects for. */
function isCorrected(options: DrawnSourceOptions): boolean {
  return !('corrected' in options) || options.corrected;
}

function isActive(
  { fromStep, untilStep, afterStall }: DrawnSourceOptions,
  step: number,
  longestStall: number,
): boolean {
  const stalled = afterStall === undefined || longestStall >= afterStall;
  return stalled && step > fromStep && (untilStep === undefined || step <= untilStep);
}
