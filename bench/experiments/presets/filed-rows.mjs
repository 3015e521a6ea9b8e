/** The filed results of a data set, one row a preset: means over its seeds, how it was selected, and the published figure. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));

/** Test recall@20 and ndcg@20 as published, most with the epoch selected on test; sources in README.md. */
const PUBLISHED = {
  gowalla: { 'lightgcn-bpr': [0.183, 0.1554], lightgcn: [0.1874, 0.1571], 'two-tower': [0.1759, 0.1395] },
  yelp2018: {
    'lightgcn-bpr': [0.0649, 0.053],
    lightgcn: [0.0736, 0.0612],
    'two-tower': [0.0721, 0.0592],
    sgl: [0.0675, 0.0555],
    simgcl: [0.0721, 0.0601],
    xsimgcl: [0.0723, 0.0604],
    history: [0.0749, 0.0619],
  },
};

/** `.1875 / .1577`, recall and ndcg; empty where there are none. */
export const shown = (pair) => (pair ? pair.map((value) => value.toFixed(4).slice(1)).join(' / ') : '');

const mean = (numbers) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;

/** Sample standard deviation. */
const deviation = (numbers) =>
  Math.sqrt(numbers.reduce((sum, value) => sum + (value - mean(numbers)) ** 2, 0) / (numbers.length - 1));

/** @returns rows in the order of their names; `results` are those of single seeds */
export function filedRows(dataset) {
  const folder = join(HERE, dataset, 'results');
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  const byPreset = new Map();
  for (const name of names.sort()) {
    const result = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    byPreset.set(result.preset, [...(byPreset.get(result.preset) ?? []), result]);
  }
  return [...byPreset].map(([preset, results]) => rowOf(dataset, preset, results));
}

function rowOf(dataset, preset, results) {
  const first = results.find(({ seed, selectedWith }) => seed === selectedWith) ?? results[0];
  const tests = [0, 1].map((metric) => results.map(({ test }) => test[metric]));
  const seconds = first.wallSeconds ?? first.selectSeconds + first.finalSeconds;
  return {
    preset,
    results,
    seeds: results.map(({ seed }) => seed),
    selected: first.weights
      ? `weights ${first.weights.join(' : ')}, ${first.similarity}`
      : `${first.bestEpoch} of ${first.epochs}`,
    valid: first.valid,
    test: tests.map(mean),
    deviation: results.length > 1 ? tests.map(deviation) : undefined,
    published: first.weights ? undefined : PUBLISHED[dataset][preset.split('@')[0]],
    minutes: seconds > 0 ? seconds / 60 : undefined,
    threads: first.machine?.threads,
    /** Of a fusion: every choice that was tried on validation. */
    tried: first.tried,
  };
}

/** Cells of a row: seeds, selection, validation, test, published, minutes (threads). */
export function cellsOf({ seeds, selected, valid, test, deviation, published, minutes, threads }) {
  const spread = deviation ? ` (± ${shown(deviation)})` : '';
  const wall = minutes === undefined ? '' : `${minutes.toFixed(0)} (${threads})`;
  return [seeds.join(', '), selected, shown(valid), shown(test) + spread, shown(published), wall];
}
