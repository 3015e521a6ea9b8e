/** Commands that a new user tries first, on a small world: what they answer rather than refuse or leave out. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildOnce, runCli, runJson } from './run-cli.js';

const TINY = ['encoder.embeddingDim=8', 'training.epochs=2', 'training.batchSize=256', 'training.learningRate=0.02'];
const SETTINGS = TINY.flatMap((setting) => ['--set', setting]);

let folder = '';
const run = async (args: readonly string[], code = 0) => {
  const outcome = await runCli(args, { cwd: folder });
  expect(outcome.code, outcome.stderr).toBe(code);
  return outcome;
};
const json = (args: readonly string[]) => runJson(args, { cwd: folder });

beforeAll(async () => {
  buildOnce();
  folder = mkdtempSync(join(tmpdir(), 'twinlight-answers-'));
  const sizes = ['--users', '120', '--items', '100', '--mean-interactions', '15', '--seed', '3'];
  await run(['sample', '--out', 'world', ...sizes]);
  await run(['build', 'world', '--name', 'planted']);
  const { id } = await json(['build', 'world', '--name', 'planted']);
  for (const preset of ['item-knn', 'popularity', 'two-tower']) {
    await run([
      'train',
      id,
      '--preset',
      preset,
      '--run',
      `checkpoints/${preset}`,
      ...(preset === 'two-tower' ? SETTINGS : []),
    ]);
  }
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const someIds = () => {
  const [head, ...rows] = readFileSync(join(folder, 'world', 'interactions.csv'), 'utf8')
    .trim()
    .split('\n');
  const [user, item] = [head.split(',').indexOf('user'), head.split(',').indexOf('item')];
  return { user: rows[0].split(',')[Math.max(0, user)], item: rows[0].split(',')[item < 0 ? 1 : item] };
};

it('similar answers for a run of item-knn', async () => {
  const { item } = someIds();
  const { items } = await json(['similar', 'item-knn', '--item', item, '--k', '5']);
  expect(items).toHaveLength(5);
  expect(items.map(({ id }: { id: string }) => id)).not.toContain(item);
  expect((await run(['similar', 'item-knn', '--item', item])).stdout).toMatch(/similarity$/m);
});

it('draw shows what a run recommends to its user', async () => {
  const { user } = someIds();
  const { items } = await json(['recommend', 'item-knn', '--user', user, '--k', '10']);
  await run(['draw', 'item-knn', '--user', user, '--out', 'user.svg']);
  const svg = readFileSync(join(folder, 'user.svg'), 'utf8');
  expect(svg).toContain(`>1. ${items[0].label}<`);
  expect(svg).toContain(`>10. ${items[9].label}<`);
});

it('compare takes more than two runs', async () => {
  const { first, others } = await json(['compare', 'popularity', 'item-knn', 'two-tower', '--k', '20']);
  expect(first).toBe('checkpoints/popularity');
  expect(others.map(({ folder: path }: { folder: string }) => path)).toEqual([
    'checkpoints/item-knn',
    'checkpoints/two-tower',
  ]);
  for (const { perUserMetrics } of others) {
    for (const { pValue, pHolm, better } of perUserMetrics) {
      expect(pHolm).toBeGreaterThanOrEqual(pValue);
      expect(pHolm).toBeLessThanOrEqual(Math.min(1, 2 * pValue));
      if (pHolm >= 0.05) expect(better).toBe('undecided');
    }
  }
  expect((await run(['compare', 'popularity', 'item-knn', 'two-tower', '--k', '20'])).stdout).toMatch(
    /^C {2}checkpoints\/two-tower$/m,
  );
  await run(['compare', 'popularity'], 2);
});

it('train says where nothing was held out', async () => {
  // one interaction a user: none can be spared
  writeFileSync(
    join(folder, 'single.csv'),
    `user,item\n${Array.from({ length: 30 }, (_, i) => `u${i},i${i % 5}`).join('\n')}\n`,
  );
  const keep = ['--set', 'data.split.name=leave-one-out'];
  const { stdout } = await run(['train', 'single.csv', '--preset', 'popularity', '--run', 'single', ...keep]);
  expect(stdout).toContain('no figures: the graph has no held-out pairs');
  expect(stdout).not.toContain('metric');
});

it('quickstart ends with what to do with the file that it was given', async () => {
  const { stdout } = await run(['quickstart', 'world', ...SETTINGS]);
  const end = stdout.slice(stdout.indexOf('Next,'));
  expect(end).toMatch(/^Next, with the model that was trained on world:/);
  expect(end).not.toContain('my-logs.csv');
  const commands = end.split('\n').filter((line) => line.startsWith('  npx twinlight '));
  expect(commands.length).toBeGreaterThan(1);
  for (const command of commands.filter((line) => !line.includes(' train ')))
    await run(command.trim().split(' ').slice(2));
}, 120_000);
