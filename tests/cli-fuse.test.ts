/** `fuse` and `explain` on the command line. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildOnce, runCli, runJson } from './run-cli.js';

const TINY = ['encoder.embeddingDim=8', 'training.epochs=1', 'training.batchSize=256'].flatMap((key) => ['--set', key]);
let folder = '';

beforeAll(async () => {
  buildOnce();
  folder = mkdtempSync(join(tmpdir(), 'twinlight-cli-fuse-'));
  const size = ['--users', '60', '--items', '50', '--mean-interactions', '12', '--seed', '3'];
  await json(['sample', '--out', 'world', ...size]);
  const { folder: graph } = await json(['build', 'world']);
  for (const [preset, run] of [
    ['two-tower', 'a'],
    ['lightgcn', 'b'],
  ]) {
    await json(['train', graph, '--preset', preset, '--run', `checkpoints/${run}`, ...TINY]);
  }
  await json(['train', graph, '--preset', 'item-knn', '--run', 'checkpoints/knn']);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const json = (args: readonly string[], code = 0) => runJson(args, { cwd: folder }, code);

describe('fuse', () => {
  it('makes a run of several, side by side or one after the other', async () => {
    const parallel = await json(['fuse', 'a', 'b', '--weights', '1,0.5', '--out', 'checkpoints/both']);
    expect(parallel).toEqual({ run: 'checkpoints/both', mode: 'parallel', embeddingDim: 16 });
    expect((await json(['evaluate', 'both', '--k', '20'])).metrics['recall@20']).toBeGreaterThan(0);
    const serial = await json(['fuse', 'knn', 'a', '--serial', '20', '--out', 'checkpoints/cascade']);
    expect(serial).toEqual({ run: 'checkpoints/cascade', mode: 'serial', embeddingDim: null });
  });

  it('cuts vectors back, of one run as of several', async () => {
    const narrow = await json(['fuse', 'a', '--dim', '5', '--out', 'checkpoints/narrow']);
    expect(narrow).toEqual({ run: 'checkpoints/narrow', mode: 'parallel', embeddingDim: 5 });
    const both = await json(['fuse', 'a', 'b', '--weights', '1,1', '--dim', '8', '--out', 'checkpoints/cut']);
    expect(both.embeddingDim).toBe(8);
    const { error } = await json(['fuse', 'a', '--dim', '8', '--out', 'checkpoints/same'], 2);
    expect(error.code).toBe('REDUCE_DIM');
  });

  it.each([
    [['--out', 'x'], 'USAGE_FUSE', /either --weights \(parallel\) or --serial; one run alone takes --dim/],
    [['--out', 'x', '--weights', '1,1', '--serial', '5'], 'USAGE_FUSE', /either --weights/],
    [['--out', 'x', '--serial', '5', '--similarity', 'cosine'], 'USAGE_FUSE', /--similarity goes with --weights/],
    [['--out', 'x', '--serial', '5', '--dim', '4'], 'USAGE_FUSE', /--dim goes with --weights/],
    [['--out', 'x', '--weights', '1,y'], 'USAGE_INVALID_ARGUMENT', /Expected a number/],
  ])('%j is wrong usage', async (options, code, message) => {
    const { error } = await json(['fuse', 'a', 'b', ...options], 2);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });
});

describe('explain', () => {
  it('tells of a name with its options, of a preset what it sets, and without a name all names', async () => {
    const [{ family, key, options }] = await json(['explain', 'edge-dropout']);
    expect([family, key]).toEqual(['view', 'views.first, views.second']);
    expect(options).toContainEqual(expect.objectContaining({ name: 'dropProbability', default: 0.1 }));
    expect(await json(['explain', 'simgcl'])).toEqual([expect.objectContaining({ family: 'preset', name: 'simgcl' })]);
    expect(await json(['explain'])).toMatchObject({
      loss: expect.arrayContaining(['bpr']),
      preset: expect.arrayContaining(['joint']),
    });
    expect(await json(['explain', 'edge-dropuot'], 2)).toMatchObject({
      error: { message: expect.stringContaining('did you mean "edge-dropout"') },
    });
  });

  it('reads as text', async () => {
    const { stdout } = await runCli(['explain', 'edge-dropout'], { cwd: folder });
    expect(stdout).toMatch(/^edge-dropout \(view; key views\.first, views\.second\)\n\nformula {5}/);
    expect(stdout).toMatch(/^ {2}dropProbability: number \(0 to 0\.99\), default 0\.1$/m);
    const preset = await runCli(['explain', 'simgcl'], { cwd: folder });
    expect(preset.stdout).toMatch(/^simgcl \(preset; --preset simgcl\)\n\n.*it sets\n\n {2}\w+:/);
  });
});
