import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { sha256Of } from '../core/atomic-file.js';
import { machineCode } from '../core/disk/process-identity.js';
import { temporaryName } from '../core/disk/temporary-names.js';
import type { FeatureTable } from '../data/feature-table.js';
import type { Interactions, SplitInteractions } from '../data/interaction-set.js';
import { Vocabulary } from '../data/vocabulary.js';
import { assembleGraph } from './assemble-graph.js';
import { isGraphFolder, loadGraph, saveGraph } from './graph-store.js';
import { mergeHeldOut } from './merge-held-out.js';
import { contentHash, type GraphOrigin, sealGraph } from './seal-graph.js';
import type { StoredGraph } from './stored-graph.js';

const root = mkdtempSync(join(tmpdir(), 'twinlight-store-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const deadPid = spawnSync(process.execPath, ['-e', '']).pid;

const ORIGIN: GraphOrigin = {
  name: 'shop data/2024',
  split: 'given',
  source: { kind: 'interactions' },
  data: { seed: 42 },
  notes: ['a note'],
};

const oddIds = (length: number) =>
  fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 6 }), { minLength: length, maxLength: length });

/** A random split over 4 users × 5 items: every pair is in at most one part. */
const splits = fc
  .record({
    users: oddIds(4),
    items: oddIds(5),
    values: oddIds(3),
    part: fc.array(fc.constantFrom('none', 'train', 'train', 'valid', 'test', 'exposed'), {
      minLength: 20,
      maxLength: 20,
    }),
    weighted: fc.boolean(),
    timed: fc.boolean(),
    numbers: fc.array(fc.double(), { minLength: 5, maxLength: 5 }),
  })
  .map(({ users, items, values, part, weighted, timed, numbers }): SplitInteractions => {
    part[7] = 'train';
    const rowsOf = (...names: string[]): Interactions => {
      const pairs = part.flatMap((name, pair) => (names.includes(name) ? [pair] : []));
      return {
        userIndex: Int32Array.from(pairs, (pair) => Math.floor(pair / 5)),
        itemIndex: Int32Array.from(pairs, (pair) => pair % 5),
        event: Uint8Array.from(pairs, (pair) => (part[pair] === 'exposed' ? 1 : 0)),
        ...(weighted && { weight: Float32Array.from(pairs, (pair) => 1 + pair / 7) }),
        ...(timed && { timestamp: Float64Array.from(pairs, (pair) => 1.7e9 + pair / 3) }),
      };
    };
    const itemFeatures: FeatureTable = {
      numRows: 5,
      columns: {
        [values[0]]: { kind: 'categorical', codes: Int32Array.of(0, -1, 2, 1, 0), values },
        'b\n': {
          kind: 'multi-valued',
          offsets: Int32Array.of(0, 1, 1, 3, 3, 3),
          codes: Int32Array.of(2, 0, 1),
          values,
        },
        number: { kind: 'numeric', numbers: Float64Array.from(numbers) },
        title: { kind: 'text', texts: items },
      },
    };
    return {
      users: Vocabulary.from(users),
      items: Vocabulary.from(items),
      train: rowsOf('train', 'exposed'),
      valid: rowsOf('valid'),
      test: rowsOf('test'),
      itemFeatures,
    };
  });

const simple = (): StoredGraph => {
  const rows = (pairs: number[][]): Interactions => ({
    userIndex: Int32Array.from(pairs, (pair) => pair[0]),
    itemIndex: Int32Array.from(pairs, (pair) => pair[1]),
  });
  const split: SplitInteractions = {
    users: Vocabulary.from(['ann', 'bob']),
    items: Vocabulary.from(['tea', 'jam', 'rye']),
    train: rows([
      [0, 0],
      [1, 1],
    ]),
    valid: rows([[0, 1]]),
    test: rows([[1, 2]]),
    itemFeatures: { numRows: 3, columns: { price: { kind: 'numeric', numbers: Float64Array.of(1, 2, Number.NaN) } } },
  };
  return sealGraph(assembleGraph(split), ORIGIN);
};

