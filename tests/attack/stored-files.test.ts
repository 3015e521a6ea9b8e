/**
 * Folders that others made up or changed: names that lead out, links, pipes and devices in place of files, records nested without
 * end, damaged or of another form. Each is refused as a DataError with the file and what was expected.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataError, loadGraph, loadRun, openBundle, RunFolder, train } from '../../src/index.js';
import { readStateFile, writeStateFile } from '../../src/runs/state-file.js';
import { edit, GRAPH, jsonOf, sha256, storedFolders } from './stored-folders.js';

const { root, work, fresh, graph, run, bundle } = storedFolders(['bundles/joint']);

/** A manifest whose sums all fit, as whoever makes a graph up would write it. */
function forgeGraph(change: (manifest: Record<string, unknown>) => Record<string, unknown>): void {
  const manifest = change(jsonOf(join(graph, 'manifest.json')));
  const files = Object.entries(manifest.files as Record<string, string>);
  const lines = files.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, sum]) => `${sum}  ${name}\n`);
  const text = JSON.stringify({ ...manifest, hash: sha256(lines.join('')) });
  writeFileSync(join(graph, 'manifest.json'), text);
  writeFileSync(join(graph, 'manifest.sha256'), `${sha256(text)}  manifest.json\n`);
}

/** A content file with other bytes, the manifest made to fit. */
function forgeFile(name: string, bytes: string | Buffer): void {
  writeFileSync(join(graph, name), bytes);
  forgeGraph((manifest) => ({ ...manifest, files: { ...(manifest.files as object), [name]: sha256(bytes) } }));
}

describe('a graph', () => {
  it.each(['../../../etc/passwd', '/etc/passwd', '..', 'sub/file', 'a\\b', ''])('that lists %j', async (name) => {
    forgeGraph((manifest) => ({ ...manifest, files: { ...(manifest.files as object), [name]: sha256('') } }));
    await expect(loadGraph(graph)).rejects.toThrow(/expected the name of a file in this folder, got a path/);
  });

  it.each(['../x', '/elsewhere/x', '.hidden', 'a b'])('whose name is %j: folders are named after it', async (name) => {
    forgeGraph((manifest) => ({ ...manifest, name }));
    await expect(loadGraph(graph)).rejects.toThrow(/name: expected letters/);
  });

  it('with counts that are not those of its files', async () => {
    forgeGraph((manifest) => ({ ...manifest, counts: { ...(manifest.counts as object), users: 7 } }));
    await expect(loadGraph(graph)).rejects.toThrow(/it says 7 users, but the files hold/);
  });

  it('with feature codes that are not those of its values', async () => {
    const codes = Object.keys(jsonOf(join(graph, 'manifest.json')).files).filter((name) => name.endsWith('.codes.i32'));
    expect(codes.length).toBeGreaterThan(0);
    for (const name of codes) {
      const bytes = readFileSync(join(graph, name));
      bytes.writeInt32LE(1e6, 0);
      forgeFile(name, bytes);
      await expect(loadGraph(graph), name).rejects.toThrow(/its codes are not those of its values/);
      cpSync(join(fresh, 'graphs', GRAPH), graph, { recursive: true });
    }
  });

  it.each([
    ['users.json', '[1, 2]', /expected a list of texts/],
    ['users.json', '[', /not readable as JSON/],
    ['users.json', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, /nested deeper than 100/],
    ['item_features.json', '{"numRows": 1}', /expected rows and columns of features/],
    [
      'item_features.json',
      '{"numRows": 1, "columns": [{"name": "a", "kind": "toString"}]}',
      /expected rows and columns/,
    ],
  ])('whose %s is %.30s', async (name, text, message) => {
    forgeFile(name, text);
    await expect(loadGraph(graph)).rejects.toThrow(DataError);
    await expect(loadGraph(graph)).rejects.toThrow(message);
  });
});

