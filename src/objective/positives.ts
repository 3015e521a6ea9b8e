/**
 * Which positives a step gets, and how much each counts.
 *
 * Hot items crowd the positives as they crowd negatives. `downSampling` keeps a positive of item i with a probability that
 * falls with its clicks:
 *   word2vec (Mikolov et al. 2013, arXiv 1310.4546, eq. 5): min(1, √(threshold / f_i)), f_i the item's share of all clicks
 *   plain: min(1, cap / clicks_i), so that no item has more than cap positives an epoch on average
 * `coldRepeats` repeats positives of items with fewer clicks than that, up to 10 times. Both are drawn anew each epoch.
 * `userBalance` b takes a pair of user u in proportion to clicks_u^-b, as many pairs an epoch as ever: 0 are the interactions
 * as they come, 1 a random user and one of its items (BPR's own sampling, Rendle et al. 2009, arXiv 1205.2618; LightGCN's).
 * Recall is a mean over users, and so is then what training minimises.
 * `exposedWeight` adds what was shown and not taken as positives of that weight, which practice tried and gave up.
 */

import type { PositivesOptions } from '../config/positives-options.js';
import { ConfigError } from '../core/errors.js';
import type { Rng } from '../core/rng.js';
import { EVENT_CODES, type Interactions } from '../data/interaction-set.js';
import { type BipartiteCsr, edgeUsers, itemDegrees } from '../graph/bipartite-csr.js';
import type { PositiveBatch } from '../negatives/index.js';

const MOST_REPEATS = 10;

export class Positives {
  /** Pairs that an epoch goes through: training edges, then exposures, `[numPairs]`. */
  private readonly users: Int32Array;
  private readonly items: Int32Array;
  /** `[numPairs]`; undefined where all count alike. */
  private readonly weight: Float32Array | undefined;
  /** Mean number of times that a pair of an item occurs in an epoch, `[numItems]`; undefined: once. */
  private readonly rate: Float64Array | undefined;
  /** Mean number of times that a pair of a user is in an epoch's order, 1 over all pairs, `[numUsers]`; undefined: once. */
  private readonly userRate: Float64Array | undefined;

  /** @throws ConfigError `POSITIVES_NO_EVENTS` for an exposedWeight without exposures, `POSITIVES_NO_WEIGHTS` for weights of edges without any */
  constructor(graph: BipartiteCsr, options: PositivesOptions, otherEvents?: Interactions) {
    const exposed = options.exposedWeight > 0 ? exposures(otherEvents) : { users: [], items: [] };
    this.users = joined(edgeUsers(graph), exposed.users);
    this.items = joined(graph.userNeighbors, exposed.items);
    if (options.weights === 'edge' && !graph.weight) {
      throw new ConfigError(
        'POSITIVES_NO_WEIGHTS',
        'positives.weights is edge, but the graph has no weights; build it with data.useWeights, or with ' +
          'data.deduplicate: none, by which a pair weighs as often as it occurs',
      );
    }
    const byEdge = options.weights === 'edge' ? graph.weight : undefined;
    if (byEdge || exposed.users.length > 0) {
      this.weight = new Float32Array(this.users.length).fill(options.exposedWeight);
      this.weight.set(byEdge ?? new Float32Array(graph.numEdges).fill(1));
    }
    this.rate = ratesOf(itemDegrees(graph), graph.numEdges, options);
    this.userRate = userRatesOf(this.users, graph.numUsers, options.userBalance);
  }

  get numPairs(): number {
    return this.users.length;
  }

  /** Whether batches differ from the plain run through the training edges. */
  get isPlain(): boolean {
    return this.rate === undefined && this.userRate === undefined && this.weight === undefined;
  }

  /** Numbers of the pairs of an epoch in the order of training, `[numPairs]`: each once, or by its user's rate. */
  epochOrder(rng: Rng): Int32Array {
    const order = rng.permutation(this.numPairs);
    const rate = this.userRate;
    if (rate === undefined) return order;
    // systematic: a pair comes ⌊rate⌋ or ⌈rate⌉ times, all of them make an epoch; in an order of its own each epoch, lest the
    // same items of a busy user always come together
    const taken = new Int32Array(this.numPairs).fill(order[0]);
    let sum = rng.uniform();
    let count = 0;
    for (const pair of order) {
      for (sum += rate[this.users[pair]]; sum >= 1 && count < taken.length; sum--) taken[count++] = pair;
    }
    return rng.permutation(this.numPairs).map((at) => taken[at]);
  }

