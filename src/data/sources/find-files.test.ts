import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findFiles } from './find-files.js';

const scratch = mkdtempSync(join(tmpdir(), 'twinlight-source-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let made = 0;

function folderWith(...names: string[]): string {
  const folder = join(scratch, `folder${made++}`);
  mkdirSync(folder);
  for (const name of names) writeFileSync(join(folder, name), 'x');
  return folder;
}

const found = (...names: string[]) =>
  findFiles(folderWith(...names)).files.map(({ part, path }) => `${part} ${basename(path)}`);

test.each([
  [
    ['test.txt', 'train.txt', 'valid.txt', 'README.md'],
    ['train train.txt', 'valid valid.txt', 'test test.txt'],
  ],
  [
    ['train.csv.gz', 'dev.csv.gz', 'items.csv'],
    ['train train.csv.gz', 'valid dev.csv.gz'],
  ],
  [
    ['x.train.inter', 'x.test.inter', 'x.item'],
    ['train x.train.inter', 'test x.test.inter'],
  ],
  [['ml.inter', 'ml.item', 'ml.user'], ['train ml.inter']],
  [['ratings.csv', 'movies.csv', 'links.csv'], ['train ratings.csv']],
  [['interactions.csv', 'items.csv', 'users.csv'], ['train interactions.csv']],
  [['what.tsv', 'notes.md'], ['train what.tsv']],
  [['train.jsonl'], ['train train.jsonl']],
  [
    ['cold_test.csv', 'cold_valid.csv', 'items.csv', 'train.csv', 'warm_test.csv', 'warm_valid.csv'],
    ['train train.csv', 'valid cold_valid.csv', 'valid warm_valid.csv', 'test cold_test.csv', 'test warm_test.csv'],
  ],
  [
    ['ml.train.inter', 'ml.valid.inter', 'ml.warm.test.inter', 'ml.cold.test.inter'],
    ['train ml.train.inter', 'valid ml.valid.inter', 'test ml.cold.test.inter', 'test ml.warm.test.inter'],
  ],
])('%j', (names, expected) => expect(found(...names)).toEqual(expected));

test.each([
  [[], 'DATA_UNKNOWN_FOLDER', /expected interactions in this folder.*found no files/],
  [['notes.md', 'items.csv'], 'DATA_UNKNOWN_FOLDER', /ratings\.\*.*found items\.csv, notes\.md/],
  [['test.csv', 'valid.csv'], 'DATA_UNKNOWN_FOLDER', /expected a train file beside valid\.csv and test\.csv/],
  [['a.csv', 'b.csv'], 'DATA_AMBIGUOUS_FOLDER', /several logs \(a\.csv, b\.csv\)/],
  [['train.csv', 'train.txt'], 'DATA_AMBIGUOUS_FOLDER', /several train files/],
  [['a.train.csv', 'b.train.csv'], 'DATA_AMBIGUOUS_FOLDER', /several sets/],
  [['a_train.csv', 'b_test.csv'], 'DATA_AMBIGUOUS_FOLDER', /several sets.*b_test\.csv does not go with a_train\.csv/],
  [['train.csv', 'test.csv', 'cold_test.csv'], 'DATA_AMBIGUOUS_FOLDER', /both a whole test file and pieces of one/],
  [['train.csv', 'cold_test.csv', 'cold_test.txt'], 'DATA_AMBIGUOUS_FOLDER', /several test files/],
  [
    ['train.csv', 'warm_valid.csv', 'warm_test.csv', 'cold_test.csv'],
    'DATA_AMBIGUOUS_FOLDER',
    /"cold" in test but not in valid/,
  ],
  [['warm_test.csv', 'cold_test.csv'], 'DATA_UNKNOWN_FOLDER', /expected a train file/],
])('%j is refused', (names, code, message) => {
  expect(() => found(...names)).toThrow(expect.objectContaining({ code, exitCode: 3 }));
  expect(() => found(...names)).toThrow(message);
});

test('what does not exist is named', () => {
  expect(() => findFiles(join(scratch, 'nowhere'))).toThrow(/nowhere: no such file or folder/);
});

test('a file is named without its endings', () => {
  const path = join(folderWith('log.csv.gz'), 'log.csv.gz');
  expect(findFiles(path)).toMatchObject({ name: 'log', files: [{ part: 'train', path }] });
});
