/** The command line from logs to a bundle, one command after another in one folder. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildOnce, type CliOptions, runCli, runJson } from './run-cli.js';

/** Small and quick. */
const TINY = [
  '--set',
  'encoder.embeddingDim=8',
  '--set',
  'training.epochs=2',
  '--set',
  'training.batchSize=256',
  '--set',
  'training.learningRate=0.02',
];

let folder = '';
beforeAll(() => {
  buildOnce();
  folder = mkdtempSync(join(tmpdir(), 'twinlight-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (args: readonly string[], options: Partial<CliOptions> = {}) => runCli(args, { cwd: folder, ...options });

const json = (args: readonly string[], code = 0) => runJson(args, { cwd: folder }, code);

describe('from logs to a bundle', () => {
  let graph = '';

  it('sample, build, info', async () => {
    const sample = await json([
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
    expect(sample.files).toContain('interactions.csv');
    const built = await json(['build', 'world', '--name', 'planted']);
    graph = built.folder;
    expect(built.counts.users).toBe(120);
    expect(existsSync(join(folder, graph, 'manifest.json'))).toBe(true);
    const again = await json(['build', 'world', '--name', 'planted']);
    expect(again.id).toBe(built.id);
    const described = await json(['info', built.id]);
    expect(described).toMatchObject({ kind: 'graph', id: built.id });
    const { stdout } = await run(['info', graph]);
    expect(stdout).toContain('item popularity');
    expect(await json(['sample', '--out', 'world'], 2)).toMatchObject({ error: { code: 'OUT_TAKEN' } });
  });

  it('train tells what scripts rely on', async () => {
    const report = await json(['train', graph, '--preset', 'joint', '--run', 'checkpoints/joint', ...TINY]);
    for (const key of ['run', 'graph', 'backend', 'epochs', 'bestEpoch', 'steps', 'stepMs', 'peakRssMB'])
      expect(report).toHaveProperty(key);
    for (const part of ['valid', 'test'])
      for (const metric of ['recall@20', 'ndcg@20']) expect(report[part][metric]).toBeGreaterThan(0);
    expect(report).toMatchObject({ run: 'checkpoints/joint', epochs: 2 });
    const knn = await run(['train', graph, '--preset', 'item-knn', '--run', 'checkpoints/knn']);
    expect(knn.code).toBe(0);
    expect(knn.stdout).toContain('recall@20');
    expect(knn.stdout).not.toContain('twinlight export');
    const factored = ['--preset', 'item-knn', '--set', 'ranker.rank=4', '--run', 'checkpoints/knn-vectors'];
    expect((await run(['train', graph, ...factored])).stdout).toContain('twinlight export checkpoints/knn-vectors');
    expect(await json(['train', graph, '--run', 'checkpoints/knn'], 2)).toMatchObject({
      error: { code: 'RUN_EXISTS' },
    });
    expect(await json(['info', 'joint'])).toMatchObject({ kind: 'run', manifest: { finished: true } });
  });

  it('evaluate and compare', async () => {
    const report = await json(['evaluate', 'joint', '--k', '5,20']);
    expect(Object.keys(report.metrics)).toContain('recall@5');
    expect(report.intervals['recall@20'].low).toBeLessThanOrEqual(report.metrics['recall@20']);
    const { uniformityItems, hubnessItems } = report.geometry;
    expect(uniformityItems).toBeLessThan(0);
    expect(hubnessItems).toBeGreaterThan(-3);
    expect((await json(['evaluate', 'knn', '--k', '5'])).geometry).toBeUndefined();
    const comparison = await json(['compare', 'knn', 'joint', '--k', '20']);
    expect(comparison.perUserMetrics.map(({ metric }: { metric: string }) => metric)).toContain('recall@20');
    const { stdout, stderr } = await run(['evaluate', 'checkpoints/joint', '--quiet']);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^recall +\d\.\d{4} \[/m);
    expect(stdout).toMatch(/^hubnessItems +-?\d+\.\d/m);
    const withRank = await json(['evaluate', 'joint', '--mean-rank']);
    expect(withRank.metrics.meanRank).toBeGreaterThan(1);
    expect(report.metrics.meanRank).toBeUndefined();
    expect(await json(['evaluate', 'joint', '--split', 'train'], 2)).toMatchObject({ error: { code: 'USAGE_SPLIT' } });
  });

  it('export, recommend, similar, draw', async () => {
    const exported = await json(['export', 'joint', '--out', 'bundle']);
    expect(exported.bundle).toBe('bundle');
    expect(readdirSync(join(folder, 'bundle')).sort()).toEqual([...exported.files].sort());
    expect(exported.files).toEqual(
      expect.arrayContaining([
        'items.faiss',
        'items.npy',
        'users.npy',
        'item_ids.txt',
        'user_ids.txt',
        'manifest.json',
      ]),
    );
    expect(exported.verified.searches[0].exact).toBe(true);

    const user = readFileSync(join(folder, 'bundle', 'user_ids.txt'), 'utf8').split('\n')[0];
    const recommended = await json(['recommend', 'joint', '--user', user, '--k', '5']);
    expect(recommended.user).toBe(user);
    expect(recommended.items).toHaveLength(5);
    const scores = recommended.items.map(({ score }: { score: number }) => score);
    expect(scores).toEqual([...scores].sort((a: number, b: number) => b - a));
    const [{ id }] = recommended.items;
    const similar = await json(['similar', 'joint', '--item', id, '--k', '5']);
    expect(similar.items.map((item: { id: string }) => item.id)).not.toContain(id);
    expect(await json(['recommend', 'joint', '--user', 'nobody', '--no-fallback'], 2)).toMatchObject({
      error: { code: 'UNKNOWN_ID' },
    });

    const { file } = await json(['draw', 'joint', '--item', id]);
    expect(readFileSync(file, 'utf8')).toContain('<svg');
    expect((await json(['draw', 'joint', '--prototypes', '--out', 'in/p.svg'])).file).toBe(join(folder, 'in/p.svg'));
  });

  it('Ctrl-C saves, exits with 130, and --resume goes on to the end', async () => {
    const long = [
      'train',
      graph,
      '--preset',
      'two-tower',
      '--run',
      'checkpoints/long',
      ...TINY,
      '--set',
      'training.epochs=3000',
      '--set',
      'training.patience=0',
    ];
    const stopped = await run([...long, '--json'], {
      onStderr: (text, kill) => {
        if (text.includes('epoch   1') && !text.includes('SIGINT')) kill('SIGINT');
      },
    });
    expect(stopped.code, stopped.stderr).toBe(130);
    const report = JSON.parse(stopped.stdout);
    expect(report.stopped).toBe('interrupted');
    const resumed = await json(['train', 'long', '--resume', '--set', `training.maxSteps=${report.steps + 3}`]);
    expect(resumed).toMatchObject({ stopped: 'max-steps', steps: report.steps + 3 });
    // the command that began it, repeated
    const repeated = await json([...long, '--resume', '--set', `training.maxSteps=${report.steps + 5}`]);
    expect(repeated.steps).toBe(report.steps + 5);
    const changed = await json([...long, '--resume', '--set', 'training.batchSize=7'], 2);
    expect(changed.error).toMatchObject({ code: 'RESUME_CHANGED' });
    expect(changed.error.message).toContain('training.batchSize');
  });

  it('quickstart runs the whole job on a folder', async () => {
    const { code, stdout, stderr } = await run(['quickstart', 'world', ...TINY], { env: { TWINLIGHT_DATA: '' } });
    expect(code, stderr).toBe(0);
    for (const model of ['popularity', 'item-knn', 'two-tower', 'auto'])
      expect(stdout).toMatch(new RegExp(`^${model} +\\d\\.\\d{4}`, 'm'));
    expect(stdout).toContain('FAISS bundle: checkpoints/');
    expect(stdout.match(/^user \S+ liked/gm)).toHaveLength(2);
    expect(stdout.match(/^ {2}npx twinlight /gm)).toHaveLength(3);
  });
});

it('doctor lists each part with its state', async () => {
  const { checks } = await json(['doctor']);
  const names = checks.map(({ name }: { name: string }) => name);
  expect(names).toEqual(expect.arrayContaining(['node', 'backend', 'simd', 'threads', 'faiss', 'data']));
  for (const { status } of checks) expect(['ok', 'missing']).toContain(status);
});
