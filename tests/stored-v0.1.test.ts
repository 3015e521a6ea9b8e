/**
 * What version 0.1 stored still opens, answers as it did and goes on as it did: graphs, runs, bundles and configurations of
 * `fixtures/v0.1`, which `fixtures/write-fixtures.mjs` made with that version. Weights are compared within rounding, since
 * kernels round otherwise on another machine; `scripts/compare-checkouts.mjs` compares bits.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toEarlierForm } from '../src/config/earlier-forms.js';
import {
  type Bundle,
  evaluateRun,
  loadGraph,
  loadRun,
  type Metrics,
  openBundle,
  type RankedItem,
  RunFolder,
  recommendForHistory,
  recommendForUser,
  resolveConfig,
  similarToItem,
  type TrainedRun,
  train,
} from '../src/index.js';
import { readStateFile } from '../src/runs/state-file.js';
import { RUNNABLE_BACKENDS } from './runnable-backends.js';

type Answers = Record<string, RankedItem[]>;
interface Expected {
  readonly graph: { readonly id: string; readonly hash: string; readonly counts: object };
  readonly runs: Record<
    string,
    { valid: Metrics; test: Metrics; recommend: Answers; similar?: Answers; forHistory?: RankedItem[] }
  >;
  readonly resumed: Record<string, { steps: number; epochs: number; bestEpoch: number; stopped: string }>;
  readonly bundles: Record<string, { recommend: Answers; similar: Answers; forHistory?: RankedItem[] }>;
}
type Section = Record<string, unknown>;

const FIXTURES = join(import.meta.dirname, 'fixtures', 'v0.1');
const readJson = (name: string) => JSON.parse(readFileSync(join(FIXTURES, name), 'utf8'));
const expected: Expected = readJson('expected.json');
const { defaults, ...others }: Record<string, Section> = readJson('configurations.json');
/** What histories are made of and likeness was asked about. */
const ITEMS = Object.keys(expected.bundles.joint.similar);

const work = mkdtempSync(join(tmpdir(), 'twinlight-stored-'));
const runFolder = (name: string): string => join(work, 'runs', name);
beforeAll(() => cpSync(FIXTURES, work, { recursive: true }));
afterAll(() => rmSync(work, { recursive: true, force: true }));

function expectItems(found: readonly RankedItem[], as: readonly RankedItem[]): void {
  expect(found.map(({ id }) => id)).toEqual(as.map(({ id }) => id));
  for (const [rank, { score }] of as.entries()) expect(found[rank].score).toBeCloseTo(score, 5);
}

/** Metrics that there were none of in 0.1. */
const SINCE = ['hubness'];

function expectMetrics(found: Metrics, as: Metrics): void {
  expect(Object.keys(found).filter((key) => !SINCE.includes(key.split('@')[0]))).toEqual(Object.keys(as));
  for (const [name, value] of Object.entries(as)) expect(found[name], name).toBeCloseTo(value, 9);
}

it('a graph has its hash and its counts', async () => {
  const { id, hash, counts } = expected.graph;
  const { manifest, train: edges, users } = await loadGraph(join(work, 'graphs', id));
  expect(manifest).toMatchObject({ id, hash, counts });
  expect([edges.numEdges, users.size]).toEqual([manifest.counts.trainEdges, manifest.counts.users]);
});

describe.each(Object.keys(expected.runs))('run %s', (name) => {
  const { valid, test, recommend, similar, forHistory } = expected.runs[name];
  let run: TrainedRun;
  beforeAll(async () => {
    run = await loadRun(runFolder(name));
  });

  it('has the figures of its report', async () => {
    const report = new RunFolder(runFolder(name)).readReport();
    expectMetrics((await evaluateRun(run, { part: 'valid' })).metrics, report?.valid ?? valid);
    expectMetrics((await evaluateRun(run)).metrics, report?.test ?? test);
  });

  it('stops by the rule that it began with', () => {
    expect(run.config.training.stallShare).toBe('any');
  });

  it('recommends what it did', async () => {
    for (const [id, items] of Object.entries(recommend)) {
      expectItems(await recommendForUser(run, id, { k: items.length }), items);
    }
    for (const [id, items] of Object.entries(similar ?? {})) {
      expectItems(await similarToItem(run, id, { k: items.length }), items);
    }
    expect(run.historyVectors !== undefined).toBe(forHistory !== undefined);
    if (forHistory) expectItems((await recommendForHistory(run, ITEMS, { k: forHistory.length })).items, forHistory);
  });
});

describe.each(RUNNABLE_BACKENDS)('on %s an unfinished run', (backend) => {
  it.each(Object.keys(expected.resumed))('goes on to the same end: %s', async (name) => {
    const run = join(work, 'runs', `${name}-${backend}`);
    cpSync(runFolder(name), run, { recursive: true });
    expect(new RunFolder(run).readManifest().finished).toBe(false);
    expect(await train({ run, resume: true, backend })).toMatchObject(expected.resumed[name]);
    const { arrays } = new RunFolder(run).readBest()!;
    rmSync(run, { recursive: true });
    const end = readStateFile(join(work, 'resumed', name, 'best.state'))!;
    expect(Object.keys(arrays)).toEqual(Object.keys(end.arrays));
    for (const [array, { shape, values }] of Object.entries(end.arrays)) {
      expect(arrays[array].shape, array).toEqual(shape);
      const furthest = values.reduce((most, value, i) => Math.max(most, Math.abs(value - arrays[array].values[i])), 0);
      expect(furthest, array).toBeLessThan(1e-5);
    }
  });
});

describe.each(Object.keys(expected.bundles))('bundle %s', (name) => {
  const { recommend, similar, forHistory } = expected.bundles[name];

  it('opens undamaged and answers what it did', async () => {
    const bundle: Bundle = await openBundle(join(work, 'bundles', name));
    for (const [id, items] of Object.entries(recommend)) {
      expectItems(await bundle.recommend(id, { k: items.length }), items);
    }
    for (const [id, items] of Object.entries(similar)) {
      expectItems(await bundle.similar(id, { k: items.length }), items);
    }
    if (forHistory) expectItems(await bundle.recommendForHistory(ITEMS, { k: forHistory.length }), forHistory);
  });
});

describe('a configuration', () => {
  it('without keys has the defaults it had', () => {
    expect(resolveConfig([], 'nothing')).toMatchObject(defaults);
  });

  it.each(Object.keys(others))('is accepted and keeps every value: %s', (name) => {
    const whole = wholeOf(others[name]);
    expect(toEarlierForm(resolveConfig([whole as never], name))).toMatchObject(whole);
  });
});

/** Sections with a name are stored whole, of others the parts that are not the defaults. */
function wholeOf(other: Section): Section {
  const sections = Object.entries(defaults).map(([key, section]) => {
    const hasParts = typeof section === 'object' && section !== null && !('name' in section);
    return [key, hasParts ? { ...section, ...(other[key] as Section | undefined) } : (other[key] ?? section)];
  });
  return Object.fromEntries(sections);
}
