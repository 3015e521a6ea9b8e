/** Files of recommendations: read back in every format, they hold the answers one by one; what is refused; nothing half-done stays. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, describe, expect, it } from 'vitest';
import { filteredRun } from '../../../tests/filtered-run.js';
import { ExampleCoder } from '../../core/tfrecord/examples.js';
import { RecordFrames } from '../../core/tfrecord/record-frames.js';
import { recommendForProfile } from '../../retrieval/index.js';
import { type RecommendAllOptions, recommendAll } from './recommend-all.js';

const folder = mkdtempSync(join(tmpdir(), 'twinlight-recommend-all-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const run = filteredRun(folder);
const place = (name: string): string => join(folder, name);

interface Row {
  readonly user: string;
  readonly item: string;
  readonly rank: number;
  readonly score: number;
  readonly route: string;
  readonly user_vector?: readonly number[];
  readonly item_vector?: readonly number[];
  readonly parts?: readonly number[];
}

/** A reader of its own for each: CSV with quotes, and cells of vectors put together. */
const READERS: Record<string, (file: string) => Promise<Row[]>> = {
  jsonl: async (file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line)),
  parquet: async (file) => (await parquetReadObjects({ file: await asyncBufferFromFile(file) })) as Row[],
  tfrecord: async (file) => {
    const coder = new ExampleCoder();
    return [...new RecordFrames().records(readFileSync(file), file)].map((record) => {
      const cells = Object.entries(coder.decode(record)).map(([name, { values }]) => [
        name,
        ['parts', 'user_vector', 'item_vector'].includes(name) ? values : values[0],
      ]);
      return Object.fromEntries(cells) as Row;
    });
  },
  csv: async (file) => {
    const records = [...readFileSync(file, 'utf8').matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/g)];
    const lines: string[][] = [[]];
    for (const [, quoted, bare, end] of records) {
      lines.at(-1)!.push(quoted?.replaceAll('""', '"') ?? bare);
      if (end === '\n') lines.push([]);
    }
    const [header, ...rows] = lines.filter((line) => line.length > 0);
    return rows.map((cells) => {
      const row: Record<string, unknown> = {};
      for (const [at, name] of header.entries()) {
        const vector = /^(.*)_\d+$/.exec(name)?.[1];
        if (vector) row[vector] = [...((row[vector] as number[]) ?? []), Number(cells[at])];
        else row[name] = ['rank', 'score'].includes(name) ? Number(cells[at]) : cells[at];
      }
      return row as unknown as Row;
    });
  },
};

async function written(name: string, options: Partial<RecommendAllOptions> = {}) {
  const result = await recommendAll(run, { k: 5, overwrite: true, ...options, out: place(name) });
  return { result, rows: await READERS[name.split('.').at(-1)!](place(name)) };
}

describe.each(Object.keys(READERS))('.%s', (format) => {
  it('holds every user’s answer', async () => {
    const { result, rows } = await written(`all.${format}`, { blockSize: 4 });
    const expected: Row[] = [];
    for (const user of run.graph.users.ids) {
      const { items, route } = await recommendForProfile(run, { user }, { k: 5 });
      expected.push(...items.map(({ id, score }, at) => ({ user, item: id, rank: at + 1, score, route })));
    }
    expect(rows.map(({ score, ...row }) => row)).toEqual(expected.map(({ score, ...row }) => row));
    expect(rows.map(({ score }) => Math.fround(score))).toEqual(expected.map(({ score }) => score));
    expect(result).toMatchObject({
      users: 30,
      rows: 150,
      unanswered: 0,
      short: 0,
      format,
      passing: 120,
      numItems: 120,
    });
    expect(result.routes.hot + result.routes.cold).toBe(30);
    expect(result.bytes).toBe(readFileSync(place(`all.${format}`)).length);
  });

  it('has what a ranker wants', async () => {
    const { rows } = await written(`vectors.${format}`, { forRanker: 'vectors' });
    const { rows: parts } = await written(`parts.${format}`, { forRanker: 'parts' });
    expect(rows.length).toBe(5 * new Set(rows.map(({ user }) => user)).size);
    for (const [at, { user, item, score, route, user_vector, item_vector }] of rows.entries()) {
      const vectors = [
        run.serving.space!.rowOf('user', run.graph.users.indexOf(user)!),
        run.serving.space!.rowOf('item', run.graph.items.indexOf(item)!),
      ];
      expect(route).toBe('hot');
      expect(user_vector!.map(Math.fround)).toEqual([...vectors[0]]);
      expect(item_vector!.map(Math.fround)).toEqual([...vectors[1]]);
      expect([parts[at].user, parts[at].item]).toEqual([user, item]);
      expect(parts[at].parts!.reduce((sum, part) => sum + part)).toBeCloseTo(score, 5);
    }
  });

  it('is a whole file where there are no answers', async () => {
    const { result, rows } = await written(`none.${format}`, { filter: { where: 'price < 0' } });
    expect(rows.filter(({ user }) => user !== undefined)).toEqual([]);
    expect(result).toMatchObject({ rows: 0, short: 30, passing: 0 });
  }, 10_000);
});

