/**
 * Vectors of the rows of feature files → a folder, whole or absent: in the asked formats, with a manifest that says of which model
 * they are and how many rows the model knew.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { sha256OfFile } from '../../core/atomic-file.js';
import { settledFolder, writeFolderAtomic } from '../../core/disk/atomic-folder.js';
import { writeNewFile } from '../../core/disk/durable-write.js';
import { ConfigError } from '../../core/errors.js';
import { type Reporter, SILENT } from '../../core/reporter.js';
import type { Side } from '../../core/side.js';
import type { FeatureRowOptions } from '../../data/index.js';
import type { Servable } from '../../retrieval/serving/served-model.js';
import { lockBundle } from '../bundle-folder.js';
import { MANIFEST_FILE } from '../bundle-manifest.js';
import { type EncodedFile, encodeFile, type FileCounts } from './encode-file.js';
import { refuseFormats, VECTOR_FORMAT_NAMES, type VectorFormat, writeVectors } from './vector-formats.js';

const KIND = 'twinlight-vectors';

export interface EmbedOptions extends Pick<FeatureRowOptions, 'onBadRow'> {
  readonly out: string;
  /** Default: npy. */
  readonly formats?: readonly VectorFormat[];
  /** Columns of the ids; found by their names where absent. */
  readonly itemId?: string;
  readonly userId?: string;
  /** Replaces an earlier folder of vectors; never one that holds anything else. */
  readonly overwrite?: boolean;
  readonly reporter?: Reporter;
}

export interface EmbedResult {
  readonly folder: string;
  /** Names of the files in it. */
  readonly files: string[];
  readonly embeddingDim: number;
  readonly items?: FileCounts;
  readonly users?: FileCounts;
}

/**
 * @param files of items, of users, or of both
 * @throws ConfigError `NO_TOWER`, `UNKNOWN_COLUMN`, `VECTOR_FORMAT`, `EXPORT_TAKEN`, `EXPORT_BUSY`; DataError with file and line
 */
export async function embedFiles(
  { serving }: Servable,
  { items, users }: { readonly items?: string; readonly users?: string },
  { out, formats = ['npy'], itemId, userId, onBadRow, overwrite = false, reporter = SILENT }: EmbedOptions,
): Promise<EmbedResult> {
  if (formats.length === 0)
    throw new ConfigError(
      'VECTOR_FORMAT',
      `format: expected one or more of ${VECTOR_FORMAT_NAMES.join(', ')}, got none`,
    );
  refuseFormats(formats, VECTOR_FORMAT_NAMES);
  const giveBack = lockBundle(out);
  try {
    refuseOther(out, overwrite);
    const encoded: { side: Side; file: EncodedFile }[] = [];
    for (const { side, path, id } of [
      { side: 'item' as const, path: items, id: itemId },
      { side: 'user' as const, path: users, id: userId },
    ]) {
      if (path === undefined) continue;
      const file = await encodeFile(serving, side, path, { id, onBadRow }, reporter);
      for (const note of file.notes) reporter.warn(note);
      encoded.push({ side, file });
    }
    if (encoded.length === 0) throw new ConfigError('EMBED_NOTHING', 'give a file of items, of users, or both');
    const { embeddingDim, normalized } = serving.space!;
    const counts = Object.fromEntries(encoded.map(({ side, file }) => [`${side}s`, file.counts]));
    const sides = encoded.map(({ side, file }) => ({ side, ids: file.ids, vectors: file.vectors }));
    const facts = {
      kind: KIND,
      formatVersion: 1,
      createdBy: createdBy(),
      model: serving.title,
      embeddingDim,
      normalized,
    };
    const names = await writeFolderAtomic(
      out,
      async (folder) => {
        await writeVectors(folder, { embeddingDim, sides, createdBy: facts.createdBy }, formats);
        const written = await describe(folder);
        const manifest = { ...facts, counts, files: written };
        writeNewFile(join(folder, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
        return [...Object.keys(written), MANIFEST_FILE];
      },
      { isLocked: true },
    );
    return { folder: out, files: names, embeddingDim, ...counts };
  } finally {
    giveBack();
  }
}

async function describe(folder: string): Promise<Record<string, { bytes: number; sha256: string }>> {
  const files: Record<string, { bytes: number; sha256: string }> = {};
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    files[name] = { bytes: statSync(path).size, sha256: await sha256OfFile(path) };
  }
  return files;
}

/** A whole folder is replaced at the end, so it must be one of ours, with nothing else in it. */
function refuseOther(folder: string, overwrite: boolean): void {
  settledFolder(folder);
  if (!existsSync(folder)) return;
  const refuse = (what: string): never => {
    throw new ConfigError('EXPORT_TAKEN', `"${folder}" ${what}`);
  };
  if (!statSync(folder).isDirectory()) refuse('is a file; choose another folder');
  const names = readdirSync(folder);
  if (names.length === 0) return;
  const ours = filesOf(folder);
  if (ours === undefined) refuse('holds something that is no folder of vectors; choose another folder');
  const others = names.filter((name) => name !== MANIFEST_FILE && !ours!.has(name));
  if (others.length > 0)
    refuse(`holds more than vectors, which would be lost (${others.slice(0, 3).join(', ')}); move it away`);
  if (!overwrite)
    refuse('holds vectors already; replace them with --overwrite (overwrite: true), or choose another folder');
}

/** Names in the manifest of a folder of vectors; undefined for another folder. */
function filesOf(folder: string): ReadonlySet<string> | undefined {
  try {
    const { kind, files } = JSON.parse(readFileSync(join(folder, MANIFEST_FILE), 'utf8'));
    return kind === KIND ? new Set(Object.keys(files)) : undefined;
  } catch {
    return undefined;
  }
}

function createdBy(): string {
  const { name, version } = createRequire(import.meta.url)('../../../package.json') as {
    name: string;
    version: string;
  };
  return `${name} ${version}`;
}
