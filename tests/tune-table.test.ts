/** TPE beside Optuna on trainings of MovieLens 100K that bench/tune has filed. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Rng } from '../src/core/rng.js';
import { randomSampler } from '../src/tuning/random-sampler.js';
import { tpeSampler } from '../src/tuning/tpe/tpe-sampler.js';

const RESULTS = join(import.meta.dirname, '../bench/tune/results');
const read = (name: string) => JSON.parse(readFileSync(join(RESULTS, name), 'utf8'));
const tabulated = read('ml-100k-table.json');
const filed = read(
  readdirSync(RESULTS)
    .filter((name) => /^\d/.test(name))
    .sort()
    .at(-1)!,
);
// @ts-expect-error a plain script without types
const { gapOf, valueAt } = await import('../bench/tune/tabulated.mjs');

function meanGap(sampler: unknown): number {
  const gaps = Array.from({ length: filed.seeds }, (_, seed) => gapOf(sampler, tabulated, seed, filed.trials, Rng));
  return gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
}

describe('on MovieLens 100K', () => {
  it('TPE leaves at most 1.5 times the gap of Optuna after 60 trials, and less than random draws', () => {
    expect(filed.trials).toBe(60);
    expect(meanGap(tpeSampler)).toBeLessThan(1.5 * filed.meanGaps.optuna);
    expect(meanGap(tpeSampler)).toBeLessThan(meanGap(randomSampler));
  });

  it('is what was filed', () => {
    expect(meanGap(tpeSampler)).toBeCloseTo(filed.meanGaps.tpe, 9);
    expect(meanGap(randomSampler)).toBeCloseTo(filed.meanGaps.random, 9);
  });

  it('has the trainings at its points, and lies between them elsewhere', () => {
    const { rates, temperatures, choices, table } = tabulated;
    const at = (rate: number, temperature: number, logQ: string): number =>
      valueAt(tabulated, {
        'training.learningRate': rate,
        'losses.main.temperature': temperature,
        'losses.main.logQ': logQ,
      });
    expect(at(rates[2], temperatures[3], choices[1])).toBeCloseTo(table[1][2][3], 12);
    expect(at(rates[5], temperatures[5], choices[0])).toBeCloseTo(table[0][5][5], 12);
    const middle = Math.sqrt(rates[2] * rates[3]);
    expect(at(middle, temperatures[3], choices[1])).toBeCloseTo((table[1][2][3] + table[1][3][3]) / 2, 12);
  });
});
