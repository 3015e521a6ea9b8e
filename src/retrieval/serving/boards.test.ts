/** Boards against counts by hand: of graphs, runs and bundles; and which board stands in where nothing is known of a user. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeRun } from '../../../tests/fake-run.js';
import { itemFeatures, NUM_ITEMS } from '../../../tests/filtered-run.js';
import { Rng } from '../../core/rng.js';
import { exportRun } from '../../export/export-run.js';
import { type Bundle, openBundle } from '../../export/read-bundle.js';
import { buildBipartiteCsr } from '../../graph/bipartite-csr.js';
import type { BoardSource } from './board-source.js';
import { boardSourceOf } from './board-source.js';
import { type Board, type BoardOptions, boards } from './boards.js';
import { recommendForProfile } from './recommend-for-profile.js';

const NUM_USERS = 30;
const DAY = 86_400;
const rng = Rng.of(8, 'events');
/** Distinct pairs over 60 days, items beyond 100 with none. */
const events = [...new Set(Array.from({ length: 500 }, () => rng.integer(NUM_USERS) * 1000 + rng.integer(100)))].map(
  (code) => ({
    user: Math.floor(code / 1000),
    item: code % 1000,
    seconds: 1e9 + Math.floor(rng.uniform() * 60 * DAY),
  }),
);
const latest = Math.max(...events.map(({ seconds }) => seconds));
const train = buildBipartiteCsr(
  {
    userIndex: Int32Array.from(events, ({ user }) => user),
    itemIndex: Int32Array.from(events, ({ item }) => item),
    timestamp: Float64Array.from(events, ({ seconds }) => seconds),
  },
  { numUsers: NUM_USERS, numItems: NUM_ITEMS },
);
const folder = mkdtempSync(join(tmpdir(), 'twinlight-boards-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const run = fakeRun({ folder, graph: { train, itemFeatures } });
let bundle: Bundle;
const sources: Record<string, () => BoardSource> = {
  graph: () => boardSourceOf(run.graph),
  run: () => run.serving,
  bundle: () => bundle.serving,
};
beforeAll(async () => {
  bundle = await openBundle((await exportRun(run)).bundle);
});

const genreOf = (item: number): string | undefined => ['drama', 'comedy', 'war'][(item % 4) - 1];

/** Item and score, best first. */
function byHand(
  { by = 'popular', windowDays = Number.POSITIVE_INFINITY, k = 20 }: BoardOptions,
  passes = (_: number) => true,
) {
  const items = [...new Set(events.map(({ item }) => item))].filter(passes);
  const after = latest - windowDays * DAY;
  const rows = items.map((item) => {
    const own = events.filter((event) => event.item === item).map(({ seconds }) => seconds);
    const recent = own.filter((seconds) => seconds > after).length;
    const first = Math.min(...own);
    return by === 'popular'
      ? { item, score: recent }
      : { item, score: first > after ? Math.fround(first / DAY) : 0, first };
  });
  const left = rows.filter(({ score }) => score > 0);
  left.sort((a, b) => (b.first ?? b.score) - (a.first ?? a.score) || a.item - b.item);
  return left.slice(0, k).map(({ item, score }) => [run.graph.items.idOf(item), score]);
}

const rowsOf = ({ items }: Board) => items.map(({ id, score }) => [id, score]);

describe.each(Object.keys(sources))('of a %s', (name) => {
  it.each([
    {},
    { k: 3 },
    { windowDays: 7 },
    { windowDays: 30, k: 200 },
    { by: 'newest' as const },
    { by: 'newest' as const, windowDays: 56 },
  ])('%j', async (options) => {
    const [board] = await boards(sources[name](), options);
    expect(rowsOf(board)).toEqual(byHand(options));
    const [filtered] = await boards(sources[name](), { ...options, filter: { where: 'genre = drama' } });
    expect(rowsOf(filtered)).toEqual(byHand(options, (item) => genreOf(item) === 'drama'));
    const byGenre = await boards(sources[name](), { ...options, per: 'genre', filter: { deny: ['i1'] } });
    const expected = ['drama', 'comedy', 'war'].map((genre) => ({
      value: genre,
      rows: byHand(options, (item) => genreOf(item) === genre && item !== 1),
    }));
    const left = expected.filter(({ rows }) => rows.length > 0);
    expect(byGenre.map((one) => ({ value: one.value, rows: rowsOf(one) }))).toEqual(
      left.sort((a, b) => Number(b.rows[0][1]) - Number(a.rows[0][1])),
    );
  });
});

it('counts every value of a list, keeps rules, and names items', async () => {
  const byTag = await boards(run.serving, { per: 'tags', k: 4, filter: { maxPer: { genre: 1 } } });
  expect(byTag.map(({ value }) => value).sort()).toEqual(['x', 'y']);
  for (const { items } of byTag) {
    const genres = items.map(({ id }) => genreOf(run.graph.items.indexOf(id)!)).filter(Boolean);
    expect(new Set(genres).size).toBe(genres.length);
    expect(items[0].label).toMatch(/^Item no\./);
  }
});

it('says what can’t be told', async () => {
  await expect(boards(run.serving, { per: 'gender' })).rejects.toThrow('per: there is no column "gender"');
  await expect(boards(bundle.serving, { windowDays: 8 })).rejects.toMatchObject({ code: 'NO_POPULARITY' });
  const { timestamp, ...timeless } = train;
  const source = boardSourceOf({ ...run.graph, train: timeless });
  await expect(boards(source, { by: 'newest' })).rejects.toThrow('the training log has no times');
});

it('stands in where nothing is known: the first that fills the list, else the one that gives most', async () => {
  const ask = (fallback: { windowDays?: number; by?: 'newest' }[], k: number, where?: string) =>
    recommendForProfile(run, {}, { k, fallback, ...(where && { filter: { where } }) });
  const narrow = byHand({ windowDays: 1, k: 200 }).length;
  const order = [{ windowDays: 1 }, { windowDays: 30 }, {}];
  expect((await ask(order, narrow)).fallback).toEqual({ windowDays: 1 });
  expect((await ask(order, narrow + 1)).fallback).toEqual({ windowDays: 30 });
  const all = await ask(order, 120);
  expect(all.fallback).toEqual(
    byHand({ windowDays: 30, k: 200 }).length < byHand({ k: 200 }).length ? {} : { windowDays: 30 },
  );
  expect(all.route).toBe('cold');
  const newest = await ask([{ by: 'newest' }], 5, 'genre = war');
  expect(newest.items.map(({ id, score }) => [id, score])).toEqual(
    byHand({ by: 'newest', k: 5 }, (item) => genreOf(item) === 'war'),
  );
});
