/** Messages name the cause that the code knows: training that runs away, weights beyond single precision, a catalogue of one. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildGraph, train } from '../../src/index.js';
import { buildOnce, runCli } from '../run-cli.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-causes-'));
const write = (name: string, lines: readonly string[]): string => {
  writeFileSync(join(work, name), `${lines.join('\n')}\n`);
  return join(work, name);
};
beforeAll(buildOnce);
afterAll(() => rmSync(work, { recursive: true, force: true }));

const rows = Array.from({ length: 160 }, (_, i) => `u${i % 20},i${(i * 7 + Math.floor(i / 20)) % 15}`);
const log = write('log.csv', ['user,item', ...rows]);

it.each(['1e20', '1e38'])('a learning rate of %s', async (rate) => {
  for (const preset of ['joint', 'lightgcn', 'lightgcn-bpr', 'two-tower']) {
    for (const batchSize of [16, 1024]) {
      const keys = { 'training.learningRate': rate, 'training.batchSize': batchSize, 'encoder.embeddingDim': 8 };
      const set = Object.entries({ ...keys, 'data.split.name': 'random', 'training.epochs': 2 });
      const options = { source: log, preset, run: join(work, 'run'), graphsDir: join(work, 'graphs'), overwrite: true };
      const training = train({ ...options, set: set.map((pair) => pair.join('=')), backend: 'cpu' });
      await expect(training, `${preset} ${batchSize}`).rejects.toMatchObject({
        code: 'TRAIN_DIVERGED',
        message: expect.stringMatching(/Lower training.learningRate/),
      });
    }
  }
});

it.each(['1e39', '1e-46', '-1e39', '1e300'])('a weight of %s, where weights count', async (weight) => {
  const lines = ['user,item,weight', ...rows.map((row, i) => `${row},${i === 7 ? weight : 1}`)];
  const path = write('weights.csv', lines);
  const data = { split: { name: 'random' }, useWeights: true } as const;
  await expect(buildGraph(path, { data })).rejects.toThrow(/weights.csv:9:3: .*column "weight"/);
  const { train: edges } = await buildGraph(path, { data: { ...data, onBadRow: 'skip' } });
  expect(edges.weight === undefined || [...edges.weight].every((value) => value > 0 && Number.isFinite(value))).toBe(
    true,
  );
});

it('the only item of a catalogue', async () => {
  const path = write('one.csv', ['user,item', ...Array.from({ length: 50 }, (_, i) => `u${i},i0`)]);
  const run = join(work, 'one');
  const set = ['training.epochs=1', 'encoder.embeddingDim=8', 'data.split.name=random'];
  await train({ source: path, preset: 'lightgcn', run, graphsDir: join(work, 'graphs'), set, backend: 'cpu' });
  const { stdout } = await runCli(['similar', run, '--item', 'i0'], { cwd: work });
  expect(stdout).toBe('item i0 is the only item\n');
});
