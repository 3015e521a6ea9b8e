/** Everything that twinlight keeps outlasts a loss of power: files are synced before they are shown, folders after. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUILT_IN } from '../src/config/registries.js';
import { writeFileAtomic } from '../src/core/atomic-file.js';
import { writeFolderAtomic } from '../src/core/disk/atomic-folder.js';
import { writeNewFile } from '../src/core/disk/durable-write.js';
import { SILENT } from '../src/core/reporter.js';
import { createPlantedWorld, writeInteractions } from '../src/data/index.js';
import { embedFiles, exportRun, recommendAll } from '../src/export/index.js';
import { buildGraph, type StoredGraph } from '../src/graph/index.js';
import { fuseRuns, loadRun } from '../src/runs/index.js';
import { train } from '../src/training/index.js';
import { makeStandIn } from '../src/tuning/auto/stand-in.js';
import { tune } from '../src/tuning/index.js';
import { lostWithoutPower, traceDisk } from './disk-trace.js';
import { fakeRun } from './fake-run.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-durable-'));
const { interactions } = createPlantedWorld({ seed: 5, numUsers: 40, numItems: 40, meanInteractions: 8 });
let graph: StoredGraph;
beforeAll(async () => {
  graph = await buildGraph(interactions, { graphsDir: join(work, 'graphs') });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const place = (name: string): string => join(work, name);
const SMALL = { encoder: { embeddingDim: 8 }, training: { epochs: 2, batchSize: 64, checkpointEvery: 2 } };
const trainInto = (name: string, resume = false) =>
  train(
    resume
      ? { run: place(name), resume, set: ['training.epochs=3'] }
      : { source: graph, preset: 'two-tower', run: place(name), config: SMALL },
  );

const writers: Record<string, { readonly before?: () => Promise<unknown>; readonly write: () => Promise<unknown> }> = {
  'a file': { write: async () => writeFileAtomic(place('file'), 'text') },
  'a folder': { write: () => writeFolderAtomic(place('deep/folder'), (at) => writeNewFile(join(at, 'file'), 'text')) },
  'a graph': { write: () => buildGraph(interactions, { graphsDir: place('other-graphs') }) },
  'a data set': { write: () => writeInteractions(interactions, place('data')) },
  'a run': { write: () => trainInto('run') },
  'a run that goes on': { before: () => trainInto('resumed'), write: () => trainInto('resumed', true) },
  'a fused run': {
    before: () => trainInto('fusable'),
    write: () => fuseRuns([place('fusable'), place('fusable')], place('fused'), { weights: [1, 1] }),
  },
  'a stand-in': {
    before: () => trainInto('stood-in-for'),
    write: async () => {
      const run = await loadRun(place('stood-in-for'));
      const { bestEpoch } = run.manifest;
      const found = { vectors: [{ by: 'item-knn' as const, value: 1 }], fused: [{ weight: 1, value: 1 }] };
      const standing = { bestEpoch, trained: 0, rival: 'item-knn' as const, ofRival: 1, isClear: true };
      return makeStandIn({ run, graph, registries: BUILT_IN, reporter: SILENT }, { ...standing, ...found }, 1);
    },
  },
  'a study': {
    write: () => tune({ source: graph, preset: 'two-tower', config: SMALL, trials: 2, out: place('study') }),
  },
  'a bundle': {
    before: () => trainInto('exported'),
    write: async () => exportRun(await loadRun(place('exported'))),
  },
  'vectors of new items': {
    before: async () => {
      const rows = { name: 'tower' as const };
      const config = { ...SMALL, encoder: { embeddingDim: 8, rows, propagation: { name: 'none' as const } } };
      await train({ source: graph, preset: 'two-tower', run: place('tower'), config });
      writeFileSync(place('new.csv'), 'id,genre\nn1,genre1\n');
    },
    write: async () =>
      embedFiles(await loadRun(place('tower')), { items: place('new.csv') }, { out: place('vectors') }),
  },
  'recommendations for all users': {
    write: async () => recommendAll(fakeRun({ folder: work }), { out: place('deep/recs.parquet'), k: 3 }),
  },
  'a bundle in another’s place': {
    before: () => exportRun(fakeRun({ folder: work }), { out: place('replaced') }),
    write: () => exportRun(fakeRun({ folder: work, history: 'tanh' }), { out: place('replaced'), overwrite: true }),
  },
};

it.each(Object.entries(writers))('%s', async (_, { before, write }) => {
  await before?.();
  const calls = await traceDisk(write);
  expect(calls.some(({ kind }) => kind === 'rename')).toBe(true);
  expect(lostWithoutPower(calls)).toEqual([]);
});

describe('the rule, on made-up calls', () => {
  const rename = { kind: 'rename', path: '/a/.x.new', to: '/a/x' } as const;
  const write = { kind: 'write', path: '/a/.x.new' } as const;
  const sync = (path: string) => ({ kind: 'sync', path }) as const;

  it('wants a file synced before it is renamed, and its folder after', () => {
    expect(lostWithoutPower([write, sync('/a/.x.new'), rename, sync('/a')])).toEqual([]);
    expect(lostWithoutPower([write, rename, sync('/a')])).toEqual([
      expect.stringMatching(/\.x\.new is not synced when/),
    ]);
    expect(lostWithoutPower([write, sync('/a/.x.new'), rename])).toEqual(['/a is not synced at the end']);
    expect(lostWithoutPower([write, sync('/a/.x.new'), write, rename, sync('/a')])).toHaveLength(1);
  });

  it('wants what is in a folder synced before the folder is renamed', () => {
    const inside = [
      { kind: 'make folder', path: '/a/.x.new' },
      { kind: 'write', path: '/a/.x.new/file' },
    ] as const;
    expect(lostWithoutPower([...inside, sync('/a/.x.new/file'), sync('/a/.x.new'), rename, sync('/a')])).toEqual([]);
    expect(lostWithoutPower([...inside, sync('/a/.x.new/file'), rename, sync('/a')])).toHaveLength(1);
    expect(lostWithoutPower([...inside, rename, sync('/a')])).toHaveLength(2);
  });
});
