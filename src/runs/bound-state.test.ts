/** A checkpoint of another run of the same graph and shape is not taken for the run's own. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { train } from '../training/train.js';
import { fuseRuns } from './fuse-runs.js';
import { loadRun } from './load-run.js';
import { RunFolder } from './run-folder.js';
import { readStateFile } from './state-file.js';

const FIXTURES = join(import.meta.dirname, '..', '..', 'tests', 'fixtures', 'v0.1');
const work = mkdtempSync(join(tmpdir(), 'twinlight-bound-state-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const source = join(work, 'graphs', 'tiny_per-user-time_2d1058d4');
const set = ['training.epochs=1', 'encoder.embeddingDim=4', 'training.batchSize=64'];
const at = (...names: string[]) => join(work, 'runs', ...names);
const trained = (name: string, seed: number, more: readonly string[] = []) =>
  train({ source, preset: 'lightgcn', config: { seed }, set: [...set, ...more], run: at(name), backend: 'cpu' });
const goOn = (run: string, epochs: number) =>
  train({ run: at(run), resume: true, set: [`training.epochs=${epochs}`], backend: 'cpu' });
const copyOf = (name: string): string => {
  const copy = `copy-of-${name}`;
  rmSync(at(copy), { recursive: true, force: true });
  cpSync(at(name), at(copy), { recursive: true });
  return copy;
};

beforeAll(async () => {
  cpSync(FIXTURES, work, { recursive: true });
  await trained('a', 1);
  await trained('b', 2);
});

describe('a checkpoint', () => {
  it.each([
    ['a', 'b'],
    // what version 0.1 wrote says nothing, and nothing may be put in its place
    ['a', 'joint'],
    ['joint', 'a'],
  ])('of %s is refused in %s, by name and with what to do, and nothing is changed', async (from, to) => {
    for (const name of ['best.state', 'last.state']) {
      const run = copyOf(to);
      cpSync(at(from, name), at(run, name));
      const before = readdirSync(at(run)).map((file) => [file, readFileSync(at(run, file))]);
      const told = new RegExp(`${name}: .* another run's: expected runHash .*; restore the run's own, or train`);
      const refusal = { code: 'STATE_OTHER_RUN', exitCode: 3, message: expect.stringMatching(told) };
      await expect(goOn(run, 9)).rejects.toMatchObject(refusal);
      expect(readdirSync(at(run)).map((file) => [file, readFileSync(at(run, file))])).toEqual(before);
      if (name === 'best.state') await expect(loadRun(at(run))).rejects.toMatchObject(refusal);
    }
  });

  it('of the same run goes on, and stays bound when keys change that may', async () => {
    const run = copyOf('a');
    await goOn(run, 2);
    const { runHash } = new RunFolder(at(run)).readManifest();
    for (const name of ['last.state', 'best.state']) {
      expect(readStateFile<{ runHash: string }>(at(run, name))?.meta.runHash).toBe(runHash);
    }
    // begun as the same run, for longer
    await trained('longer', 1, ['training.epochs=2', 'training.patience=3']);
    expect(new RunFolder(at('longer')).readManifest().runHash).toBe(runHash);
    expect(readFileSync(at('longer', 'best.state'))).toEqual(readFileSync(at(run, 'best.state')));
  });

  it('of another preset, graph or configuration says so', async () => {
    const hashes = new Set(['a', 'b'].map((name) => new RunFolder(at(name)).readManifest().runHash));
    await trained('wider', 1, ['training.learningRate=0.002']);
    hashes.add(new RunFolder(at('wider')).readManifest().runHash);
    await train({ source, preset: 'two-tower', config: { seed: 1 }, set, run: at('tower'), backend: 'cpu' });
    hashes.add(new RunFolder(at('tower')).readManifest().runHash);
    expect(hashes.size).toBe(4);
    expect(hashes).not.toContain(undefined);
  });

  it('of a fusion is bound too', async () => {
    await fuseRuns([at('a'), at('b')], at('ab'), { weights: [1, 1] });
    await fuseRuns([at('a'), at('b')], at('ab2'), { weights: [1, 2] });
    cpSync(at('ab2', 'best.state'), at('ab', 'best.state'));
    await expect(loadRun(at('ab'))).rejects.toMatchObject({ code: 'STATE_OTHER_RUN' });
  });

  it('of version 0.1 stays one of version 0.1', async () => {
    const run = copyOf('joint-unfinished');
    await train({ run: at(run), resume: true, backend: 'cpu' });
    expect(new RunFolder(at(run)).readManifest().runHash).toBeUndefined();
    expect((await loadRun(at(run))).embeddings).toBeDefined();
  });
});
