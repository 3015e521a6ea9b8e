/** `recommend` and `similar` with filters, and for all users and items into files: as people use them, as processes. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildOnce, runCli, runJson } from './run-cli.js';

let folder = '';
const run = async (args: readonly string[], code = 0) => {
  const outcome = await runCli(args, { cwd: folder });
  expect(outcome.code, outcome.stderr).toBe(code);
  return outcome;
};
const json = (args: readonly string[]) => runJson(args, { cwd: folder });
const idsOf = ({ items }: { items: { id: string }[] }): string[] => items.map(({ id }) => id);
const genres = new Map<string, string>();
let graph = '';

beforeAll(async () => {
  buildOnce();
  folder = mkdtempSync(join(tmpdir(), 'twinlight-filters-'));
  await run([
    'sample',
    '--out',
    'world',
    '--users',
    '120',
    '--items',
    '100',
    '--mean-interactions',
    '15',
    '--seed',
    '3',
  ]);
  graph = (await json(['build', 'world', '--name', 'planted'])).id;
  for (const preset of ['item-knn', 'graph-filter']) await run(['train', graph, '--preset', preset, '--run', preset]);
  await run(['export', 'graph-filter', '--out', 'bundle']);
  const [head, ...rows] = readFileSync(join(folder, 'world', 'items.csv'), 'utf8')
    .trim()
    .split('\n');
  const [item, genre] = ['item', 'genre'].map((name) => head.split(',').findIndex((column) => column.startsWith(name)));
  for (const row of rows) genres.set(row.split(',')[item], row.split(',')[genre]);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const someone = async (): Promise<string> => {
  await run(['recommend', 'item-knn', '--all', '--out', 'someone.jsonl', '--overwrite', '--k', '5']);
  const rows = readFileSync(join(folder, 'someone.jsonl'), 'utf8').trim().split('\n');
  return rows.map((row) => JSON.parse(row)).find(({ route }) => route === 'hot').user;
};

describe.each(['graph-filter', 'bundle', 'item-knn'])('%s', (model) => {
  it('gives what passes, and says what does not', async () => {
    const user = await someone();
    const answer = await json([
      'recommend',
      model,
      '--user',
      user,
      '--k',
      '8',
      '--filter',
      'genre in (genre1, genre2)',
    ]);
    expect(new Set(idsOf(answer).map((id) => genres.get(id)))).toEqual(new Set(['genre1', 'genre2']));
    expect(answer.filtered.passing).toBeLessThanOrEqual(answer.filtered.numItems - answer.filtered.leftOut.where);
    const { stdout } = await run([
      'recommend',
      model,
      '--user',
      user,
      '--filter',
      'genre = genre1',
      '--max-per',
      'genre=2',
    ]);
    expect(stdout).toMatch(/^\d+ of 100 items pass \(\d+ fail the condition, \d+ the user had\)/m);
    expect(stdout.match(/genre1\)/g)).toHaveLength(2);
  });

  it('keeps lists, quotas and what was seen', async () => {
    const user = await someone();
    const ask = (...more: string[]) => json(['recommend', model, '--user', user, '--k', '6', ...more]);
    const [first, second] = idsOf(await ask());
    expect(idsOf(await ask('--deny', first))).not.toContain(first);
    writeFileSync(join(folder, 'allowed.txt'), `${first}\n${second}\n\n`);
    expect(idsOf(await ask('--allow', '@allowed.txt'))).toEqual([first, second]);
    const wanted = idsOf(await ask('--quota', 'genre:genre7=2', '--quota', 'genre:genre8=1')).map((id) =>
      genres.get(id),
    );
    expect(wanted.filter((genre) => genre === 'genre7').length).toBeGreaterThanOrEqual(model === 'item-knn' ? 0 : 2);
    const all = idsOf(
      await json(['recommend', model, '--user', user, '--k', '100', '--seen', 'train,validation,test']),
    );
    const some = idsOf(await json(['recommend', model, '--user', user, '--k', '100']));
    expect(all.length).toBeLessThan(some.length);
  });

  it('writes all users and all items', async () => {
    const filter = ['--filter', 'genre != genre1', '--k', '4'];
    const result = await json(['recommend', model, '--all', '--out', `${model}.csv`, ...filter]);
    const rows = readFileSync(join(folder, `${model}.csv`), 'utf8')
      .trim()
      .split('\n')
      .slice(1);
    expect(rows.length).toBe(result.rows);
    expect(rows.map((row) => genres.get(row.split(',')[1]))).not.toContain('genre1');
    const { stdout } = await run(['similar', model, '--all', '--out', `${model}-items.parquet`, ...filter]);
    expect(stdout).toMatch(/items +100\n/);
    expect(existsSync(join(folder, `${model}-items.parquet`))).toBe(true);
  });
});

it('names users in a file, and gives a ranker its vectors', async () => {
  writeFileSync(join(folder, 'users.txt'), `${await someone()}\nnobody\n`);
  const { stdout } = await run([
    'recommend',
    'bundle',
    '--users',
    'users.txt',
    '--out',
    'r.jsonl',
    '--for-ranker',
    '--k',
    '3',
  ]);
  expect(stdout).toContain('2 (1 hot, 1 without an answer)');
  const [row] = readFileSync(join(folder, 'r.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(row.user_vector.length).toBe(row.item_vector.length);
});

it('shows boards in order where nothing is known, and keeps what users had out of a bundle on request', async () => {
  const ask = (fallback: string, ...more: string[]) =>
    json(['recommend', 'graph-filter', '--fallback', fallback, ...more]);
  const [week, newest] = [await ask('popular:7,popular', '--k', '2'), await ask('newest:30', '--k', '2')];
  expect([week.fallback, newest.fallback]).toEqual([{ popular: 7 }, { newest: 30 }]);
  expect((await ask('popular:1,popular', '--k', '100')).fallback).toEqual({ popular: 'training' });
  const { files } = await json(['export', 'graph-filter', '--out', 'unseen', '--no-seen']);
  expect(files).not.toContain('seen_items.npy');
});

it('diversifies', async () => {
  const user = await someone();
  const genresOf = async (...more: string[]) => {
    const ids = idsOf(await json(['recommend', 'graph-filter', '--user', user, '--k', '10', ...more]));
    return new Set(ids.map((id) => genres.get(id))).size;
  };
  expect(await genresOf('--mmr', '0.2')).toBeGreaterThanOrEqual(await genresOf());
});

it.each([
  ['recommend graph-filter --all', 'USAGE_RECOMMEND', 'give --out'],
  ['recommend graph-filter --all --user u1 --out x.csv', 'USAGE_RECOMMEND', 'ask for one user'],
  ['recommend graph-filter --all --users f --out x.csv', 'USAGE_RECOMMEND', 'either --all or --users'],
  ['recommend graph-filter --user u001 --out x.csv', 'USAGE_RECOMMEND', '--out goes with --all or --users'],
  ['recommend graph-filter --user u001 --for-ranker', 'USAGE_RECOMMEND', '--for-ranker goes with --all or --users'],
  [
    'recommend graph-filter --user u001 --seen test --include-known',
    'USAGE_RECOMMEND',
    'either --include-known or --seen',
  ],
  [
    'recommend graph-filter --window 3 --no-fallback',
    'USAGE_RECOMMEND',
    '--window is short for --fallback popular:DAYS',
  ],
  ['recommend graph-filter --fallback latest', 'USAGE_INVALID_ARGUMENT', 'Expected popular or newest'],
  ['recommend graph-filter --seen tests', 'USAGE_INVALID_ARGUMENT', 'Expected train, validation, test'],
  ['recommend graph-filter --all --out x.txt', 'OUT_FORMAT', '.csv, .jsonl, .parquet'],
  ['recommend graph-filter --user u001 --filter genre=', 'FILTER_SYNTAX', 'character 7: expected a value after ='],
  ['recommend graph-filter --user u001 --filter gender=a', 'FILTER_COLUMN', 'did you mean "genre"?'],
  ['recommend graph-filter --user u001 --max-per genre', 'USAGE_FILTER', 'expected column=number'],
  ['recommend graph-filter --user u001 --quota genre=3', 'USAGE_FILTER', 'expected column:value=number'],
  ['recommend graph-filter --user u001 --mmr 2', 'USAGE_INVALID_ARGUMENT', 'Expected a number from 0 to 1'],
  ['recommend graph-filter --user u001 --allow @none', 'USAGE_IDS', '--allow: expected ids'],
  ['recommend item-knn --all --out x.csv --for-ranker', 'NO_EMBEDDINGS', 'ranks without vectors'],
  ['recommend item-knn --user u001 --mmr 0.5', 'NO_EMBEDDINGS', 'mmr compares items by their vectors'],
  ['similar graph-filter --all', 'USAGE_SIMILAR', 'give --out'],
  ['similar graph-filter --item i001 --of users', 'USAGE_SIMILAR', '--of goes with --all'],
  ['similar graph-filter --all --item i001 --out x.csv', 'USAGE_SIMILAR', 'give one of'],
  ['similar item-knn --all --of users --out x.csv', 'NO_EMBEDDINGS', 'ranks without vectors of users'],
])('%s is refused', async (line, code, message) => {
  const { stderr } = await run(line.split(' '), 2);
  expect(stderr).toContain(code);
  expect(stderr).toContain(message);
  expect(existsSync(join(folder, 'x.csv'))).toBe(false);
});

it('popular shows the same boards of a graph, a run and a bundle', async () => {
  const ask = ['--k', '3', '--per', 'genre', '--window', '30', '--filter', 'genre != genre1'];
  const [ofGraph, ofRun, ofBundle] = [
    await json(['popular', graph, ...ask]),
    await json(['popular', 'graph-filter', ...ask]),
    await json(['popular', 'bundle', ...ask]),
  ];
  expect(ofGraph.boards.length).toBeGreaterThan(5);
  for (const { value, items } of ofGraph.boards) {
    expect(items.map(({ id }: { id: string }) => genres.get(id))).toEqual(items.map(() => value));
  }
  expect([ofRun.boards, ofBundle.boards]).toEqual([ofGraph.boards, ofGraph.boards]);
  const { stdout } = await run(['popular', graph, '--newest', '--k', '2']);
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .slice(2)
      .map((line) => /^[12] .* \d{4}-\d\d-\d\d$/.test(line)),
  ).toEqual([true, true]);
  expect((await run(['popular', graph, '--mmr', '0.5'], 2)).stderr).toContain('USAGE_POPULAR');
});