describe('in place of a file', () => {
  const places = [
    ['graph', () => join(graph, 'users.json'), () => loadGraph(graph)],
    ['graph manifest', () => join(graph, 'manifest.json'), () => loadGraph(graph)],
    ['run manifest', () => join(run, 'manifest.json'), () => loadRun(run)],
    ['run configuration', () => join(run, 'config.yaml'), () => loadRun(run)],
    ['checkpoint', () => join(run, 'best.state'), () => loadRun(run)],
    ['bundle manifest', () => join(bundle, 'manifest.json'), () => openBundle(bundle)],
    ['bundle ids', () => join(bundle, 'item_ids.txt'), () => openBundle(bundle)],
    ['bundle index', () => join(bundle, 'items.faiss'), () => openBundle(bundle, { verify: false })],
  ] as const;

  it.each(places)('a link out of the folder: %s', async (_, file, read) => {
    const outside = join(root, 'outside');
    cpSync(file(), outside);
    rmSync(file());
    symlinkSync(outside, file());
    await expect(read()).rejects.toThrow(/a link that leads out of it/);
  });

  it.each(places)('a folder: %s', async (_, file, read) => {
    rmSync(file());
    mkdirSync(file());
    await expect(read()).rejects.toThrow(/expected a file, got a folder/);
  });

  it.runIf(process.platform !== 'win32').each(places)('a pipe, which is not waited for: %s', async (_, file, read) => {
    rmSync(file());
    execFileSync('mkfifo', [file()]);
    await expect(read()).rejects.toThrow(/expected a file, got a pipe/);
  });

  it('a link within the folder is a file', async () => {
    cpSync(join(run, 'best.state'), join(run, 'kept.state'));
    rmSync(join(run, 'best.state'));
    symlinkSync('kept.state', join(run, 'best.state'));
    expect((await loadRun(run)).embeddings).toBeDefined();
  });
});

describe('records', () => {
  const deep = `{"formatVersion": 1, "a": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  const RECORDS = [
    ['runs/sealed/manifest.json', () => loadRun(run)],
    ['runs/sealed/report.json', async () => new RunFolder(run).readReport()],
    ['bundles/joint/manifest.json', () => openBundle(bundle)],
    [`graphs/${GRAPH}/manifest.json`, () => loadGraph(graph)],
  ] as const;
  const FORMS = [
    '',
    '{',
    'null',
    '[]',
    '7',
    '"x"',
    '{}',
    '{"formatVersion": "1"}',
    '{"formatVersion": 1}',
    '\0\0\0',
    deep,
  ];

  it.each(RECORDS)('%s of another form', async (name, read) => {
    for (const form of FORMS) {
      writeFileSync(join(work, name), form);
      await expect(read(), form.slice(0, 30)).rejects.toThrow(DataError);
      await expect(read(), form.slice(0, 30)).rejects.toThrow(join(work, name));
    }
  });

  it.each(['id', 'graphHash', 'graphFolder', 'bestValue', 'versions', 'epochs', 'finished'])(
    'a run manifest with another kind of %s',
    async (key) => {
      edit(join(run, 'manifest.json'), (manifest) => ({ ...manifest, [key]: [{}] }));
      await expect(loadRun(run)).rejects.toThrow(new RegExp(`manifest.json: damaged.*: ${key}: expected`));
    },
  );

  it('a path that no system has', async () => {
    edit(join(run, 'manifest.json'), (manifest) => ({ ...manifest, graphFolder: 'a\0b' }));
    await expect(loadRun(run)).rejects.toThrow(/graphFolder/);
  });

  it('a graph folder elsewhere must be a graph folder, of the recorded graph', async () => {
    edit(join(run, 'manifest.json'), (manifest) => ({ ...manifest, graphFolder: '/etc' }));
    await expect(loadRun(run)).rejects.toThrow(/no manifest.json in this folder; expected a graph/);
  });
});

describe('checkpoints', () => {
  it('of another kind', async () => {
    cpSync(join(run, 'last.state'), join(run, 'best.state'));
    await expect(loadRun(run)).rejects.toThrow(/embeddingDim: missing/);
  });

  it('of another graph', async () => {
    const state = readStateFile(join(run, 'best.state'))!;
    const { users } = state.arrays;
    const fewer = { shape: [users.shape[0] - 1, users.shape[1]], values: users.values.subarray(users.shape[1]) };
    writeStateFile(join(run, 'best.state'), { ...state, arrays: { ...state.arrays, users: fewer } });
    await expect(loadRun(run)).rejects.toThrow(/expected users of shape/);
    writeStateFile(join(run, 'best.state'), { ...state, arrays: {} });
    await expect(loadRun(run)).rejects.toThrow(/expected users of shape .* got none/);
  });

  it('without what the model needs, when the run goes on', async () => {
    const state = readStateFile(join(run, 'last.state'))!;
    writeStateFile(join(run, 'last.state'), { ...state, arrays: {} });
    await expect(train({ run, resume: true, set: ['training.epochs=2'], backend: 'cpu' })).rejects.toThrow(
      /does not fit the configuration/,
    );
  });

  it('with shapes that their numbers do not have', () => {
    const file = join(root, 'bad.state');
    writeStateFile(file, { meta: {}, arrays: { a: { shape: [3], values: new Float32Array(2) } } });
    expect(() => readStateFile(file)).toThrow(/as many numbers as the shape has/);
  });
});
