/** What processes leave in run folders that end at the wrong moment, and what the next one makes of it. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemError, withPatchedDisk } from '../../tests/patched-disk.js';
import { machineCode } from '../core/disk/process-identity.js';
import { temporaryName } from '../core/disk/temporary-names.js';
import { createPlantedWorld } from '../data/index.js';
import { exportRun, openBundle } from '../export/index.js';
import { buildGraph, loadGraph, type StoredGraph } from '../graph/index.js';
import { loadRun, type TrainOptions } from '../runs/index.js';
import { readStateFile } from '../runs/state-file.js';
import { train } from './index.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-half-done-'));
const SMALL = ['training.epochs=1', 'training.batchSize=256', 'encoder.embeddingDim=8', 'training.learningRate=0.01'];
const deadPid = spawnSync(process.execPath, ['-e', '']).pid;
let graph: StoredGraph;
let counter = 0;
const options = (set: readonly string[] = [], more: Partial<TrainOptions> = {}) => ({
  source: graph,
  preset: 'two-tower',
  set: [...SMALL, ...set],
  run: join(work, `run-${counter++}`),
  ...more,
});

/** Name of what a killed process of this machine left. */
const leftover = (target: string, kind = 'tmp') => `.${target}.${kind}-${machineCode()}-${deadPid}-7-01234567`;
const deadLock = () => JSON.stringify({ pid: deadPid, host: hostname(), since: 'then' });
const bytesOf = (folder: string) =>
  Object.fromEntries(
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => [name, readFileSync(join(folder, name)).toString('base64')]),
  );