  /** @param pairs numbers of the pairs that the batch's turn has come for; at least one of them stays */
  batch(pairs: Int32Array, rng: () => Rng): PositiveBatch {
    const kept = this.rate === undefined ? pairs : this.resampled(pairs, this.rate, rng());
    return {
      userIndex: kept.map((pair) => this.users[pair]),
      itemIndex: kept.map((pair) => this.items[pair]),
      ...(this.weight && { weight: shares(kept, this.weight) }),
    };
  }

  /** Probability that a positive of a batch is each item, `[numItems]`. */
  itemShares(numItems: number): Float64Array {
    const expected = new Float64Array(numItems);
    for (const [pair, item] of this.items.entries()) {
      expected[item] += (this.rate?.[item] ?? 1) * (this.userRate?.[this.users[pair]] ?? 1);
    }
    const total = expected.reduce((sum, count) => sum + count, 0);
    return expected.map((count) => count / total);
  }

  private resampled(pairs: Int32Array, rate: Float64Array, rng: Rng): Int32Array {
    const kept: number[] = [];
    for (const pair of pairs) {
      const times = rate[this.items[pair]];
      const whole = Math.floor(times);
      const count = whole + (rng.uniform() < times - whole ? 1 : 0);
      for (let i = 0; i < count; i++) kept.push(pair);
    }
    return Int32Array.from(kept.length > 0 ? kept : [pairs[0]]);
  }
}

function joined(first: Int32Array, second: readonly number[]): Int32Array {
  if (second.length === 0) return first;
  const all = new Int32Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

function ratesOf(degrees: Int32Array, numEdges: number, options: PositivesOptions): Float64Array | undefined {
  const { downSampling, threshold, cap, coldRepeats } = options;
  if (downSampling === 'none' && coldRepeats === 0) return undefined;
  return Float64Array.from(degrees, (degree) => {
    if (degree === 0) return 1;
    const repeats = Math.min(MOST_REPEATS, Math.max(1, coldRepeats / degree));
    if (downSampling === 'word2vec') return repeats * Math.min(1, Math.sqrt(threshold / (degree / numEdges)));
    return downSampling === 'plain' ? repeats * Math.min(1, cap / degree) : repeats;
  });
}

function userRatesOf(users: Int32Array, numUsers: number, balance: number): Float64Array | undefined {
  if (balance === 0) return undefined;
  const clicks = new Float64Array(numUsers);
  for (const user of users) clicks[user]++;
  const rate = clicks.map((count) => (count > 0 ? count ** -balance : 0));
  const total = clicks.reduce((sum, count, user) => sum + count * rate[user], 0);
  return rate.map((value) => (value * users.length) / total);
}

/** Weights of the pairs as parts of their sum. */
function shares(pairs: Int32Array, weight: Float32Array): Float32Array {
  const own = Float32Array.from(pairs, (pair) => weight[pair]);
  const total = own.reduce((sum, value) => sum + value, 0);
  return own.map((value) => (total > 0 ? value / total : 1 / own.length));
}

function exposures(events: Interactions | undefined): { users: number[]; items: number[] } {
  const pairs = new Map<string, [number, number]>();
  for (let row = 0; events?.event && row < events.event.length; row++) {
    if (events.event[row] !== EVENT_CODES.exposed) continue;
    const [user, item] = [events.userIndex[row], events.itemIndex[row]];
    pairs.set(`${user} ${item}`, [user, item]);
  }
  if (pairs.size === 0) {
    throw new ConfigError(
      'POSITIVES_NO_EVENTS',
      'positives.exposedWeight needs exposed events, and the graph has none of its training period; build it from a log with an event column',
    );
  }
  const list = [...pairs.values()];
  return { users: list.map(([user]) => user), items: list.map(([, item]) => item) };
}
