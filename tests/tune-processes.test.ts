/**
 * Studies by real processes: one that is killed again and again ends with the trials of one that was never disturbed, and of several at once
 * each trains trials of its own.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPlantedWorld } from '../src/data/planted/planted-world.js';
import { buildGraph } from '../src/graph/index.js';
import { readStudy } from '../src/tuning/index.js';
import { buildOnce, MAIN } from './run-cli.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-tune-processes-'));
const TRIALS = 8;
const SETTINGS = [
  'training.epochs=4',
  'training.batchSize=32',
  'encoder.embeddingDim=16',
  'training.checkpointEvery=3',
];
let graphFolder = '';

beforeAll(async () => {
  buildOnce();
  const { interactions } = createPlantedWorld({ seed: 5, numUsers: 100, numItems: 80, meanInteractions: 14 });
  const graph = await buildGraph(interactions, { graphsDir: join(work, 'graphs'), name: 'planted' });
  graphFolder = graph.folder!;
}, 120_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

interface Tuning {
  readonly process: ChildProcess;
  /** All of standard error, once it has ended: what each trial came to, a line each. */
  readonly ended: Promise<{ readonly code: number | null; readonly told: string }>;
}

function startTuning(out: string): Tuning {
  const asked = [
    '--preset',
    'two-tower',
    '--trials',
    String(TRIALS),
    '--asha',
    '--min-epochs',
    '1',
    '--reduction',
    '2',
  ];
  const set = SETTINGS.flatMap((setting) => ['--set', setting]);
  const words = [MAIN, 'tune', graphFolder, ...asked, ...set, '--out', out, '--backend', 'cpu', '--json'];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  return { process: child, ended: new Promise((done) => child.on('close', (code) => done({ code, told }))) };
}

const linesOf = (study: string): string => readFileSync(join(study, 'trials.jsonl'), 'utf8');
const numTrials = (study: string): number =>
  existsSync(join(study, 'trials.jsonl')) ? linesOf(study).split('\n').length - 1 : 0;

/** What may lie in a study that is done; a killed process's locks and temporaries are not among it. */
function expectTidy(study: string): void {
  expect(readdirSync(study).sort()).toEqual(['best.yaml', 'study.json', 'trials', 'trials.jsonl']);
  const runs = readdirSync(join(study, 'trials')).sort();
  expect(runs).toEqual(Array.from({ length: TRIALS }, (_, i) => String(i).padStart(4, '0')));
  for (const run of runs) {
    const strange = readdirSync(join(study, 'trials', run)).filter((name) => /tmp|lock|aside|next/.test(name));
    expect(strange).toEqual([]);
  }
}

describe('a study', () => {
  it('that is killed again and again ends as one that was not', async () => {
    const [whole, killed] = [join(work, 'whole'), join(work, 'killed')];
    expect((await startTuning(whole).ended).code).toBe(0);
    let kills = 0;
    for (let aim = 1; aim <= TRIALS; aim += 3) {
      const { process: child, ended } = startTuning(killed);
      while (child.exitCode === null && numTrials(killed) < aim) await new Promise((next) => setTimeout(next, 5));
      // somewhere within the trial: its graph, its steps, its checkpoints
      await new Promise((next) => setTimeout(next, 40 * aim));
      if (child.exitCode === null) kills++;
      child.kill('SIGKILL');
      await ended;
    }
    expect(kills).toBeGreaterThan(1);
    expect((await startTuning(killed).ended).code).toBe(0);
    expect(linesOf(killed)).toBe(linesOf(whole));
    expectTidy(killed);
    const { best } = readStudy(whole);
    const bits = (study: string): Buffer =>
      readFileSync(join(study, 'trials', `${best!.trial}`.padStart(4, '0'), 'best.state'));
    expect(bits(killed).equals(bits(whole))).toBe(true);
  }, 300_000);

  it('by three processes at once, of which one is killed, has every trial once', async () => {
    const study = join(work, 'shared');
    const all = [startTuning(study), startTuning(study), startTuning(study)];
    while (all[0].process.exitCode === null && numTrials(study) < 4) await new Promise((next) => setTimeout(next, 5));
    all[0].process.kill('SIGKILL');
    const ends = await Promise.all(all.map(({ ended }) => ended));
    expect(ends.slice(1).map(({ code }) => code)).toEqual([0, 0]);
    const { trials } = readStudy(study);
    expect(trials).toHaveLength(TRIALS);
    expect(trials.filter(({ state }) => state === 'running')).toEqual([]);
    // what was told is what was trained: each rung of each trial once, but for one of which the killed process had no time to tell
    const told = ends.flatMap((end) => [
      ...end.told.matchAll(/^trial (\d+) {2}\S+ \S+ {2}(?:paused after )?(\d+)(?: of 4)? epochs$/gm),
    ]);
    const rungs = told.map(([, trial, epochs]) => `${trial} at ${epochs}`);
    expect(new Set(rungs).size).toBe(rungs.length);
    const known = trials.flatMap(({ trial, rungs: reached }) => reached.map(({ epochs }) => `${trial} at ${epochs}`));
    for (const rung of rungs) expect(known).toContain(rung);
    expect(rungs.length).toBeGreaterThanOrEqual(known.length - 1);
    expectTidy(study);
  }, 300_000);
});
