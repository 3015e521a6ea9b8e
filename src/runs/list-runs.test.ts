/** A folder of runs at a glance. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { fakeRun } from '../../tests/fake-run.js';
import { listRuns } from './list-runs.js';
import { lockRun } from './run-lock.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-list-runs-'));
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(work, 'runs-'));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const { manifest } = fakeRun({ folder: 'nowhere' });

/** A run's records without its weights. @param minute of 2026-01-01 at which it changed */
function put(name: string, changes: object, { test, minute = 0 }: { test?: number; minute?: number } = {}): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'config.yaml'), 'seed: 1\n');
  writeFileSync(join(path, 'manifest.json'), JSON.stringify({ ...manifest, id: name, ...changes }));
  const changed = Date.UTC(2026, 0, 1, 0, minute) / 1000;
  utimesSync(join(path, 'manifest.json'), changed, changed);
  const { preset, backend, seed, epochs, bestEpoch, steps } = manifest;
  const report = {
    ...{ run: path, graph: 'g', preset, backend, seed, epochs, bestEpoch, steps, stepMs: 1, peakRssMB: 1 },
    ...{ stopped: 'epochs', valid: { 'recall@20': 0.5 }, test: { 'recall@20': test }, testIntervals: {} },
    evaluatedUsers: { valid: 1, test: 1 },
  };
  if (test !== undefined) writeFileSync(join(path, 'report.json'), JSON.stringify(report));
  return path;
}

describe('listRuns', () => {
  it('tells what each run is and how good its selected epoch is, the last one first', () => {
    put('old', {}, { test: 0.125, minute: 1 });
    put('new', { epochs: 0, bestEpoch: 0, bestValue: null }, { test: 0.0625, minute: 3 });
    const between = put('between', { finished: false, epochs: 0, bestEpoch: 0, bestValue: null }, { minute: 0 });
    const epochs = [0.1, 0.25, 0.25, null].map((value, i) => ({
      ...{ epoch: i + 1, step: i, learningRate: 1, losses: {}, stepMs: 1 },
      valid: { 'recall@20': value },
    }));
    writeFileSync(join(between, 'metrics.jsonl'), epochs.map((epoch) => `${JSON.stringify(epoch)}\n`).join(''));
    utimesSync(join(between, 'metrics.jsonl'), Date.UTC(2026, 0, 1) / 1000 + 120, Date.UTC(2026, 0, 1) / 1000 + 120);
    const { runs, unreadable } = listRuns(folder);
    expect(runs.map(({ id, state, valid, test }) => [id, state, valid, test])).toEqual([
      // needs no training: nothing was selected, but it was evaluated
      ['new', 'finished', 0.5, 0.0625],
      ['between', 'interrupted', 0.25, undefined],
      ['old', 'finished', 0.25, 0.125],
    ]);
    // its manifest does not know yet
    expect(runs[1]).toMatchObject({ epochs: 4, bestEpoch: 2, changed: '2026-01-01T00:02:00.000Z' });
    expect(runs[0]).toEqual({
      folder: join(folder, 'new'),
      id: 'new',
      preset: 'joint',
      graph: 'fake_graph',
      state: 'finished',
      refitted: false,
      epochs: 0,
      bestEpoch: 0,
      monitor: 'recall@20',
      valid: 0.5,
      test: 0.0625,
      changed: '2026-01-01T00:03:00.000Z',
    });
    expect(unreadable).toEqual([]);
  });

  it('knows who trains, and what was refitted', () => {
    const path = put('one', { finished: false });
    const giveBack = lockRun(path);
    expect(listRuns(folder).runs[0].state).toBe('running');
    giveBack();
    expect(listRuns(folder).runs[0].state).toBe('interrupted');
    put('one', {}, { test: 0.5 });
    // of another epoch than the run selected
    put('one/refit', { epochs: 3 }, { test: 0.5 });
    expect(listRuns(folder).runs[0]).toMatchObject({ state: 'finished', refitted: false });
    put('one/refit', { epochs: 2 }, { test: 0.5 });
    expect(listRuns(folder).runs).toMatchObject([{ state: 'finished', refitted: true }]);
  });

  it('of a run itself is that run', () => {
    const path = put('one', {});
    expect(listRuns(path).runs.map((run) => run.folder)).toEqual([path]);
  });

  it('goes on where a run is damaged, and passes over what is none', () => {
    put('good', {});
    put('bad', { epochs: -1 });
    writeFileSync(join(put('worse', {}), 'manifest.json'), '{');
    mkdirSync(join(folder, 'graph'));
    writeFileSync(join(folder, 'graph', 'manifest.json'), '{}');
    writeFileSync(join(folder, 'README.md'), '');
    const { runs, unreadable } = listRuns(folder);
    expect(runs.map(({ id }) => id)).toEqual(['good']);
    expect(unreadable.map((each) => each.folder).sort()).toEqual([join(folder, 'bad'), join(folder, 'worse')]);
    for (const { problem } of unreadable) expect(problem).toContain('restore it, or train the run again');
  });

  it('says where there is no folder', () => {
    const missing = join(folder, 'nowhere');
    expect(() => listRuns(missing)).toThrow(expect.objectContaining({ code: 'RUNS_FOLDER' }));
    expect(listRuns(folder)).toEqual({ runs: [], unreadable: [] });
  });
});
