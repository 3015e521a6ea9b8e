/** `tune` on the command line: begun, joined, shown, drawn, refused. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseXml } from './parse-xml.js';
import { buildOnce, runCli, runJson } from './run-cli.js';

const TINY = ['encoder.embeddingDim=8', 'training.epochs=2', 'training.batchSize=256'].flatMap((key) => ['--set', key]);
let folder = '';
let graph = '';

const json = (args: readonly string[], code = 0) => runJson(args, { cwd: folder }, code);

beforeAll(async () => {
  buildOnce();
  folder = mkdtempSync(join(tmpdir(), 'twinlight-cli-tune-'));
  const size = ['--users', '60', '--items', '50', '--mean-interactions', '12', '--seed', '3'];
  await json(['sample', '--out', 'world', ...size]);
  ({ folder: graph } = await json(['build', 'world']));
  const temperature = 'losses.main.temperature: { kind: float, low: 0.1, high: 1, log: true }\n';
  writeFileSync(join(folder, 'space.yaml'), `${temperature}encoder.embeddingDim: { kind: choice, values: [4, 8] }\n`);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('tune', () => {
  it('makes a study, goes on with it by its folder, shows and draws it', async () => {
    const asked = ['tune', graph, '--preset', 'two-tower', '--space', 'space.yaml', '--out', 'studies/mine', ...TINY];
    const first = await json([...asked, '--trials', '2', '--monitor', 'recall@20', '--quiet']);
    expect(first).toMatchObject({
      folder: 'studies/mine',
      study: { monitor: 'recall@20', trials: 2, sampler: 'tpe', seed: 1 },
    });
    expect(first.trials).toHaveLength(2);
    expect(Object.keys(first.best.values)).toEqual(['losses.main.temperature', 'encoder.embeddingDim']);

    const { code, stdout, stderr } = await runCli(['tune', 'mine', '--trials', '3'], { cwd: folder });
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/^trial 2 {2}recall@20 0\.\d{4} {2}2 epochs$/m);
    expect(stderr).not.toMatch(/^trial [01] /m);
    expect(stdout).toMatch(/^study studies\/mine\n {2}3 of 3 trials: 3 complete\n\ntrial {2}recall@20 {2}epochs/);
    expect(stdout).toMatch(/ temperature {2}embeddingDim$/m);
    const [, next] = /next: twinlight (train .*)$/m.exec(stdout)!;
    const shown = await runCli(['tune', 'mine', '--show'], { cwd: folder });
    expect(shown.stdout).toBe(stdout);

    const study = await json(['tune', 'mine', '--show']);
    const report = await json([...next.split(' '), '--run', 'checkpoints/chosen', '--quiet']);
    expect(report.valid['recall@20']).toBeCloseTo(study.best.value, 9);
    expect((await json(['evaluate', study.best.run, '--split', 'valid'])).metrics['recall@20']).toBeCloseTo(
      study.best.value,
      9,
    );

    const { file } = await json(['draw', 'mine']);
    expect(file).toMatch(/trials\.svg$/);
    const paths = parseXml(readFileSync(file, 'utf8')).filter(({ tag }) => tag === 'path');
    expect(paths).toHaveLength(3);
  }, 120_000);

  it.each([
    [['world'], 'USAGE_GRAPH', /twinlight build/],
    [['GRAPH', '--show'], 'USAGE_STUDY', /no study/],
    [['GRAPH', '--min-epochs', '1'], 'USAGE_ASHA', /--min-epochs.*--asha/],
    [['GRAPH', '--reduction', '1', '--asha'], 'USAGE_INVALID_ARGUMENT', /at least 2/],
    [['GRAPH', '--sampler', 'tpes'], 'USAGE_INVALID_ARGUMENT', /tpe, random/],
    [['GRAPH', '--preset', 'two-towre'], 'PRESET_UNKNOWN', /did you mean "two-tower"/],
    [['GRAPH', '--set', 'training.epoch=3'], 'CONFIG_INVALID', /did you mean "epochs"/],
  ])('%j is refused', async (args, code, message) => {
    const { error } = await json(
      ['tune', ...args.map((word) => (word === 'GRAPH' ? graph : word)), '--out', 'studies/refused'],
      2,
    );
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(existsSync(join(folder, 'studies/refused'))).toBe(false);
  });

  it('a study that is there keeps what it was asked', async () => {
    const asked = ['tune', graph, '--preset', 'item-knn', '--trials', '1', '--out', 'studies/knn', '--quiet'];
    await json(asked);
    expect((await json([...asked, '--seed', '2'], 2)).error.message).toMatch(/another seed \(1, not 2\)/);
    expect((await json(['tune', 'knn', '--sampler', 'random'], 2)).error.message).toMatch(/keeps its sampler/);
    expect((await json(['draw', 'knn', '--user', 'u1'], 2)).error.message).toMatch(/--user: .* is a study/);
  });
});
