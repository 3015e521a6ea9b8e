/**
 * The files of a bundle for conditions, quotas and titles: what is known of the items. `item_features.json` has names, kinds and
 * strings of the columns as a graph's file has them, and `arrays`: the names and lengths of the arrays that `item_features.bin` holds
 * one after another, little-endian. Vectors are left out: no condition asks for them, and they are large.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { writeNewFile } from '../core/disk/durable-write.js';
import { DataError } from '../core/errors.js';
import { recordOf } from '../core/outside/own-keys.js';
import { readStoredFile, readStoredJson, type StoredFile } from '../core/outside/stored-file.js';
import type { FeatureTable } from '../data/feature-table.js';
import type { FileBytes } from '../graph/array-files.js';
import { putFeatures, takeFeatures } from '../graph/feature-files.js';
import { BUNDLE_FILES, type BundleManifest } from './bundle-manifest.js';

const STEM = 'item_features';
const arraysSchema = z.looseObject({ arrays: z.array(z.looseObject({ name: z.string(), bytes: z.int().min(0) })) });

/** Writes both files, where there is a column to write. @returns names of the columns */
export function writeCatalogue(folder: string, table: FeatureTable | undefined): readonly string[] {
  const kept = Object.entries(table?.columns ?? {}).filter(([, { kind }]) => kind !== 'vector');
  if (!table || kept.length === 0) return [];
  const files: FileBytes = new Map();
  putFeatures(files, STEM, { numRows: table.numRows, columns: recordOf(kept) });
  const header = JSON.parse(Buffer.from(files.get(`${STEM}.json`)!).toString()) as object;
  files.delete(`${STEM}.json`);
  const arrays = Array.from(files, ([name, { byteLength }]) => ({ name, bytes: byteLength }));
  writeNewFile(join(folder, BUNDLE_FILES.catalogue), `${JSON.stringify({ ...header, arrays })}\n`);
  writeNewFile(join(folder, BUNDLE_FILES.catalogueArrays), ...files.values());
  return kept.map(([name]) => name);
}

export function catalogueFacts(columns: readonly string[]): NonNullable<BundleManifest['catalogue']> {
  return { file: BUNDLE_FILES.catalogue, arrays: BUNDLE_FILES.catalogueArrays, columns };
}

/** @param numItems rows that there must be. @throws DataError `BUNDLE_DAMAGED` */
export function catalogueOfBundle(header: StoredFile, arrays: StoredFile, numItems: number): FeatureTable {
  const listed = readStoredJson(arraysSchema, header).arrays;
  const all = readStoredFile(arrays);
  const damaged = (problem: string, cause?: unknown): DataError => {
    const location = { file: join(header.folder, header.name) };
    return new DataError(header.code, `${problem}; ${header.remedy}`, { location, cause });
  };
  const total = listed.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total !== all.length) throw damaged(`its arrays take ${total} bytes, and ${arrays.name} has ${all.length}`);
  const files: FileBytes = new Map([[`${STEM}.json`, readStoredFile(header)]]);
  let at = all.byteOffset;
  for (const { name, bytes } of listed) {
    // a plain array, whose slices are copies: those of a Buffer are not
    files.set(name, new Uint8Array(all.buffer, at, bytes));
    at += bytes;
  }
  const table = readTable(files, damaged);
  if (table.numRows !== numItems) throw damaged(`expected ${numItems} rows, got ${table.numRows}`);
  return table;
}

function readTable(files: FileBytes, damaged: (problem: string, cause: unknown) => DataError): FeatureTable {
  try {
    return takeFeatures(files, STEM)!;
  } catch (error) {
    throw error instanceof DataError ? damaged(error.message, error) : error;
  }
}
