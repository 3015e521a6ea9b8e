/**
 * Graph folders `<graphsDir>/<id>/`: `manifest.json`, its sum in `manifest.sha256`, and the content files that the
 * manifest lists with their sums. Nothing is used that does not have the bytes it was written with.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { sha256Of } from '../core/atomic-file.js';
import { settledFolder, writeFolderAtomic } from '../core/disk/atomic-folder.js';
import { writeNewFile } from '../core/disk/durable-write.js';
import { sweepTemporaries } from '../core/disk/temporary-names.js';
import { DataError, TwinlightError } from '../core/errors.js';
import { parseBoundedJson } from '../core/outside/nesting.js';
import { parseStoredJson, readStoredFile, type StoredFile } from '../core/outside/stored-file.js';
import type { FileBytes } from './array-files.js';
import { checkGraph } from './check-graph.js';
import { decodeGraph, encodeDerived, encodeGraph, type GraphContent } from './graph-files.js';
import { contentHash, fileSums, GRAPH_FORMAT_VERSION, graphManifestSchema } from './seal-graph.js';
import type { GraphManifest, StoredGraph } from './stored-graph.js';

const MANIFEST = 'manifest.json';
const MANIFEST_SUM = 'manifest.sha256';

/**
 * Writes the graph to `<graphsDir>/<id>`, whole or not at all. Where the same graph is already stored undamaged,
 * nothing is written.
 *
 * @returns the graph with `folder` set.
 * @throws TwinlightError `GRAPH_CHANGED` when arrays were modified after the manifest was made.
 */
export async function saveGraph(graph: StoredGraph, graphsDir: string): Promise<StoredGraph> {
  const { manifest } = graph;
  const folder = join(graphsDir, manifest.id);
  const files = encodeGraph(graph);
  const derived = encodeDerived(graph);
  const isUnchanged = contentHash(fileSums(files)) === manifest.hash;
  if (!isUnchanged || !isDeepStrictEqual(fileSums(derived), { ...manifest.derived })) {
    throw new TwinlightError('GRAPH_CHANGED', `graph ${manifest.id} was modified after it was built; build a new one`);
  }
  sweepTemporaries(graphsDir);
  if (isStored(folder, manifest)) return { ...graph, folder };
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  try {
    await writeFolderAtomic(folder, (temporary) => {
      for (const [name, bytes] of [...files, ...derived]) writeNewFile(join(temporary, name), bytes);
      writeNewFile(join(temporary, MANIFEST), text);
      writeNewFile(join(temporary, MANIFEST_SUM), `${sha256Of(text)}  ${MANIFEST}\n`);
    });
  } catch (error) {
    // another process may have stored the same graph at the same moment
    if (!isStored(folder, manifest)) throw error;
  }
  return { ...graph, folder };
}

function isStored(path: string, manifest: GraphManifest): boolean {
  const folder = settledFolder(path);
  if (!existsSync(join(folder, MANIFEST))) return false;
  try {
    const other = readManifest(folder);
    readFiles(folder, other);
    return isDeepStrictEqual(plain({ ...other, createdBy: '' }), plain({ ...manifest, createdBy: '' }));
  } catch (error) {
    if (error instanceof DataError) return false;
    throw error;
  }
}

/** As it comes back from a JSON file. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/**
 * Reads a graph folder, checks the sum of every file, and checks again that no held-out pair is a training edge.
 *
 * @throws DataError `GRAPH_NOT_FOUND`, `GRAPH_FORMAT_NEWER`, `GRAPH_DAMAGED` (a file is missing or is not what was
 *   written), `GRAPH_LEAK`.
 */
export async function loadGraph(path: string): Promise<StoredGraph> {
  const folder = settledFolder(path);
  const manifest = readManifest(folder);
  const content = decodeGraph(readFiles(folder, manifest));
  checkGraph(content);
  refuseOtherCounts(folder, manifest, content);
  return { manifest, folder: path, ...content };
}

/** Whether `path` looks like a graph folder (has a manifest that lists content files). */
export function isGraphFolder(path: string): boolean {
  const folder = settledFolder(path);
  return existsSync(join(folder, MANIFEST)) && existsSync(join(folder, MANIFEST_SUM));
}

function readManifest(folder: string): GraphManifest {
  const path = join(folder, MANIFEST);
  if (!existsSync(path)) {
    const message = `no ${MANIFEST} in this folder; expected a graph made by "twinlight build <source>"`;
    throw new DataError('GRAPH_NOT_FOUND', message, { location: { file: folder } });
  }
  const bytes = readStoredFile(stored(folder, MANIFEST));
  // before its sum: a later format may well be summed differently
  const version = formatVersionOf(bytes);
  if (version !== undefined && version > GRAPH_FORMAT_VERSION) {
    throw new DataError(
      'GRAPH_FORMAT_NEWER',
      `graph format ${version} is newer than format ${GRAPH_FORMAT_VERSION}, the latest this release of twinlight ` +
        'reads; update twinlight, or rebuild the graph with "twinlight build <source>"',
      { location: { file: path } },
    );
  }
  const expected = readStoredFile(stored(folder, MANIFEST_SUM)).toString('latin1');
  const actual = `${sha256Of(bytes)}  ${MANIFEST}\n`;
  if (expected !== actual) throw damaged(path, expected.slice(0, 64), actual.slice(0, 64));
  const manifest = parseStoredJson(graphManifestSchema, bytes, stored(folder, MANIFEST));
  if (contentHash(manifest.files) !== manifest.hash) throw damaged(path, manifest.hash, contentHash(manifest.files));
  return manifest;
}

function formatVersionOf(bytes: Buffer): number | undefined {
  try {
    const version: unknown = (parseBoundedJson(bytes) as GraphManifest).formatVersion;
    return typeof version === 'number' ? version : undefined;
  } catch {
    return undefined; // the sum will not fit either and names the file
  }
}

function refuseOtherCounts(folder: string, { counts }: GraphManifest, content: GraphContent): void {
  const { users, items, train, valid, test } = content;
  const found = {
    users: users.size,
    items: items.size,
    trainEdges: train.numEdges,
    validPairs: valid.values.length,
    testPairs: test.values.length,
  };
  for (const [name, count] of Object.entries(found)) {
    const told = counts[name as keyof typeof found];
    if (told === count) continue;
    const message = `it says ${told} ${name}, but the files hold ${count}; rebuild the graph with "twinlight build <source>"`;
    throw new DataError('GRAPH_DAMAGED', message, { location: { file: join(folder, MANIFEST) } });
  }
}

function readFiles(folder: string, manifest: GraphManifest): FileBytes {
  const files: FileBytes = new Map();
  for (const [name, expected] of Object.entries({ ...manifest.files, ...manifest.derived })) {
    const bytes = readStoredFile(stored(folder, name));
    const actual = sha256Of(bytes);
    if (actual !== expected) throw damaged(join(folder, name), expected, actual);
    files.set(name, bytes);
  }
  return files;
}

function stored(folder: string, name: string): StoredFile {
  const remedy = 'rebuild the graph with "twinlight build <source>"';
  return { folder, name, code: 'GRAPH_DAMAGED', remedy, missing: 'this file of the graph is missing' };
}

function damaged(path: string, expected: string, actual: string): DataError {
  return new DataError(
    'GRAPH_DAMAGED',
    `damaged, or changed after it was written: expected sha256 ${expected}, got ${actual}; ` +
      'rebuild the graph with "twinlight build <source>"',
    { location: { file: path } },
  );
}
