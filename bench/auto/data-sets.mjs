/** What auto is held against its baselines on, by name (`--data NAMES`): each gives a stored graph, or undefined where its data are not there. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildGraph, createPlantedWorld } from '../../dist/index.js';
import { DATA_SETS as STUDIED, TINY as TINY_STUDY } from '../experiments/study/data-sets.mjs';

const DATA = process.env.TWINLIGHT_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
/** The last weeks of diginetica: enough to tell models apart, in minutes. */
const PERIODS = ['period_15.txt', 'period_16.txt'];

/** @type {Record<string, (runs: string) => Promise<object | undefined>>} */
export const DATA_SETS = Object.freeze({
  planted: (runs) => planted(runs, { seed: 1, numUsers: 1000, numItems: 800, meanInteractions: 20 }),
  'planted-exposure': studied(STUDIED.planted),
  'ml-100k': studied(STUDIED['ml-100k']),
  'citeulike-t-warm': citeulikeWarm,
  diginetica,
  gowalla: lightgcnSplit('gowalla'),
  yelp2018: lightgcnSplit('yelp2018'),
});

/** Seconds, no real data: shows only that the benchmark runs. */
export const TINY = Object.freeze({ tiny: studied(TINY_STUDY) });

/** As the studies have it. */
function studied({ open }) {
  return async (runs) => (await open(runs))?.graph;
}

/** Tastes of users, no old recommender between them and the log. */
function planted(runs, options) {
  const { interactions } = createPlantedWorld(options);
  const describedAs = { kind: 'planted', ...options };
  return buildGraph(interactions, { graphsDir: join(runs, 'graphs'), name: 'planted', describedAs });
}

function lightgcnSplit(name) {
  return async (runs) => {
    const folder = join(DATA, name);
    return existsSync(folder) ? buildGraph(folder, { graphsDir: join(runs, 'graphs'), name }) : undefined;
  };
}

/** The pairs of warm items alone: what cold ones get is measured by bench/cold-start. */
async function citeulikeWarm(runs) {
  const folder = resolve(DATA, 'citeulike-t');
  if (!existsSync(folder)) return undefined;
  const warm = mkdtempSync(join(tmpdir(), 'twinlight-citeulike-'));
  try {
    for (const [from, to] of Object.entries({ train: 'train', warm_valid: 'valid', warm_test: 'test' })) {
      symlinkSync(join(folder, `${from}.csv`), join(warm, `${to}.csv`));
    }
    return await buildGraph(warm, { graphsDir: join(runs, 'graphs'), name: 'citeulike-t-warm' });
  } finally {
    rmSync(warm, { recursive: true, force: true });
  }
}

/** Sessions as users; the last click of each is looked for, the one before it is validation. Lines are in the order of clicks. */
async function diginetica(runs) {
  const folder = join(DATA, 'diginetica');
  if (!existsSync(folder)) return undefined;
  mkdirSync(join(runs, 'graphs'), { recursive: true });
  const log = join(runs, 'graphs', 'diginetica.csv');
  const clicks = PERIODS.flatMap((period) => readFileSync(join(folder, period), 'utf8').trim().split('\n'));
  const rows = clicks.map((line, at) => `${line.trim().split(/\s+/).join(',')},${at}`);
  writeFileSync(log, `user,item,timestamp\n${rows.join('\n')}\n`);
  try {
    const data = { kCore: 3, split: { name: 'leave-one-out' } };
    return await buildGraph(log, { graphsDir: join(runs, 'graphs'), name: 'diginetica', data });
  } finally {
    rmSync(log);
  }
}