describe('graph store', () => {
  it('gives back every array bit for bit and every string, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(splits, async (split) => {
        const graph = sealGraph(assembleGraph(split), ORIGIN);
        const saved = await saveGraph(graph, join(root, 'round'));
        const loaded = await loadGraph(saved.folder!);
        expect(JSON.parse(JSON.stringify(graph.manifest))).toEqual(loaded.manifest);
        for (const side of ['users', 'items'] as const) expect(loaded[side].ids).toEqual(graph[side].ids);
        expect({ ...loaded, users: 0, items: 0, manifest: 0 }).toEqual({
          ...saved,
          users: 0,
          items: 0,
          manifest: 0,
        });
      }),
      { numRuns: 40 },
    );
  });

  it('names the folder by name, split and the first 8 digits of the content hash', async () => {
    const { manifest } = simple();
    expect(manifest.id).toBe(`shop-data-2024_given_${manifest.hash.slice(0, 8)}`);
    expect(manifest.counts).toEqual({
      users: 2,
      items: 3,
      trainEdges: 2,
      validPairs: 1,
      testPairs: 1,
      coldUsers: 0,
      coldItems: 1,
    });
    const elsewhere = sealGraph(simple(), { ...ORIGIN, source: { kind: 'file', name: 'other' }, notes: [] });
    expect(elsewhere.manifest.hash).toBe(manifest.hash);
  });

  it('sweeps away what builds left that were killed, whatever they built, and whether or not there is something to write', async () => {
    const graphsDir = join(root, 'swept');
    const { folder } = await saveGraph(simple(), graphsDir);
    const half = join(graphsDir, `.other_graph.tmp-${machineCode()}-${deadPid}-7-01234567`);
    const alive = temporaryName(join(graphsDir, 'another'));
    for (const path of [half, alive]) mkdirSync(path);
    await saveGraph(simple(), graphsDir);
    expect(readdirSync(graphsDir).sort()).toEqual([basename(alive), basename(folder!)].sort());
  });

  it('opens the new one where a build was killed while it replaced a damaged graph', async () => {
    const { folder } = await saveGraph(simple(), join(root, 'replaced'));
    renameSync(folder!, temporaryName(folder!, 'next'));
    expect(isGraphFolder(folder!)).toBe(true);
    renameSync(folder!, temporaryName(folder!, 'next'));
    expect((await loadGraph(folder!)).manifest.id).toBe(basename(folder!));
  });

  it('detects every flipped byte in every file', async () => {
    const { folder } = await saveGraph(simple(), join(root, 'flip'));
    for (const name of readdirSync(folder!)) {
      const path = join(folder!, name);
      const bytes = readFileSync(path);
      for (let at = 0; at < bytes.length; at++) {
        const bad = Buffer.from(bytes);
        bad[at] ^= 1 << (at % 8);
        writeFileSync(path, bad);
        await expect(loadGraph(folder!), `${name}, byte ${at}`).rejects.toMatchObject({
          code: expect.stringMatching(/^GRAPH_(DAMAGED|FORMAT_NEWER)$/),
          exitCode: 3,
        });
      }
      writeFileSync(path, bytes);
    }
    await loadGraph(folder!);
  });

  it('says which file is damaged or missing, both sums and what to do', async () => {
    const { folder, manifest } = await saveGraph(simple(), join(root, 'missing'));
    const path = join(folder!, 'train.items.i32');
    const bytes = readFileSync(path);
    writeFileSync(path, Buffer.concat([bytes, Buffer.of(0)]));
    await expect(loadGraph(folder!)).rejects.toThrow(
      `${path}: damaged, or changed after it was written: expected sha256 ${manifest.files['train.items.i32']}, got ` +
        `${sha256Of(bytes, Buffer.of(0))}; rebuild the graph with "twinlight build`,
    );
    rmSync(path);
    await expect(loadGraph(folder!)).rejects.toThrow(`${path}: this file of the graph is missing; rebuild`);
    await expect(loadGraph(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'GRAPH_NOT_FOUND' });
  });

  it('refuses a newer format before anything else', async () => {
    const { folder } = await saveGraph(simple(), join(root, 'newer'));
    writeFileSync(join(folder!, 'manifest.json'), '{"formatVersion": 99, "content": "unheard of"}');
    await expect(loadGraph(folder!)).rejects.toThrow(/format 99 is newer than format 1.*update twinlight/);
  });

  it('writes nothing when the same graph is there, and repairs a damaged one', async () => {
    const { folder } = await saveGraph(simple(), join(root, 'again'));
    const before = statSync(folder!).ino;
    await saveGraph(simple(), join(root, 'again'));
    expect(statSync(folder!).ino).toBe(before);
    writeFileSync(join(folder!, 'users.json'), '[]');
    await saveGraph(simple(), join(root, 'again'));
    expect((await loadGraph(folder!)).users.ids).toEqual(['ann', 'bob']);
    expect(readdirSync(join(root, 'again'))).toEqual([simple().manifest.id]);
  });

  it('refuses to store a graph whose arrays were changed', async () => {
    const graph = simple();
    graph.train.userNeighbors[0] = 2;
    await expect(saveGraph(graph, root)).rejects.toMatchObject({ code: 'GRAPH_CHANGED' });
  });

  it('finds a held-out pair in train at load, even where every sum fits', async () => {
    const { folder, manifest } = await saveGraph(simple(), join(root, 'leak'));
    const path = join(folder!, 'valid.items.i32');
    writeFileSync(path, Buffer.from(Int32Array.of(0).buffer)); // ann–tea, a training edge
    const files = { ...manifest.files, 'valid.items.i32': sha256Of(readFileSync(path)) };
    const text = JSON.stringify({ ...manifest, files, hash: contentHash(files) });
    writeFileSync(join(folder!, 'manifest.json'), text);
    writeFileSync(join(folder!, 'manifest.sha256'), `${sha256Of(text)}  manifest.json\n`);
    await expect(loadGraph(folder!)).rejects.toThrow(
      /1 of 1 validation pairs are training edges too, the first: user "ann", item "tea"/,
    );
  });
});