describe('a file of users', () => {
  it('has ids, a line each', async () => {
    writeFileSync(place('users.txt'), '\ufeffu4\r\n\n u7 \nnobody\nu4');
    const { result, rows } = await written('some.jsonl', { users: place('users.txt'), k: 2 });
    expect(rows.map(({ user }) => user)).toEqual(['u4', 'u4', 'u7', 'u7', 'nobody', 'nobody', 'u4', 'u4']);
    expect(result).toMatchObject({ users: 4, routes: { hot: 3, cold: 1 }, short: 0 });
    const { result: bare } = await written('some.jsonl', { users: place('users.txt'), fallback: false });
    expect(bare).toMatchObject({ users: 4, unanswered: 1, routes: { hot: 3, cold: 0 } });
  });

  it('or what is known of each, gzipped too', async () => {
    const lines = ['{"user": 1, "history": ["i1", 8]}', '{"user": "u4"}'];
    writeFileSync(place('users.jsonl.gz'), gzipSync(lines.join('\n')));
    const { rows } = await written('warm.jsonl', { users: place('users.jsonl.gz') });
    const { items } = await recommendForProfile(run, { history: ['i1', '8'] }, { k: 5 });
    expect(rows.slice(0, 5).map(({ user, item, route }) => [user, item, route])).toEqual(
      items.map(({ id }) => ['1', id, 'warm']),
    );
  });

  it.each([
    ['{"user": "a"}\n{"history": []}', 'users.jsonl:2: expected an object with user (an id), and history'],
    ['\n{"user": "a", "age": 3}', 'users.jsonl:2: expected an object'],
    ['{"user": "a"', 'users.jsonl:1: expected an object'],
    ['[]', 'users.jsonl:1: expected an object'],
  ])('%j is refused with its line, and leaves nothing', async (text, message) => {
    writeFileSync(place('users.jsonl'), text);
    const before = readdirSync(folder).sort();
    const asked = recommendAll(run, { out: place('refused.csv'), users: place('users.jsonl') });
    await expect(asked).rejects.toThrow(message);
    await expect(asked).rejects.toMatchObject({ code: 'PROFILE_LINE' });
    expect(readdirSync(folder).sort()).toEqual(before);
  });
});

it('refuses names that say no format, and files that are there, before any work', async () => {
  writeFileSync(place('there.csv'), 'mine');
  for (const [out, code] of [
    ['there.csv', 'OUT_TAKEN'],
    ['recs.tsv', 'OUT_FORMAT'],
    ['.', 'OUT_FORMAT'],
  ]) {
    await expect(recommendAll(run, { out: place(out) })).rejects.toMatchObject({ code });
  }
  await expect(recommendAll(run, { out: place('x.csv'), filter: { where: 'cost < 3' } })).rejects.toMatchObject({
    code: 'FILTER_COLUMN',
  });
  expect(readFileSync(place('there.csv'), 'utf8')).toBe('mine');
  expect(existsSync(place('x.csv'))).toBe(false);
});

it('shows how far it is', async () => {
  const updates: number[] = [];
  const reporter = {
    info() {},
    warn() {},
    progress: (title: string, total: number, unit: string) => {
      expect([title, total, unit]).toEqual(['recommending', 30, 'users']);
      return { update: (done: number) => updates.push(done), finish: () => updates.push(-1) };
    },
  };
  await recommendAll(run, { out: place('told.csv'), blockSize: 20, reporter });
  expect(updates).toEqual([20, 30, -1]);
});
