/** `--extension` on every command that reads a run or a configuration. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildOnce, ROOT, runJson } from './run-cli.js';

const SETTINGS = [
  'losses.main.name=own',
  'training.monitor=hits@10',
  'encoder.embeddingDim=8',
  'training.epochs=1',
  'training.batchSize=256',
].flatMap((key) => ['--set', key]);
const OWN = ['--extension', 'own.mjs', '--extension', 'metric.mjs'];
let folder = '';
let graph = '';

beforeAll(async () => {
  buildOnce();
  folder = mkdtempSync(join(tmpdir(), 'twinlight-cli-extensions-'));
  writeFileSync(
    join(folder, 'own.mjs'),
    `import { LOSSES, z } from '${pathToFileURL(join(ROOT, 'dist', 'index.js')).href}';
     const row = LOSSES['in-batch-softmax'];
     export default { losses: { own: { ...row, schema: row.schema.extend({ name: z.literal('own') }) } } };`,
  );
  writeFileSync(
    join(folder, 'metric.mjs'),
    `const ofList = (hits, k, _, start = 0) => hits.subarray(start, start + k).reduce((sum, hit) => sum + hit, 0);
     export const extensions = { metrics: { hits: { kind: 'list', higherIsBetter: true, ofList } } };`,
  );
  const size = ['--users', '60', '--items', '50', '--mean-interactions', '12', '--seed', '3'];
  await json(['sample', '--out', 'world', ...size]);
  graph = (await json(['build', 'world'])).folder;
  const { test } = await json(['train', graph, '--preset', 'joint', '--run', 'checkpoints/own', ...SETTINGS, ...OWN]);
  expect(test['hits@10']).toBeCloseTo(10 * test['precision@10'], 5);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const json = (args: readonly string[], code = 0) => runJson(args, { cwd: folder }, code);

it.each([
  ['evaluate', 'own'],
  ['recommend', 'own', '--user', 'u00'],
  ['similar', 'own', '--item', 'i00'],
  ['export', 'own', '--out', 'bundle'],
  ['compare', 'own', 'own', '--k', '10'],
  ['fuse', 'own', 'own', '--weights', '1,1', '--out', 'checkpoints/both'],
  ['draw', 'own', '--user', 'u00', '--out', 'user.svg'],
  ['train', '--run', 'checkpoints/own', '--resume', '--set', 'training.epochs=2'],
])('%s needs those that the run was trained with', async (...command) => {
  const { error } = await json(command, 2);
  expect(error).toMatchObject({
    code: 'EXTENSION_MISSING',
    message: expect.stringContaining('losses.main.name is "own"'),
  });
  await json([...command, ...OWN]);
});

it('evaluate and compare have the own metric, and info needs nothing', async () => {
  expect((await json(['evaluate', 'own', '--k', '10', ...OWN])).metrics['hits@10']).toBeGreaterThan(0);
  const { perUserMetrics } = await json(['compare', 'own', 'own', '--k', '10', ...OWN]);
  expect(perUserMetrics.map(({ metric }: { metric: string }) => metric)).toContain('hits@10');
  expect((await json(['info', 'own'])).config.losses.main.name).toBe('own');
});

it('train --print-config and explain know them', async () => {
  const printed = await json(['train', graph, '--print-config', ...SETTINGS, ...OWN]);
  expect(printed.losses.main).toMatchObject({ name: 'own', weight: 1 });
  expect((await json(['train', graph, '--print-config', ...SETTINGS], 2)).error.code).toBe('CONFIG_INVALID');
  expect(await json(['explain', 'own', ...OWN])).toMatchObject([{ name: 'own', family: 'loss', key: 'losses' }]);
  expect((await json(['explain', ...OWN])).loss).toContain('own');
  expect((await json(['explain', 'own'], 2)).error.code).toBe('EXPLAIN_UNKNOWN');
  expect((await json(['explain', 'own', '--extension', 'nowhere.mjs'], 2)).error.code).toBe('EXTENSION_FILE');
});