describe('mergeHeldOut', () => {
  it('moves exactly the pairs of the part into train, with their weights and times', () => {
    fc.assert(
      fc.property(splits, fc.constantFrom('valid' as const, 'test' as const), (split, part) => {
        const merged = mergeHeldOut(sealGraph(assembleGraph(split), ORIGIN), part);
        const concat = <K extends 'userIndex' | 'itemIndex' | 'weight' | 'timestamp' | 'event'>(key: K) =>
          split.train[key] && [...split.train[key], ...split[part][key]!];
        const moved = {
          userIndex: Int32Array.from(concat('userIndex')!),
          itemIndex: Int32Array.from(concat('itemIndex')!),
          event: Uint8Array.from(concat('event')!),
          ...(split.train.weight && { weight: Float32Array.from(concat('weight')!) }),
          ...(split.train.timestamp && { timestamp: Float64Array.from(concat('timestamp')!) }),
        };
        const empty = { userIndex: new Int32Array(0), itemIndex: new Int32Array(0) };
        const direct = assembleGraph({ ...split, train: moved, [part]: empty });
        expect(merged.train).toEqual(direct.train);
        expect(merged[part].values.length).toBe(0);
        expect(merged.manifest.counts.trainEdges).toBe(direct.train.numEdges);
        expect(merged.manifest.id).toContain(`_train-and-${part}_`);
        expect(merged.folder).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });

  it('counts a side without weights as 1, and one without timestamps as NaN', () => {
    const { train, validColumns: _, ...rest } = simple(); // ann–tea, bob–jam; held out: ann–jam
    const weighted = mergeHeldOut({ ...rest, train, validColumns: { weight: Float32Array.of(5) } }, 'valid').train;
    expect([...weighted.weight!]).toEqual([1, 5, 1]);
    expect(weighted.timestamp).toBeUndefined();
    const timed = { ...train, weight: Float32Array.of(2, 3), timestamp: Float64Array.of(7, 8) };
    const merged = mergeHeldOut({ ...rest, train: timed }, 'valid').train;
    expect([...merged.weight!]).toEqual([2, 1, 3]);
    expect([...merged.timestamp!]).toEqual([7, Number.NaN, 8]);
  });
});
