/** `recommend --history` and what an exported bundle does for a user that it does not hold. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBundle } from '../src/export/index.js';
import { buildOnce, runCli, runJson } from './run-cli.js';

const TINY = ['encoder.embeddingDim=8', 'training.epochs=2', 'training.batchSize=256'].flatMap((key) => ['--set', key]);
let folder = '';
let graph = '';
let items: string[] = [];

beforeAll(async () => {
  buildOnce();
  folder = mkdtempSync(join(tmpdir(), 'twinlight-cli-history-'));
  await json([
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
  graph = (await json(['build', 'world'])).folder;
  for (const preset of ['history', 'lightgcn']) {
    await json(['train', graph, '--preset', preset, '--run', `checkpoints/${preset}`, ...TINY]);
  }
  const { bundle } = await json(['export', 'history', '--out', 'bundle']);
  items = readFileSync(join(folder, bundle, 'item_ids.txt'), 'utf8')
    .trim()
    .split('\n')
    .slice(0, 3);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (args: readonly string[]) => runCli(args, { cwd: folder });
const json = (args: readonly string[], code = 0) => runJson(args, { cwd: folder }, code);

it('recommends from a history given as a list, again and again, or as JSON', async () => {
  const list = await json(['recommend', 'history', '--history', items.join(','), '--k', '5']);
  expect(list).toMatchObject({ route: 'warm', history: items, unknown: [], untrained: [], isWholeModel: true });
  expect(list.items).toHaveLength(5);
  for (const { id } of list.items) expect(items).not.toContain(id);
  const again = await json(['recommend', 'history', ...items.flatMap((id) => ['--history', id]), '--k', '5']);
  expect(again).toEqual(list);
  expect(await json(['recommend', 'history', '--history', JSON.stringify(items), '--k', '5'])).toEqual(list);
});

it('serves the same from a bundle', async () => {
  const { items: expected } = await json(['recommend', 'history', '--history', items.join(','), '--k', '5']);
  const bundle = await openBundle(join(folder, 'bundle'));
  const found = await bundle.recommendForHistory([...items, 'no such item'], { k: 5 });
  expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }: { id: string }) => id));
});

it('tells what it left out, and what lightgcn lacks', async () => {
  const { code, stdout, stderr } = await run(['recommend', 'history', '--history', `${items[0]},nothing`]);
  expect(code).toBe(0);
  expect(stderr).toContain('the model does not have nothing: left out of the history');
  expect(stdout).toMatch(/^ *1 /m);
  const other = await run(['recommend', 'lightgcn', '--history', items[0]]);
  expect(other.code).toBe(0);
  expect(other.stderr).toContain('users of this model have rows of their own');
});

it.each([
  [['--history', 'nothing', '--no-fallback'], 'UNKNOWN_ID'],
  [['--history', '[1, {}]'], 'USAGE_IDS'],
  [['--history', '[1,'], 'USAGE_IDS'],
  [['--user', 'nobody', '--no-fallback'], 'UNKNOWN_ID'],
  [['--no-fallback'], 'NOTHING_KNOWN'],
])('recommend %j is refused: %s', async (args, code) => {
  expect(await json(['recommend', 'history', ...args], 2)).toMatchObject({ error: { code } });
});
