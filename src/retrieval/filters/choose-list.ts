/**
 * A list of k out of a ranked pool, one item after the other: always the best that keeps the rules, where the last slots belong
 * to the quotas that are not met yet. Best is the next in the ranking, or the one of largest marginal relevance.
 *
 * Where every item has one value a column, and no more than one column has rules, no other list that keeps them has a larger
 * sum of scores.
 */
import type { Limit, ListRules, Quota } from './list-rules.js';
import { MarginalPool, type MarginalRelevance } from './marginal-relevance.js';

/** Best first, `[poolSize]` each. */
export interface RankedPool {
  readonly items: Int32Array;
  readonly scores: Float32Array;
}

interface ChosenList {
  /** Positions in the pool, in the list's order. */
  readonly positions: readonly number[];
  /** Whether the pool ended before the list was full, so that a larger one might give another list. */
  readonly wantsMore: boolean;
}

/** @param mmr absent: in the order of the pool */
export function chooseList(pool: RankedPool, k: number, rules: ListRules, mmr?: MarginalRelevance): ChosenList {
  const marginal = mmr && new MarginalPool(pool.items, pool.scores, mmr);
  const counts = new RuleCounts(rules);
  const positions: number[] = [];
  const isOut = new Uint8Array(pool.items.length);
  let wantsMore = false;
  let first = 0;
  while (positions.length < k) {
    const isReserved = counts.openQuotas() >= k - positions.length && counts.openQuotas() > 0;
    let best = -1;
    while (isOut[first] === 1) first++;
    for (let position = first; position < isOut.length; position++) {
      if (isOut[position] === 1) continue;
      const item = pool.items[position];
      if (counts.isOver(item)) {
        // limits are never lifted
        isOut[position] = 1;
        continue;
      }
      if (isReserved && !counts.servesQuota(item)) continue;
      if (!marginal) {
        best = position;
        break;
      }
      if (best < 0 || marginal.valueOf(position) > marginal.valueOf(best)) best = position;
    }
    if (best < 0) {
      wantsMore = true;
      if (!isReserved) break;
      counts.giveUpQuotas();
      continue;
    }
    isOut[best] = 1;
    positions.push(best);
    counts.add(pool.items[best]);
    marginal?.choose(best);
  }
  return { positions, wantsMore };
}

/** How much of the rules the chosen items use up. */
class RuleCounts {
  /** Items of each value, of each limit. */
  private readonly ofLimits: readonly { readonly limit: Limit; readonly counts: Map<number, number> }[];
  private readonly ofQuotas: { readonly quota: Quota; left: number }[];

  constructor({ limits, quotas }: ListRules) {
    this.ofLimits = limits.map((limit) => ({ limit, counts: new Map() }));
    this.ofQuotas = quotas.map((quota) => ({ quota, left: quota.least }));
  }

  /** Whether one more such item is over a limit. */
  isOver(item: number): boolean {
    return this.ofLimits.some(({ limit, counts }) =>
      limit.values.of(item).some((value) => (counts.get(value) ?? 0) >= limit.most),
    );
  }

  servesQuota(item: number): boolean {
    return this.ofQuotas.some(({ quota, left }) => left > 0 && quota.mask.has(item));
  }

  /** Items that the quotas still want. */
  openQuotas(): number {
    return this.ofQuotas.reduce((sum, { left }) => sum + left, 0);
  }

  add(item: number): void {
    for (const { limit, counts } of this.ofLimits) {
      for (const value of limit.values.of(item)) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    for (const one of this.ofQuotas) {
      if (one.left > 0 && one.quota.mask.has(item)) one.left--;
    }
  }

  /** Where nothing is left that serves them. */
  giveUpQuotas(): void {
    for (const one of this.ofQuotas) one.left = 0;
  }
}
