import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averagePopularity } from './average-popularity.js';
import { coverage } from './coverage.js';
import { gini } from './gini.js';
import { hitRateAtK } from './hit-rate-at-k.js';
import { hubness, skewness } from './hubness.js';
import { mapAtK } from './map-at-k.js';
import { defineMetric } from './metric.js';
import { mrrAtK } from './mrr-at-k.js';
import { ndcgAtK } from './ndcg-at-k.js';
import { novelty } from './novelty.js';
import { precisionAtK } from './precision-at-k.js';
import { recallAtK } from './recall-at-k.js';
import { higherIsBetter, METRIC_NAMES, METRICS, metricByName, monitorableMetrics } from './registry.js';

/** Textbook definitions over a ranked list of ids and a set of relevant ones. */
const NAIVE = {
  recall: (ranked: string[], relevant: Set<string>, k: number) =>
    ranked.slice(0, k).filter((id) => relevant.has(id)).length / relevant.size,
  precision: (ranked: string[], relevant: Set<string>, k: number) =>
    ranked.slice(0, k).filter((id) => relevant.has(id)).length / k,
  hitRate: (ranked: string[], relevant: Set<string>, k: number) =>
    Number(ranked.slice(0, k).some((id) => relevant.has(id))),
  mrr: (ranked: string[], relevant: Set<string>, k: number) => {
    const rank = ranked.slice(0, k).findIndex((id) => relevant.has(id)) + 1;
    return rank === 0 ? 0 : 1 / rank;
  },
  ndcg: (ranked: string[], relevant: Set<string>, k: number) => {
    const dcg = (gains: number[]) =>
      gains.slice(0, k).reduce((sum, gain, at) => sum + gain / (Math.log(at + 2) / Math.log(2)), 0);
    const gains = ranked.map((id) => Number(relevant.has(id)));
    return dcg(gains) / dcg([...relevant].map(() => 1));
  },
  map: (ranked: string[], relevant: Set<string>, k: number) => {
    const precisions = ranked
      .slice(0, k)
      .flatMap((id, at) => (relevant.has(id) ? [NAIVE.precision(ranked, relevant, at + 1)] : []));
    return precisions.reduce((sum, value) => sum + value, 0) / Math.min(relevant.size, k);
  },
};

const LIST_METRICS = {
  recall: recallAtK,
  precision: precisionAtK,
  hitRate: hitRateAtK,
  mrr: mrrAtK,
  ndcg: ndcgAtK,
  map: mapAtK,
};
const DEPTH = 12;

