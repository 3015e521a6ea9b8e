/**
 * Reading files of a stored folder (a graph, a run, a bundle), which others may have damaged, changed or made up. A name must
 * be a plain file's within its folder: no path, no link out of it, no pipe, no device. JSON is bounded in size and depth and
 * checked against a schema before anything looks into it.
 */
import { constants, lstatSync, openSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { z } from 'zod';
import { otherThanFile } from '../disk/file-kind.js';
import { DataError } from '../errors.js';
import { describeProblems } from '../strict-config.js';
import { readOpened } from '../whole-file.js';
import { parseBoundedJson } from './nesting.js';

/** Bytes of a JSON record. Manifests and reports take kilobytes. */
const MAX_RECORD_BYTES = 64 * 2 ** 20;

/** A file in a stored folder, and how it is refused. */
export interface StoredFile {
  readonly folder: string;
  readonly name: string;
  /** Of the DataError, e.g. `GRAPH_DAMAGED`. */
  readonly code: string;
  /** What to do about it, for the end of the message. */
  readonly remedy: string;
  /** What a missing file is called; absent: `this file is missing`. */
  readonly missing?: string;
}

function refusal({ folder, name, code, remedy }: StoredFile, what: string, cause?: unknown): DataError {
  return new DataError(code, `${what}; ${remedy}`, { location: { file: join(folder, name) }, cause });
}

/** @returns the path of a plain file. @throws DataError where it is missing or anything else */
export function plainFile(file: StoredFile): string {
  return located(file).path;
}

function located(file: StoredFile): { path: string; stats: Stats } {
  const { folder, name } = file;
  if (/[/\\\0]|^\.{0,2}$/.test(name)) throw refusal(file, 'expected the name of a file in this folder, got a path');
  const path = join(folder, name);
  try {
    if (lstatSync(path).isSymbolicLink() && !realpathSync(path).startsWith(realpathSync(folder) + sep)) {
      throw refusal(file, 'expected a file in this folder, got a link that leads out of it');
    }
    const stats = statSync(path);
    const other = otherThanFile(stats);
    if (other) throw refusal(file, `expected a file, got ${other}`);
    return { path, stats };
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    throw refusal(
      file,
      code === 'ENOENT' ? (file.missing ?? 'this file is missing') : `it can't be read (${message})`,
      cause,
    );
  }
}

/** The bytes of a plain file. @throws DataError */
export function readStoredFile(file: StoredFile, maxBytes = Number.POSITIVE_INFINITY): Buffer {
  const { path, stats } = located(file);
  if (stats.size > maxBytes) throw refusal(file, `expected at most ${maxBytes} bytes, got ${stats.size}`);
  try {
    // what became a pipe since it was looked at is not waited for
    const bytes = readOpened(openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)), path);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch (cause) {
    throw refusal(file, `it can't be read (${(cause as Error).message})`, cause);
  }
}

/** A record as it was written, once the schema accepts it. @throws DataError that says what was expected */
export function readStoredJson<S extends z.ZodType>(schema: S, file: StoredFile): z.output<S> {
  return parseStoredJson(schema, readStoredFile(file, MAX_RECORD_BYTES), file);
}

/** As `readStoredJson`, of bytes that were read already. */
export function parseStoredJson<S extends z.ZodType>(schema: S, bytes: Uint8Array, file: StoredFile): z.output<S> {
  let value: unknown;
  try {
    value = parseBoundedJson(bytes);
  } catch (cause) {
    throw refusal(file, `not readable as JSON (${(cause as Error).message})`, cause);
  }
  return checkStored(schema, value, file);
}

/** The value itself, keys that the schema does not know included. @throws DataError that says what was expected */
function checkStored<S extends z.ZodType>(schema: S, value: unknown, file: StoredFile): z.output<S> {
  const { error } = schema.safeParse(value);
  if (error === undefined) return value as z.output<S>;
  const [first, ...others] = describeProblems(schema, value, error.issues);
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  throw refusal(file, `damaged, or changed after it was written: ${first}${more}`, error);
}
