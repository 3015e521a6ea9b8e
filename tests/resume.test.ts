/**
 * Killing training for real: a child process dies by SIGKILL or SIGINT at several moments; after --resume the run must
 * hold the same weights, bit for bit, and the same metrics as one that was never disturbed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPlantedWorld } from '../src/data/planted/planted-world.js';
import { buildGraph } from '../src/graph/index.js';
import type { EpochRecord } from '../src/runs/index.js';
import { readStateFile } from '../src/runs/state-file.js';
import { train } from '../src/training/index.js';

const CLI = resolve('dist/cli/main.js');
const work = mkdtempSync(join(tmpdir(), 'twinlight-resume-'));
const settings = [
  'training.epochs=4',
  'training.batchSize=64',
  'training.checkpointEvery=2',
  'encoder.embeddingDim=8',
  'losses.prototypes.numUserPrototypes=6',
  'losses.prototypes.numItemPrototypes=6',
  'losses.prototypes.freezeSteps=3',
];
let graphFolder = '';
/** What an undisturbed run ends with. */
let expected: ReturnType<typeof outcome>;

function outcome(run: string) {
  const metrics = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trim().split('\n');
  const records = metrics.map((line) => {
    const { stepMs: _stepMs, ...rest } = JSON.parse(line) as EpochRecord;
    return rest;
  });
  const last = readStateFile<{ step: number }>(join(run, 'last.state'))!;
  return {
    best: readFileSync(join(run, 'best.state')).toString('base64'),
    last: last.arrays,
    step: last.meta.step,
    records,
  };
}

function startTraining(run: string, resume: boolean): ChildProcess {
  const args = resume
    ? ['train', '--run', run, '--resume']
    : ['train', graphFolder, '--preset', 'joint', '--run', run, ...settings.flatMap((setting) => ['--set', setting])];
  return spawn(process.execPath, [CLI, ...args, '--json', '--quiet', '--backend', 'cpu'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Exit code, or the signal that ended it. */
function ended(child: ChildProcess): Promise<number | string> {
  return new Promise((done) => child.on('exit', (code, signal) => done(code ?? signal!)));
}

/** Steps in the latest checkpoint, 0 without one. */
function savedStep(run: string): number {
  try {
    return readStateFile<{ step: number }>(join(run, 'last.state'))?.meta.step ?? 0;
  } catch (error) {
    throw new Error('a checkpoint was half written', { cause: error });
  }
}

async function untilStep(run: string, step: number, child: ChildProcess): Promise<void> {
  while (child.exitCode === null && savedStep(run) < step) await new Promise((next) => setTimeout(next, 5));
}

describe.skipIf(!existsSync(CLI))('a run that is killed and resumed', () => {
  beforeAll(async () => {
    const { interactions } = createPlantedWorld({ seed: 5, numUsers: 60, numItems: 60, meanInteractions: 12 });
    const graph = await buildGraph(interactions, { graphsDir: join(work, 'graphs'), name: 'planted' });
    graphFolder = graph.folder!;
    const run = join(work, 'undisturbed');
    await train({ source: graph, run, set: settings, backend: 'cpu' });
    expected = outcome(run);
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  it.each([1, 7, 12, 19])('by SIGKILL once step %i is saved, ends the same', async (step) => {
    const run = join(work, `killed-${step}`);
    const child = startTraining(run, false);
    const exit = ended(child);
    await untilStep(run, step, child);
    child.kill('SIGKILL');
    expect(await exit).toBe('SIGKILL');
    expect(savedStep(run)).toBeLessThan(expected.step);
    expect(await ended(startTraining(run, true))).toBe(0);
    expect(outcome(run)).toEqual(expected);
  });

  it('by SIGKILL before anything was saved, starts over and ends the same', async () => {
    const run = join(work, 'killed-early');
    const child = startTraining(run, false);
    const exit = ended(child);
    while (!existsSync(join(run, 'manifest.json'))) await new Promise((next) => setTimeout(next, 1));
    child.kill('SIGKILL');
    await exit;
    expect(await ended(startTraining(run, true))).toBe(0);
    expect(outcome(run)).toEqual(expected);
  });

  it('is left alone by a second trainer while the first lives', async () => {
    const run = join(work, 'twice');
    const child = startTraining(run, false);
    const exit = ended(child);
    await untilStep(run, 1, child);
    child.kill('SIGSTOP'); // alive, and not done before the second has begun
    const second = startTraining(run, true);
    let said = '';
    for (const stream of [second.stdout!, second.stderr!]) stream.on('data', (text) => (said += text));
    expect(await ended(second)).toBe(2);
    expect(said).toContain('RUN_BUSY');
    child.kill('SIGCONT');
    expect(await exit).toBe(0);
    expect(outcome(run)).toEqual(expected);
  });

  it('by SIGINT, again and again, saves at once, exits with 130 and ends the same', async () => {
    const run = join(work, 'interrupted');
    for (const [attempt, step] of [3, 9, 15].entries()) {
      const child = startTraining(run, attempt > 0);
      const exit = ended(child);
      await untilStep(run, step, child);
      child.kill('SIGINT');
      expect(await exit).toBe(130);
      expect(savedStep(run)).toBeGreaterThanOrEqual(step);
    }
    expect(await ended(startTraining(run, true))).toBe(0);
    expect(outcome(run)).toEqual(expected);
  });
});
