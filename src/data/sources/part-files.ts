/**
 * The train, validation and test files of a folder, by their names: one file a part (`train.txt`, `name.test.inter`, …), or
 * held-out parts in several files of one word each. `warm_valid.csv` and `cold_valid.csv` are together the validation
 * pairs, `warm_test.csv` and `cold_test.csv` the test pairs: the form in which cold-start splits are published (GAR, Chen et
 * al. 2022; ALDI, Huang et al. 2023; ColdRec).
 */
import { join } from 'node:path';
import { DataError } from '../../core/errors.js';
import type { PartName } from '../interaction-log.js';

export interface PartFile {
  readonly part: PartName;
  readonly path: string;
}

interface NamedPart {
  readonly part: PartName;
  /** What stands before the part's name; empty where nothing does. */
  readonly prefix: string;
  readonly name: string;
}

export const DATA_ENDINGS = 'txt|csv|tsv|jsonl|ndjson|inter|dat|data';
const PART_FILE = new RegExp(
  `^(?:(.+)[._-])?(train|training|valid|validation|val|dev|test)\\.(${DATA_ENDINGS})(\\.gz)?$`,
  'i',
);
const PART_OF: Readonly<Record<string, PartName>> = {
  train: 'train',
  training: 'train',
  valid: 'valid',
  validation: 'valid',
  val: 'valid',
  dev: 'valid',
  test: 'test',
};
const HELD_OUT = ['valid', 'test'] as const;

/**
 * Train first, then validation, then test; undefined where no file is named after a part.
 *
 * @param names of the folder's files, ascending
 * @throws DataError `DATA_UNKNOWN_FOLDER` without a train file; `DATA_AMBIGUOUS_FOLDER` where a part could be several things
 */
export function partFiles(folder: string, names: readonly string[]): readonly PartFile[] | undefined {
  const found = names.flatMap(namedPart);
  if (found.length === 0) return undefined;
  const refuse = (what: string): never => {
    throw ambiguousFolder(folder, what, names);
  };
  const trains = found.filter(({ part }) => part === 'train');
  if (trains.length === 0) {
    const others = HELD_OUT.flatMap((part) => found.filter((file) => file.part === part));
    const message = `expected a train file beside ${others.map(({ name }) => name).join(' and ')}`;
    throw new DataError('DATA_UNKNOWN_FOLDER', message, {
      location: { file: folder },
    });
  }
  if (new Set(trains.map(({ prefix }) => prefix)).size > 1) refuse('several sets of train and test files');
  if (trains.length > 1) refuse('several train files');
  const stem = trains[0].prefix;
  const heldOut = HELD_OUT.map((part) => {
    const files = found.filter((file) => file.part === part);
    return {
      part,
      files,
      words: files.map(({ prefix, name }) => wordOf(prefix, stem) ?? refuse(strayFile(name, trains[0]))),
    };
  });
  for (const { part, files, words } of heldOut) {
    if (files.length > 1 && words.includes(''))
      refuse(`both a whole ${part} file and pieces of one (${listOf(files)})`);
    if (new Set(words).size < words.length) refuse(`several ${part} files (${listOf(files)})`);
  }
  refuseOtherWords(heldOut, refuse);
  const ordered = [trains[0], ...heldOut.flatMap(({ files }) => files)];
  return ordered.map(({ part, name }) => ({ part, path: join(folder, name) }));
}

function namedPart(name: string): NamedPart[] {
  const match = PART_FILE.exec(name);
  return match ? [{ part: PART_OF[match[2].toLowerCase()], prefix: match[1] ?? '', name }] : [];
}

/** What a held-out file adds to the train file's prefix: '' for nothing, undefined where it has another one. */
function wordOf(prefix: string, stem: string): string | undefined {
  if (prefix === stem) return '';
  const rest = stem === '' ? prefix : prefix.startsWith(stem) ? prefix.slice(stem.length).replace(/^[._-]/, '') : '';
  return rest === '' ? undefined : rest.toLowerCase();
}

/** Validation and test in pieces must be cut alike: what one has and the other lacks is no piece of the same split. */
function refuseOtherWords(
  heldOut: readonly {
    readonly part: PartName;
    readonly files: readonly NamedPart[];
    readonly words: readonly string[];
  }[],
  refuse: (what: string) => never,
): void {
  const pieces = heldOut.filter(({ words }) => words.some((word) => word !== ''));
  if (pieces.length < 2) return;
  const [a, b] = pieces;
  const lacking = [...a.words, ...b.words].find((word) => !(a.words.includes(word) && b.words.includes(word)));
  if (lacking === undefined) return;
  const [has, lacks] = a.words.includes(lacking) ? [a, b] : [b, a];
  refuse(`"${lacking}" in ${has.part} but not in ${lacks.part} (${listOf([...a.files, ...b.files])})`);
}

const strayFile = (name: string, train: NamedPart): string =>
  `several sets of train and test files: ${name} does not go with ${train.name}`;

const listOf = (files: readonly NamedPart[]): string => files.map(({ name }) => name).join(', ');

export function ambiguousFolder(folder: string, what: string, names: readonly string[]): DataError {
  const message =
    `found ${what} in this folder: name one file, or move the others away (a folder has one train file, and one ` +
    `valid and one test file or pieces such as warm_test and cold_test); it holds ${listed(names)}`;
  return new DataError('DATA_AMBIGUOUS_FOLDER', message, { location: { file: folder } });
}

export function listed(names: readonly string[]): string {
  if (names.length === 0) return 'no files';
  return names.slice(0, 10).join(', ') + (names.length > 10 ? ` and ${names.length - 10} more` : '');
}
