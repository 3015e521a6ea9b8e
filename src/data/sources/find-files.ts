/**
 * Which files a path stands for. A file is one log. A folder holds, in this order: train, validation and test files
 * (`train.txt`, `name.test.inter`, …); else a RecBole log `*.inter`; else a log by one of the usual names; else its only
 * data file.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DataError } from '../../core/errors.js';
import type { PartName } from '../interaction-log.js';

export interface FileSet {
  /** Of the folder, or of the file without its endings. */
  readonly name: string;
  /** As it was given, for messages. */
  readonly place: string;
  readonly folder: string;
  /** One `train` alone is a log that was not split yet. */
  readonly files: readonly { readonly part: PartName; readonly path: string }[];
}

const ENDINGS = 'txt|csv|tsv|jsonl|ndjson|inter|dat|data';
const DATA_FILE = new RegExp(`\\.(${ENDINGS})(\\.gz)?$`, 'i');
const PART_FILE = new RegExp(
  `^(?:(.+)[._-])?(train|training|valid|validation|val|dev|test)\\.(${ENDINGS})(\\.gz)?$`,
  'i',
);
const LOG_NAMES = /^(interactions?|ratings?|events?|logs?|clicks?|purchases?|reviews?|u)\./i;
const FEATURE_NAMES = /^(items?|users?)\./i;
const PART_OF: Readonly<Record<string, PartName>> = {
  train: 'train',
  training: 'train',
  valid: 'valid',
  validation: 'valid',
  val: 'valid',
  dev: 'valid',
  test: 'test',
};

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

function partFiles(folder: string, names: readonly string[]): FileSet['files'] | undefined {
  const groups = new Map<string, { part: PartName; path: string }[]>();
  for (const name of names) {
    const match = PART_FILE.exec(name);
    if (!match) continue;
    const part = PART_OF[match[2].toLowerCase()];
    const group = groups.get(match[1] ?? '') ?? [];
    if (group.some((file) => file.part === part)) throw ambiguous(folder, `several ${part} files`, names);
    group.push({ part, path: join(folder, name) });
    groups.set(match[1] ?? '', group);
  }
  if (groups.size === 0) return undefined;
  if (groups.size > 1) throw ambiguous(folder, 'several sets of train and test files', names);
  const [group] = groups.values();
  const order: PartName[] = ['train', 'valid', 'test'];
  group.sort((a, b) => order.indexOf(a.part) - order.indexOf(b.part));
  if (group[0].part !== 'train') {
    const found = group.map(({ path }) => basename(path)).join(' and ');
    throw new DataError('DATA_UNKNOWN_FOLDER', `expected a train file beside ${found}`, { location: { file: folder } });
  }
  return group;
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
  if (found.length > 1) throw ambiguous(folder, `several logs (${found.join(', ')})`, names);
  const message =
    'expected interactions in this folder: train, valid and test files, *.inter, interactions.*, ratings.*, or one data ' +
    `file (${ENDINGS.replaceAll('|', ', ')}; also .gz); found ${listed(names)}`;
  throw new DataError('DATA_UNKNOWN_FOLDER', message, { location: { file: folder } });
}

function ambiguous(folder: string, what: string, names: readonly string[]): DataError {
  const message = `found ${what} in this folder: name one file, or move the others away; it holds ${listed(names)}`;
  return new DataError('DATA_AMBIGUOUS_FOLDER', message, { location: { file: folder } });
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'no files';
  return names.slice(0, 10).join(', ') + (names.length > 10 ? ` and ${names.length - 10} more` : '');
}
