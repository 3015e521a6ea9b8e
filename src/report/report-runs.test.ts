/** A whole page out of runs: what is in it follows from what is known of them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeRun } from '../../tests/fake-run.js';
import { raggedFromPairs } from '../core/ragged.js';
import { Rng } from '../core/rng.js';
import { buildBipartiteCsr } from '../graph/bipartite-csr.js';
import { readEpochRecords } from '../runs/epoch-records.js';
import type { EpochRecord } from '../runs/report.js';
import type { TrainedRun } from '../runs/trained-run.js';
import { reportRuns } from './report-runs.js';

const [NUM_USERS, NUM_ITEMS] = [30, 120];
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinlight-report-runs-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every user had three items and took one later. */
function runIn(name: string, records: readonly EpochRecord[] = []): TrainedRun {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'metrics.jsonl'), records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  const run = fakeRun({ folder: path, numUsers: NUM_USERS, numItems: NUM_ITEMS });
  const rng = Rng.of(9, 'report-runs');
  const taken = Array.from({ length: NUM_USERS }, () => rng.permutation(NUM_ITEMS).slice(0, 4));
  const train = buildBipartiteCsr(
    {
      userIndex: Int32Array.from(taken.flatMap((_, user) => [user, user, user])),
      itemIndex: Int32Array.from(taken.flatMap((items) => [...items.slice(1)])),
    },
    { numUsers: NUM_USERS, numItems: NUM_ITEMS },
  );
  const users = Int32Array.from(taken.keys());
  const test = raggedFromPairs(
    users,
    Int32Array.from(taken, ([item]) => item),
    NUM_USERS,
  );
  return { ...run, manifest: { ...run.manifest, id: name }, graph: { ...run.graph, train, test } };
}

const record = (epoch: number): EpochRecord => ({
  epoch,
  step: 10 * epoch,
  learningRate: 0.01,
  losses: { total: 5 / epoch, main: 4 / epoch },
  stepMs: 3,
  valid: { 'recall@20': 0.1 * epoch, 'ndcg@20': 0.05 * epoch },
  alignment: 1 / epoch,
  uniformity: { users: -epoch, items: -epoch },
});

const sectionsOf = (page: string): string[] => [...page.matchAll(/<section id="([\w-]+)"/g)].map(([, id]) => id);
/** Text of the cells of a table row that begins with a cell. */
function rowOf(page: string, first: string): string[] {
  const [, rest] = page.split(`<tr><td>${first}</td>`);
  const [row] = rest.split('</tr>');
  return [...row.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, text]) => text.replace(/<[^>]*>/g, ''));
}

describe('a page', () => {
  it('has the sections that there is something for, and links to them', async () => {
    const page = await reportRuns([runIn('first', [record(1), record(2)])]);
    const ids = ['overview', 'training', 'cohorts', 'exposure', 'similarity', 'items', 'users', 'data', 'reproduce'];
    expect(sectionsOf(page)).toEqual(ids);
    for (const id of ids) expect(page).toContain(`<a href="#${id}">`);
    expect(page).toContain('Total loss (weighted). Lines over epoch: first from 5 at 1 to 2.5000 at 2');
  });

  it('of two runs compares them; the same run twice differs by nothing', async () => {
    const page = await reportRuns([runIn('first'), runIn('again')]);
    expect(sectionsOf(page).slice(0, 3)).toEqual(['overview', 'comparison', 'cohorts']);
    // the overview has both side by side
    const [first, , second] = rowOf(page, 'recall@20');
    expect(second).toBe(first);
    expect(page).toMatch(/<td>recall@20<\/td><td>again<\/td>.*?<td class="n">0<\/td><td>0 to 0<\/td>/);
    expect(page).toContain('<td>undecided</td>');
  });

  it('tells the test figures that the lists have', async () => {
    const run = runIn('figures');
    const page = await reportRuns([run], { k: 10 });
    // by hand: how many held-out items stand in lists of ten
    const { train, test } = run.graph;
    let hits = 0;
    for (let user = 0; user < NUM_USERS; user++) {
      const own = train.userNeighbors.subarray(train.userOffsets[user], train.userOffsets[user + 1]);
      const exclude = raggedFromPairs(new Int32Array(own.length), own, 1);
      const { ids } = await run.recommender.recommend(Int32Array.of(user), 10, exclude);
      if (ids.includes(test.values[test.offsets[user]])) hits++;
    }
    expect(rowOf(page, 'recall@10')[0]).toBe((hits / NUM_USERS).toFixed(4));
    expect(page).toContain('30 users, each with all 120 items ranked');
  });

  it('where nothing is held out says so', async () => {
    const run = runIn('untested');
    const empty = raggedFromPairs(new Int32Array(0), new Int32Array(0), NUM_USERS);
    const page = await reportRuns([{ ...run, graph: { ...run.graph, test: empty } }]);
    expect(sectionsOf(page)).toEqual(['overview', 'items', 'data', 'reproduce']);
    expect(page).toContain('Nothing is held out');
  });

  it('traces the users that are asked for', async () => {
    const page = await reportRuns([runIn('users')], { users: ['u7'] });
    expect(page).toContain('<h3>User <bdi>u7</bdi></h3>');
    expect(page.match(/<h3>User <bdi>/g)).toHaveLength(1);
  });

  it('refuses what it can’t tell of', async () => {
    const run = runIn('refused');
    const other = { ...run, manifest: { ...run.manifest, graphHash: 'cd'.repeat(32) } };
    await expect(reportRuns([])).rejects.toMatchObject({ code: 'REPORT_RUNS' });
    await expect(reportRuns([run, other])).rejects.toMatchObject({ code: 'REPORT_GRAPHS' });
    await expect(reportRuns([run], { users: ['u700'] })).rejects.toMatchObject({ code: 'UNKNOWN_ID' });
  });
});

describe('records of epochs', () => {
  it('come back as they were written, numbers that are none as null', () => {
    runIn('records', [record(1), { ...record(2), losses: { total: Number.NaN } }]);
    const [first, second] = readEpochRecords(join(folder, 'records'));
    expect(first).toEqual(record(1));
    expect(second.losses).toEqual({ total: null });
    expect(readEpochRecords(join(folder, 'nowhere'))).toEqual([]);
  });

  it.each([
    ['no JSON', '{"epoch":1'],
    ['another form', '{"epoch":"one"}'],
    ['nested without end', `{"a":${'['.repeat(5000)}`],
  ])('that are %s are damage', (_what, line) => {
    runIn('damaged');
    writeFileSync(join(folder, 'damaged', 'metrics.jsonl'), `${JSON.stringify(record(1))}\n${line}\n`);
    expect(() => readEpochRecords(join(folder, 'damaged'))).toThrow(expect.objectContaining({ code: 'RUN_DAMAGED' }));
  });
});
