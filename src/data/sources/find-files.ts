/**
 * Which files a path stands for. A file is one log. A folder holds, in this order: train, validation and test files
 * (`part-files.ts`); else a RecBole log `*.inter`; else a log by one of the usual names; else its only
 * data file.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DataError } from '../../core/errors.js';
import { ambiguousFolder, DATA_ENDINGS, listed, type PartFile, partFiles } from './part-files.js';

export interface FileSet {
  /** Of the folder, or of the file without its endings. */
  readonly name: string;
  /** As it was given, for messages. */
  readonly place: string;
  readonly folder: string;
  /** One `train` alone is a log that was not split yet. */
  readonly files: readonly PartFile[];
}

const DATA_FILE = new RegExp(`\\.(${DATA_ENDINGS})(\\.gz)?$`, 'i');
const LOG_NAMES = /^(interactions?|ratings?|events?|logs?|clicks?|purchases?|reviews?|u)\./i;
const FEATURE_NAMES = /^(items?|users?)\./i;

/** @throws DataError `DATA_MISSING_FILE`, `DATA_UNKNOWN_FOLDER` or `DATA_AMBIGUOUS_FOLDER`, saying what was found. */
export function findFiles(source: string): FileSet {
  if (!existsSync(source)) {
    throw new DataError('DATA_MISSING_FILE', 'no such file or folder', { location: { file: source } });
  }
  if (!statSync(source).isDirectory()) {
    const name = basename(source)
      .replace(/\.gz$/i, '')
      .replace(/\.[^.]+$/, '');
    return { name, place: source, folder: dirname(source), files: [{ part: 'train', path: source }] };
  }
  const names = readdirSync(source, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
  const files = partFiles(source, names) ?? [{ part: 'train' as const, path: join(source, soleLog(source, names)) }];
  const name = basename(join(source, '.')) || basename(process.cwd());
  return { name, place: source, folder: source, files };
}

function soleLog(folder: string, names: readonly string[]): string {
  const dataFiles = names.filter((name) => DATA_FILE.test(name) && !FEATURE_NAMES.test(name));
  const rounds = [
    dataFiles.filter((name) => /\.inter(\.gz)?$/i.test(name)),
    dataFiles.filter((name) => LOG_NAMES.test(name)),
    dataFiles,
  ];
  const found = rounds.find((round) => round.length > 0) ?? [];
  if (found.length === 1) return found[0];
  if (found.length > 1) throw ambiguousFolder(folder, `several logs (${found.join(', ')})`, names);
  const message =
    'expected interactions in this folder: train, valid and test files, *.inter, interactions.*, ratings.*, or one data ' +
    `file (${DATA_ENDINGS.replaceAll('|', ', ')}; also .gz); found ${listed(names)}`;
  throw new DataError('DATA_UNKNOWN_FOLDER', message, { location: { file: folder } });
}