beforeAll(async () => {
  const { interactions } = createPlantedWorld({ seed: 3, numUsers: 80, numItems: 80, meanInteractions: 14 });
  graph = await buildGraph(interactions, { graphsDir: join(work, 'graphs'), name: 'planted' });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('what a killed process left half written', () => {
  it('is gone once the run goes on, but not what a living one is at', async () => {
    const run = options();
    await train(run);
    const clean = readdirSync(run.run).sort();
    const earlierLock = 'train.lock.0b5e9c1a-6e0f-4f3a-9a3e-2f1f3e0d6c11';
    const left = [
      leftover('best.state'),
      leftover('train.lock'),
      leftover('export'),
      leftover('manifest.json', 'aside'),
    ];
    const elsewhere = leftover('last.state').replace(machineCode(), '00000000');
    for (const name of [...left, elsewhere, '.last.state.tmp-4194303-0', earlierLock, 'train.lock']) {
      writeFileSync(join(run.run, name), deadLock());
    }
    const alive = temporaryName(join(run.run, 'export'));
    mkdirSync(alive);
    await train({ run: run.run, resume: true, set: ['training.epochs=2'] });
    expect(readdirSync(run.run).sort()).toEqual([...clean, basename(alive)].sort());
  });

  it('is gone once the run is trained again', async () => {
    const run = options();
    await train(run);
    const clean = readdirSync(run.run).sort();
    for (const name of [leftover('best.state'), leftover('manifest.json', 'aside'), leftover('train.lock')]) {
      writeFileSync(join(run.run, name), '{');
    }
    await train({ ...run, overwrite: true });
    expect(readdirSync(run.run).sort()).toEqual(clean);
  });

  it('is a run that can be made, with what lay beside the one that it was to replace', async () => {
    const run = options();
    await train(run);
    const { bundle } = await exportRun(await loadRun(run.run));
    // a process that was killed between taking the old manifest away and writing the new one
    for (const name of ['manifest.json', 'best.state', 'last.state', 'report.json']) rmSync(join(run.run, name));
    writeFileSync(join(run.run, leftover('manifest.json', 'aside')), '{}');
    writeFileSync(join(run.run, 'train.lock'), deadLock());
    await expect(loadRun(run.run)).rejects.toThrow(/was being made in this folder when its process ended/);
    await train(run);
    expect((await loadRun(run.run)).manifest.finished).toBe(true);
    await openBundle(bundle);
    expect(readdirSync(run.run).filter((name) => name.startsWith('.') || name.includes('lock'))).toEqual([]);
  });

  it('is gone at once where the disk is full, and the checkpoint before it stays', async () => {
    const run = options(['training.checkpointEvery=1']);
    const fullFrom = (writes: number, name: string) =>
      withPatchedDisk(
        (real) => {
          let left = writes;
          const files = new Map<number, string>();
          return {
            openSync(path: string, flags: string, mode?: number) {
              const file = real.openSync(path, flags, mode);
              files.set(file, path);
              return file;
            },
            writeSync(file: number, data: Uint8Array, at: number, length: number) {
              if (files.get(file)?.includes(name) && left-- <= 0)
                throw systemError('ENOSPC', 'no space left on device, write');
              return real.writeSync(file, data, at, length);
            },
          };
        },
        () => train(run),
      );
    // each last.state takes some writes; the third or so of them fails half way
    await expect(fullFrom(8, 'last.state')).rejects.toThrow(/ENOSPC.*last\.state/);
    expect(readdirSync(run.run).sort()).toEqual(['config.yaml', 'last.state', 'manifest.json', 'metrics.jsonl']);
    const whole = options(['training.checkpointEvery=1']);
    await train(whole);
    await train({ run: run.run, resume: true });
    expect(bytesOf(run.run)['best.state']).toBe(bytesOf(whole.run)['best.state']);
  });
});

describe('what says that it is whole', () => {
  it('is so: a run is finished when its report is there', async () => {
    const run = options();
    const finished: boolean[] = [];
    await withPatchedDisk(
      (real) => ({
        renameSync(from: string, to: string) {
          if (basename(to) === 'manifest.json') {
            const manifest = JSON.parse(real.readFileSync(from, 'utf8'));
            finished.push(manifest.finished);
            if (manifest.finished) expect(existsSync(join(dirname(to), 'report.json'))).toBe(true);
          }
          real.renameSync(from, to);
        },
      }),
      () => train(run),
    );
    expect(finished.at(-1)).toBe(true);
    expect(finished.filter((isFinished) => isFinished)).toHaveLength(1);
  });
});

describe('a folder that is taken', () => {
  it('by anything but a run is not overwritten: a graph, a bundle, another program’s manifest', async () => {
    const trained = options();
    await train(trained);
    const { bundle } = await exportRun(await loadRun(trained.run));
    const other = join(work, 'site');
    mkdirSync(other);
    writeFileSync(join(other, 'manifest.json'), '{"name": "site", "icons": []}');
    for (const folder of [graph.folder!, bundle, other]) {
      const before = bytesOf(folder);
      for (const overwrite of [false, true]) {
        const training = train(options([], { run: folder, overwrite }));
        await expect(training).rejects.toMatchObject({
          code: 'RUN_EXISTS',
          message: expect.stringContaining('is not a run'),
        });
      }
      expect(bytesOf(folder)).toEqual(before);
    }
    await loadGraph(graph.folder!);
    await openBundle(bundle);
  });

  it('by a damaged run is overwritten', async () => {
    const run = options();
    await train(run);
    writeFileSync(join(run.run, 'manifest.json'), '{"formatVersion": 1, "pre');
    await train({ ...run, overwrite: true });
    expect((await loadRun(run.run)).manifest.finished).toBe(true);
  });

  it('by a run that another process trained between the look and the lock is refused once more', async () => {
    const [trained, late] = [options(['seed=5']), options()];
    await train(trained);
    const training = withPatchedDisk(
      (real) => {
        let isFirst = true;
        return {
          linkSync(from: string, to: string) {
            // the other process trains, ends and gives its lock back
            if (isFirst) cpSync(trained.run, late.run, { recursive: true });
            isFirst = false;
            real.linkSync(from, to);
          },
        };
      },
      () => train(late),
    );
    await expect(training).rejects.toMatchObject({
      code: 'RUN_EXISTS',
      message: expect.stringContaining('already trained'),
    });
    expect(bytesOf(late.run)).toEqual(bytesOf(trained.run));
  });
});

it('a run that another process went on with between the look and the lock is not gone on with from an old state', async () => {
  const run = options();
  await train(run);
  const further = join(work, 'further');
  cpSync(run.run, further, { recursive: true });
  await train({ run: further, resume: true, set: ['training.epochs=3'] });
  const training = withPatchedDisk(
    (real) => ({
      linkSync(from: string, to: string) {
        cpSync(further, run.run, { recursive: true });
        real.linkSync(from, to);
      },
    }),
    () => train({ run: run.run, resume: true, set: ['training.epochs=2'] }),
  );
  await expect(training).rejects.toMatchObject({ code: 'RUN_CHANGED', exitCode: 2 });
  expect(bytesOf(run.run)).toEqual(bytesOf(further));
});

it('a run that is stopped between validations without progress stops as early as one that was not', async () => {
  // so small a rate changes no ranking: the first validation stays the best
  const stalling = ['training.epochs=9', 'training.patience=4', 'training.learningRate=1e-12', 'evaluation.topK=[20]'];
  const [whole, cut] = [options(stalling), options(stalling)];
  const expected = await train(whole);
  expect(expected).toMatchObject({ stopped: 'early', epochs: 5, bestEpoch: 1 });
  const stop = new AbortController();
  const onEpoch = ({ epoch }: { epoch: number }): void => {
    if (epoch === 3) stop.abort();
  };
  expect(await train({ ...cut, signal: stop.signal, onEpoch })).toMatchObject({ stopped: 'interrupted', epochs: 3 });
  const { meta } = readStateFile<{ validationsSinceBest: number; longestStall: number }>(join(cut.run, 'last.state'))!;
  expect(meta).toMatchObject({ validationsSinceBest: 2, longestStall: 2 });
  expect(await train({ run: cut.run, resume: true })).toMatchObject({ stopped: 'early', epochs: 5, bestEpoch: 1 });
});
