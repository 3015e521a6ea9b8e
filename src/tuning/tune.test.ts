/** A study from end to end, on a small made-up world. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PRESETS } from '../config/presets/registry.js';
import { readConfigFile } from '../core/strict-config.js';
import { createPlantedWorld } from '../data/index.js';
import { buildGraph, type StoredGraph } from '../graph/index.js';
import { RunFolder } from '../runs/index.js';
import { train } from '../training/index.js';
import { PRESET_SPACES, readStudy, type TrialRecord, type TuneOptions, tune } from './index.js';
import { claimTrial } from './study-locks.js';
import { writeTrials } from './study-records.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-tune-'));
let graph: StoredGraph;
let counter = 0;

const SPACE = {
  'training.learningRate': { kind: 'float', low: 0.001, high: 0.05, log: true },
  'losses.main.temperature': { kind: 'float', low: 0.05, high: 1, log: true },
};
const options = (more: Partial<TuneOptions> = {}): TuneOptions => ({
  source: graph,
  preset: 'two-tower',
  set: ['training.epochs=2', 'training.batchSize=128', 'encoder.embeddingDim=8'],
  space: SPACE,
  trials: 3,
  out: join(work, `study-${counter++}`),
  backend: 'cpu',
  ...more,
});
const linesOf = (study: string): string => readFileSync(join(study, 'trials.jsonl'), 'utf8');

beforeAll(async () => {
  const { interactions } = createPlantedWorld({ seed: 3, numUsers: 60, numItems: 60, meanInteractions: 12 });
  graph = await buildGraph(interactions, { graphsDir: join(work, 'graphs'), name: 'planted' });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('a study', () => {
  it('has a run for every trial, compares them on validation, and never looks at test', async () => {
    const wanted = options();
    const report = await tune(wanted);
    expect(report.stopped).toBe('done');
    expect(report.trials).toHaveLength(3);
    for (const { trial, values, rungs } of report.trials) {
      const run = new RunFolder(join(wanted.out!, 'trials', `000${trial}`));
      const { training, losses } = run.resolvedConfig();
      expect(training.learningRate).toBe(values['training.learningRate']);
      expect(losses.main).toMatchObject({ temperature: values['losses.main.temperature'] });
      expect(rungs).toEqual([{ epochs: 2, value: run.readManifest().bestValue }]);
      const { valid, test, evaluatedUsers } = run.readReport()!;
      expect(valid['ndcg@20']).toBeCloseTo(rungs[0].value, 9);
      expect([test, evaluatedUsers.test]).toEqual([{}, 0]);
    }
    const values = report.trials.map(({ rungs }) => rungs[0].value);
    expect(values).toEqual([...values].sort((a, b) => b - a));
    expect(report.best).toMatchObject({ value: values[0], epochs: 2, complete: true });
    expect(readStudy(wanted.out!)).toEqual({ ...report, stopped: undefined });
  });

  it('tells a trial that somebody trains from one that a killed process left', async () => {
    const wanted = options({ trials: 2 });
    const { left, trials } = await tune(wanted);
    expect(left).toEqual([]);
    const inOrder = trials.toSorted((a, b) => a.trial - b.trial);
    writeTrials(
      wanted.out!,
      inOrder.map((trial): TrialRecord => (trial.trial === 1 ? { ...trial, state: 'running', rungs: [] } : trial)),
    );
    expect(readStudy(wanted.out!).left).toEqual([1]);
    const giveBack = claimTrial(wanted.out!, 1)!;
    expect(readStudy(wanted.out!).left).toEqual([]);
    giveBack();
    const again = await tune(wanted);
    expect(again.left).toEqual([]);
    expect(again.trials).toEqual(trials);
  });

  it('leaves a configuration that trains to the same bits, and nothing that nobody needs', async () => {
    const wanted = options();
    const { best } = await tune(wanted);
    const config = readConfigFile(join(wanted.out!, 'best.yaml'));
    expect(config).toEqual(best!.config);
    const again = join(work, 'again');
    const report = await train({ source: graph, preset: 'two-tower', config, run: again, backend: 'cpu' });
    expect(report.valid['ndcg@20']).toBeCloseTo(best!.value, 9);
    expect(report.evaluatedUsers.test).toBeGreaterThan(0);
    expect(new RunFolder(again).readManifest().bestValue).toBe(best!.value);
    expect(readdirSync(wanted.out!).sort()).toEqual(['best.yaml', 'study.json', 'trials', 'trials.jsonl']);
    expect(readdirSync(join(wanted.out!, 'trials'))).toEqual(['0000', '0001', '0002']);
  });

  it('goes on to more trials as one that wanted them from the start', async () => {
    const whole = options({ trials: 5 });
    await tune(whole);
    const cut = options({ trials: 2 });
    await tune(cut);
    await tune({ ...cut, trials: 3 });
    const { trials } = await tune({ out: cut.out, trials: 5 });
    expect(trials).toHaveLength(5);
    expect(linesOf(cut.out!)).toBe(linesOf(whole.out!));
    // nothing is left to do
    await tune(cut);
    await tune({ out: cut.out });
    expect(linesOf(cut.out!)).toBe(linesOf(whole.out!));
  });

  it('draws other trials from another seed', async () => {
    const [one, other] = [options({ trials: 1 }), options({ trials: 1, seed: 2 })];
    await tune(one);
    await tune(other);
    expect(linesOf(one.out!)).not.toBe(linesOf(other.out!));
  });

  it('stops within a trial when told to, and goes on to the same figures', async () => {
    const [whole, cut] = [options(), options()];
    await tune(whole);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 60);
    const { stopped } = await tune({ ...cut, signal: stop.signal });
    expect(stopped).toBe('interrupted');
    expect((await tune(cut)).stopped).toBe('done');
    expect(linesOf(cut.out!)).toBe(linesOf(whole.out!));
  });

  it('is named after what is asked', async () => {
    const wanted = { ...options({ trials: 1 }), out: undefined, studiesDir: join(work, 'studies') };
    const { folder } = await tune(wanted);
    expect(folder).toMatch(/planted_two-tower_[0-9a-f]{8}$/);
    expect((await tune({ ...wanted, trials: 2 })).folder).toBe(folder);
    expect((await tune({ ...wanted, seed: 9 })).folder).not.toBe(folder);
  });
});

describe('a trial', () => {
  it('that diverges is on record as failed, and the study goes on', async () => {
    const wanted = options({
      trials: 3,
      space: { 'training.learningRate': { kind: 'choice', values: [1e-3, 1e30] } },
      seed: 4,
    });
    const { trials } = await tune(wanted);
    const failed = trials.filter(({ state }) => state === 'failed');
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.length).toBeLessThan(3);
    for (const { values, error } of failed) {
      expect(values['training.learningRate']).toBe(1e30);
      expect(error!.code).toMatch(/^TRAIN_(DIVERGED|COLLAPSED)$/);
    }
    expect(trials.at(-1)!.state).toBe('failed');
  });

  it('of a model without training is its validation', async () => {
    const { trials, best } = await tune(options({ preset: 'item-knn', set: [], space: undefined, trials: 2 }));
    for (const { trial, rungs } of trials) {
      const { valid } = new RunFolder(join(best!.run, '..', `000${trial}`)).readReport()!;
      expect(rungs).toEqual([{ epochs: 0, value: valid['ndcg@20'] }]);
    }
  });
});

describe('successive halving', () => {
  it('trains most trials for few epochs, and the promoted ones to the bits of a whole training', async () => {
    const set = [
      'training.epochs=4',
      'training.batchSize=128',
      'encoder.embeddingDim=8',
      'training.schedule.name=cosine',
    ];
    const wanted = options({ set, trials: 9, asha: { minEpochs: 1, reduction: 2 } });
    const { study, trials, best } = await tune(wanted);
    expect(study.rungs).toEqual([1, 2, 4]);
    const reached = [1, 2, 3].map((rung) => trials.filter(({ rungs }) => rungs.length >= rung).length);
    expect(reached[0]).toBe(9);
    expect(reached[1]).toBeGreaterThanOrEqual(4);
    expect(reached[1]).toBeLessThan(9);
    expect(reached[2]).toBeGreaterThanOrEqual(2);
    expect(reached[2]).toBeLessThan(reached[1]);
    for (const { state, rungs } of trials) {
      expect(state).toBe(rungs.length === 3 ? 'complete' : 'paused');
      expect(rungs.map(({ epochs }) => epochs)).toEqual([1, 2, 4].slice(0, rungs.length));
    }
    expect(best!.complete).toBe(true);
    const again = join(work, 'whole-training');
    await train({ source: graph, preset: 'two-tower', config: best!.config, run: again, backend: 'cpu' });
    const bits = (run: string): Buffer => readFileSync(join(run, 'best.state'));
    expect(bits(again).equals(bits(best!.run))).toBe(true);
  });
});

describe('refused before anything is made', () => {
  const refusals: Record<string, [Partial<TuneOptions>, string, RegExp]> = {
    'an unknown key': [
      { space: { 'training.learningrate': { kind: 'float', low: 0.1, high: 1 } } },
      'CONFIG_INVALID',
      /search space, training\.learningrate.*did you mean "learningRate"/,
    ],
    'a value out of bounds': [
      { space: { 'training.learningRate': { kind: 'float', low: -1, high: 1 } } },
      'CONFIG_INVALID',
      /training\.learningRate = -1.*expected a number > 0, got -1/,
    ],
    'a choice that is none': [
      { space: { 'losses.main.name': { kind: 'choice', values: ['bpr', 'bprr'] } } },
      'CONFIG_INVALID',
      /bprr/,
    ],
    'ends in the wrong order': [
      { space: { 'training.learningRate': { kind: 'float', low: 1, high: 0.1 } } },
      'CONFIG_INVALID',
      /training\.learningRate: expected low < high/,
    ],
    'an unknown kind': [
      { space: { 'training.learningRate': { kind: 'flout', low: 1, high: 2 } } },
      'CONFIG_INVALID',
      /did you mean "float"/,
    ],
    'an empty space': [{ space: {} }, 'TUNE_SPACE', /empty/],
    'the seed as a parameter': [{ space: { seed: { kind: 'int', low: 1, high: 9 } } }, 'TUNE_SPACE', /luckiest seed/],
    'the graph as a parameter': [
      { space: { 'data.kCore': { kind: 'int', low: 1, high: 9 } } },
      'TUNE_SPACE',
      /one graph/,
    ],
    'epochs under successive halving': [
      { space: { 'training.epochs': { kind: 'int', low: 1, high: 9 } }, asha: { minEpochs: 1 } },
      'TUNE_SPACE',
      /gives trials their epochs/,
    ],
    'a first rung past the end': [{ asha: { minEpochs: 2 } }, 'TUNE_ASHA', /below 2 \(training\.epochs\), got 3 and 2/],
    'successive halving without epochs': [
      { preset: 'item-knn', set: [], space: undefined, asha: {} },
      'TUNE_ASHA',
      /has none/,
    ],
    'a preset without a space': [{ preset: 'popularity', set: [], space: undefined }, 'TUNE_NO_SPACE', /--space FILE/],
    'fitting on validation': [{ config: { training: { fitOn: 'train+valid' } } }, 'TUNE_NO_VALIDATION', /fitOn/],
    'a task that is not asked': [{ config: { training: { monitor: 'strong.ndcg@20' } } }, 'CONFIG_MONITOR', /"strong"/],
    'other data': [{ config: { data: { kCore: 5 } } }, 'TUNE_DATA', /built already/],
  };
  it.each(Object.entries(refusals))('%s', async (_what, [more, code, message]) => {
    const wanted = options(more);
    await expect(tune(wanted)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(existsSync(wanted.out!)).toBe(false);
  });

  it('a folder that holds anything else, or another study', async () => {
    const wanted = options({ trials: 1 });
    await tune(wanted);
    const other = { code: 'STUDY_EXISTS', message: expect.stringMatching(/another sampler \("tpe", not "random"\)/) };
    await expect(tune({ ...wanted, sampler: 'random' })).rejects.toMatchObject(other);
    await expect(tune({ out: wanted.out, preset: 'joint' })).rejects.toMatchObject({ code: 'TUNE_GIVEN' });
    await expect(tune(options({ out: graph.folder }))).rejects.toMatchObject({ code: 'STUDY_EXISTS' });
    const file = join(work, 'thesis.txt');
    writeFileSync(file, 'years');
    const none = { code: 'STUDY_EXISTS', message: expect.stringMatching(/is no folder/) };
    await expect(tune(options({ out: file }))).rejects.toMatchObject(none);
    expect(readFileSync(file, 'utf8')).toBe('years');
    await expect(tune({ out: graph.folder })).rejects.toMatchObject({ code: 'STUDY_DAMAGED' });
  });

  it('a study that was damaged', async () => {
    const wanted = options({ trials: 2 });
    await tune(wanted);
    const [first, second] = linesOf(wanted.out!).trimEnd().split('\n');
    for (const text of [`${second}\n`, `${first}\n{"trial":1}\n`, `${first}\n{"tri\n`]) {
      writeFileSync(join(wanted.out!, 'trials.jsonl'), text);
      await expect(tune(wanted)).rejects.toMatchObject({ code: 'STUDY_DAMAGED' });
    }
  });
});

describe('the spaces of presets', () => {
  it('are there for every preset that is trained', () => {
    const untrained = ['popularity', 'content-knn', 'content-neighbours'];
    expect(Object.keys(PRESET_SPACES).sort()).toEqual(
      Object.keys(PRESETS)
        .filter((name) => !untrained.includes(name))
        .sort(),
    );
  });

  it.each(Object.keys(PRESET_SPACES))('%s: are of its own keys, and its values lie within', async (preset) => {
    const set = ['training.epochs=1', 'encoder.embeddingDim=4', 'training.batchSize=512'];
    const wanted = options({
      preset,
      space: undefined,
      set: ['item-knn', 'graph-filter', 'ease'].includes(preset) ? [] : set,
      trials: 1,
    });
    const { trials } = await tune(wanted);
    expect(Object.keys(trials[0].values)).toEqual(Object.keys(PRESET_SPACES[preset]));
    expect(trials[0].state).toBe('complete');
  });
});
