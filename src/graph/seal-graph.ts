/**
 * Gives a graph its manifest: counts, sha256 of every file it would be stored as, and the id made of them. The same
 * content has the same hash wherever, whenever and from whatever path it was built.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { sha256Of } from '../core/atomic-file.js';
import type { FileBytes } from './array-files.js';
import { encodeDerived, encodeGraph, type GraphContent } from './graph-files.js';
import { graphStatistics } from './graph-statistics.js';
import type { GraphManifest, StoredGraph } from './stored-graph.js';

/** Raised when an older release could no longer read what this one writes. */
export const GRAPH_FORMAT_VERSION = 1;

const count = z.int().min(0);
const hash = z.string().regex(/^[0-9a-f]{64}$/, 'expected a sha256');
/** Folders are named after it: no path. */
const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'expected letters, digits, ".", "_" and "-"');

/** What a stored manifest must be to be used. Keys that a later release adds are left alone. */
export const graphManifestSchema = z.looseObject({
  formatVersion: z.int().min(1),
  id: fileName,
  name: fileName,
  hash,
  source: z.record(z.string(), z.unknown()),
  data: z.record(z.string(), z.unknown()),
  notes: z.array(z.string()),
  counts: z.looseObject({
    users: count,
    items: count,
    trainEdges: count,
    validPairs: count,
    testPairs: count,
    coldUsers: count,
    coldItems: count,
  }),
  files: z.record(z.string(), hash),
  derived: z.record(z.string(), hash).optional(),
  createdBy: z.string(),
}) satisfies z.ZodType<GraphManifest>;

/** What the content itself does not tell. */
export interface GraphOrigin {
  /** Any text; characters other than letters, digits, `.` and `-` become `-`. */
  readonly name: string;
  /** Name of the split, part of the id. */
  readonly split: string;
  readonly source: Record<string, unknown>;
  readonly data: Record<string, unknown>;
  readonly notes: readonly string[];
}

/** The graph with its manifest, not yet written anywhere. */
export function sealGraph(content: GraphContent, origin: GraphOrigin): StoredGraph {
  const files = fileSums(encodeGraph(content));
  const derived = fileSums(encodeDerived(content));
  const hash = contentHash(files);
  const name = slug(origin.name) || 'graph';
  const { coldUsers, coldItems } = graphStatistics(content.train);
  const manifest: GraphManifest = {
    formatVersion: GRAPH_FORMAT_VERSION,
    id: `${name}_${slug(origin.split)}_${hash.slice(0, 8)}`,
    name,
    hash,
    source: origin.source,
    data: origin.data,
    notes: origin.notes,
    counts: {
      users: content.users.size,
      items: content.items.size,
      trainEdges: content.train.numEdges,
      validPairs: content.valid.values.length,
      testPairs: content.test.values.length,
      coldUsers,
      coldItems,
    },
    files,
    ...(Object.keys(derived).length > 0 && { derived }),
    createdBy: `twinlight ${packageVersion()}`,
  };
  return { ...content, manifest };
}

/** File name → sha256, names ascending. */
export function fileSums(files: FileBytes): Record<string, string> {
  const names = [...files.keys()].sort();
  return Object.fromEntries(names.map((name) => [name, sha256Of(files.get(name)!)]));
}

/** sha256 over `<sum>  <name>` lines, names ascending. */
export function contentHash(sums: Readonly<Record<string, string>>): string {
  const lines = Object.keys(sums).sort();
  return sha256Of(lines.map((name) => `${sums[name]}  ${name}\n`).join(''));
}

function slug(text: string): string {
  return text.replace(/[^A-Za-z0-9.-]+/g, '-').replace(/^[-.]+|-+$/g, '');
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return version;
}