describe('list metrics', () => {
  const anyList = fc.record({
    hits: fc.array(fc.boolean(), { minLength: DEPTH, maxLength: DEPTH }),
    missed: fc.nat(6),
    k: fc.integer({ min: 1, max: DEPTH }),
  });

  it.each(Object.entries(LIST_METRICS))('%s is its textbook definition', (name, metric) => {
    fc.assert(
      fc.property(anyList, ({ hits, missed, k }) => {
        const ranked = hits.map((_, at) => `i${at}`);
        const relevant = new Set(ranked.filter((_, at) => hits[at]));
        for (let i = 0; i < missed; i++) relevant.add(`missed${i}`);
        fc.pre(relevant.size > 0);
        const value = metric(Uint8Array.from(hits, Number), k, relevant.size);
        expect(value).toBeCloseTo(NAIVE[name as keyof typeof NAIVE](ranked, relevant, k), 12);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is 1 for a perfect ranking, and 0 for one without a hit', () => {
    const perfect = Uint8Array.of(1, 1, 1, 0, 0, 0);
    const worst = new Uint8Array(6);
    for (const metric of [recallAtK, hitRateAtK, mrrAtK, ndcgAtK, mapAtK]) {
      expect(metric(perfect, 6, 3)).toBeCloseTo(1, 15);
      expect(metric(worst, 6, 3)).toBe(0);
    }
    expect(precisionAtK(perfect, 6)).toBe(0.5);
    expect(precisionAtK(perfect, 3)).toBe(1);
  });

  it('more relevant items than places: the ideal list is full', () => {
    const full = Uint8Array.of(1, 1);
    expect(ndcgAtK(full, 2, 10)).toBeCloseTo(1, 15);
    expect(mapAtK(full, 2, 10)).toBe(1);
    expect(recallAtK(full, 2, 10)).toBe(0.2);
  });

  it('one relevant item at position r', () => {
    for (let position = 1; position <= 8; position++) {
      const hits = new Uint8Array(8);
      hits[position - 1] = 1;
      expect(recallAtK(hits, 8, 1)).toBe(1);
      expect(mrrAtK(hits, 8)).toBe(1 / position);
      expect(mapAtK(hits, 8, 1)).toBe(1 / position);
      expect(ndcgAtK(hits, 8, 1)).toBeCloseTo(Math.log(2) / Math.log(position + 1), 14);
      for (const metric of [recallAtK, mrrAtK, mapAtK, ndcgAtK]) expect(metric(hits, position - 1, 1) || 0).toBe(0);
    }
  });
});

describe('exposure metrics', () => {
  const anyExposure = fc.array(fc.tuple(fc.nat(9), fc.nat(30)), { minLength: 1, maxLength: 40 }).map((rows) => ({
    counts: Int32Array.from(rows, (row) => row[0]),
    itemDegrees: Int32Array.from(rows, (row) => row[1]),
  }));

  it('Gini is half the mean absolute difference over the mean', () => {
    fc.assert(
      fc.property(anyExposure, (exposure) => {
        const c = [...exposure.counts];
        const total = c.reduce((sum, value) => sum + value, 0);
        fc.pre(total > 0);
        const differences = c.flatMap((a) => c.map((b) => Math.abs(a - b))).reduce((sum, value) => sum + value, 0);
        expect(gini(exposure)).toBeCloseTo(differences / (2 * c.length * total), 12);
      }),
    );
  });

  it('Gini is 0 when all items are shown equally often and (n-1)/n when only one is', () => {
    const itemDegrees = new Int32Array(4);
    expect(gini({ counts: Int32Array.of(3, 3, 3, 3), itemDegrees })).toBe(0);
    expect(gini({ counts: Int32Array.of(0, 7, 0, 0), itemDegrees })).toBeCloseTo(3 / 4, 14);
    expect(gini({ counts: new Int32Array(4), itemDegrees })).toBe(0);
  });

  it('hubness is the third standardised moment of how often items are shown', () => {
    fc.assert(
      fc.property(anyExposure, (exposure) => {
        const c = [...exposure.counts];
        const mean = c.reduce((sum, value) => sum + value, 0) / c.length;
        const moment = (power: number) => c.reduce((sum, value) => sum + (value - mean) ** power, 0) / c.length;
        fc.pre(moment(2) > 0);
        expect(hubness(exposure)).toBeCloseTo(moment(3) / moment(2) ** 1.5, 9);
        const mirrored = { ...exposure, counts: exposure.counts.map((count) => 9 - count) };
        expect(hubness(mirrored)).toBeCloseTo(-hubness(exposure), 9);
      }),
    );
  });

  it('hubness has its closed forms: one hub of n items, halves, all alike', () => {
    const itemDegrees = new Int32Array(10);
    const oneHub = Int32Array.of(0, 0, 0, 70, 0, 0, 0, 0, 0, 0);
    expect(hubness({ counts: oneHub, itemDegrees })).toBeCloseTo(8 / 3, 12);
    expect(hubness({ counts: Int32Array.of(0, 5, 0, 5), itemDegrees })).toBe(0);
    expect(hubness({ counts: new Int32Array(4).fill(3), itemDegrees })).toBe(0);
    // two values, the higher one with probability p: (1 − 2p) / √(p (1 − p))
    expect(skewness([1, 0, 0, 0, 0])).toBeCloseTo(0.6 / Math.sqrt(0.16), 12);
  });

  it('novelty and average popularity are means over the places, coverage over the catalogue', () => {
    fc.assert(
      fc.property(anyExposure, (exposure) => {
        const places = [...exposure.counts].flatMap((count, item) => new Array<number>(count).fill(item));
        const degrees = exposure.itemDegrees;
        const total = degrees.reduce((sum, value) => sum + value, 0);
        fc.pre(places.length > 0 && total > 0);
        const mean = (f: (item: number) => number) =>
          places.map(f).reduce((sum, value) => sum + value, 0) / places.length;
        expect(averagePopularity(exposure)).toBeCloseTo(
          mean((item) => degrees[item]),
          10,
        );
        const bits = (item: number) => -Math.log2((degrees[item] === 0 ? 1 : degrees[item]) / total);
        expect(novelty(exposure)).toBeCloseTo(mean(bits), 10);
        expect(coverage(exposure)).toBeCloseTo(new Set(places).size / degrees.length, 14);
      }),
    );
  });

  it('is finite where nothing was shown or nothing was trained on', () => {
    const nothing = { counts: new Int32Array(3), itemDegrees: new Int32Array(3) };
    for (const metric of [coverage, gini, hubness, novelty, averagePopularity]) expect(metric(nothing)).toBe(0);
    expect(novelty({ counts: Int32Array.of(1, 0, 0), itemDegrees: new Int32Array(3) })).toBe(0);
  });
});

describe('registry', () => {
  it('knows every metric by its name', () => {
    for (const name of METRIC_NAMES) expect(metricByName(name)).toBe(METRICS[name]);
    expect(higherIsBetter('recall@20')).toBe(true);
    expect(higherIsBetter('meanRank')).toBe(false);
    expect(higherIsBetter('gini@5')).toBe(false);
  });

  it('takes the direction of others from them, and monitors those of lists of which more is better', () => {
    const ofList = () => 0;
    const own = {
      missed: defineMetric({ kind: 'list', higherIsBetter: false, ofList }),
      found: defineMetric({ kind: 'list', higherIsBetter: true, ofList }),
      spread: defineMetric({ kind: 'exposure', higherIsBetter: true, ofExposure: ({ counts }) => counts.length }),
    };
    expect([higherIsBetter('missed@5', own), higherIsBetter('found', own)]).toEqual([false, true]);
    expect(higherIsBetter('gini@5', own)).toBe(false);
    expect(() => higherIsBetter('missed@5')).toThrow(/unknown metric "missed"/);
    expect(monitorableMetrics()).toEqual(['recall', 'precision', 'ndcg', 'hitRate', 'mrr', 'map']);
    expect(monitorableMetrics(own)).toEqual([...monitorableMetrics(), 'found']);
  });

  it('names the nearest for an unknown one', () => {
    expect(() => metricByName('recal')).toThrow(/did you mean "recall".*known: recall, precision/);
    expect(() => metricByName('toString')).toThrow(/unknown metric/);
  });
});
