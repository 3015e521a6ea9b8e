import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BACKEND_NAMES, FORMAT_NAMES, PRESET_NAMES, SPLITS } from '../src/index.js';
import { buildOnce, type CliOptions, runCli, runJson } from './run-cli.js';

const COMMANDS = [
  'build',
  'train',
  'evaluate',
  'compare',
  'export',
  'recommend',
  'similar',
  'embed',
  'draw',
  'info',
  'sample',
  'doctor',
  'quickstart',
];

let folder = '';
beforeAll(() => {
  buildOnce();
  folder = mkdtempSync(join(tmpdir(), 'twinlight-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (args: readonly string[], options: Partial<CliOptions> = {}) => runCli(args, { cwd: folder, ...options });

const json = (args: readonly string[], code = 0) => runJson(args, { cwd: folder }, code);

describe('help and usage', () => {
  it('a preset that nobody knows is told of auto too', async () => {
    const { error } = await json(['train', 'nothing', '--preset', 'atuo'], 2);
    expect(error).toMatchObject({ code: 'PRESET_UNKNOWN' });
    expect(error.message).toMatch(/did you mean "auto"\?.*choose one of auto, popularity, /);
  });

  it('every command has help with examples', async () => {
    const helps = await Promise.all(COMMANDS.map((command) => run([command, '--help'])));
    for (const [i, { code, stdout, stderr }] of helps.entries()) {
      expect(code).toBe(0);
      expect(stderr).toBe('');
      expect(stdout).toContain(`twinlight ${COMMANDS[i]}`);
      expect(stdout).toContain('\nExamples:\n');
      expect(stdout).toContain('--json');
    }
    const { stdout } = await run(['--help']);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
  });

  it('help names every choice that there is', async () => {
    const words = (text: string) => new Set(text.split(/[^\w-]+/));
    const { stdout } = await run(['train', '--help']);
    const train = words(stdout);
    const splits = Object.keys(SPLITS);
    for (const name of [...BACKEND_NAMES, ...FORMAT_NAMES, ...splits]) expect(train).toContain(name);
    // "features" is a word of other lines too
    const presets = words(/Presets:(.*?)\./s.exec(stdout)![1]);
    for (const name of PRESET_NAMES) expect(presets).toContain(name);
  });

  it.each([
    [['biuld', 'x'], "unknown command 'biuld' (Did you mean build?)"],
    [['build', '--sed', '1', 'x'], "unknown option '--sed' (Did you mean"],
    [['build'], "missing required argument 'source'"],
    [['similar', 'x'], 'give one of --item, --features and --all'],
    [['recommend', 'x', '--features', 'age'], 'expected column=value pairs'],
    [['embed', 'x', '--out', 'y'], 'give --items, --users, or both'],
    [['train', 'x', '--seed', '-1'], 'Expected a whole number of at least 0'],
    [['evaluate', 'x', '--k', '10,x'], 'Expected a whole number of at least 1'],
    [['build', 'x', '--columns', 'user'], 'Expected role=column pairs'],
    [['draw', 'x', '--user', '1', '--item', '2'], 'cannot be used with option'],
  ])('%j is wrong usage: exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('--json gives errors as the one document too', async () => {
    const usage = await json(['biuld'], 2);
    expect(usage.error).toMatchObject({ code: 'USAGE_UNKNOWN_COMMAND', exitCode: 2 });
    const missing = await json(['info', 'nowhere'], 2);
    expect(missing.error.code).toBe('NO_SUCH_TARGET');
  });

  it('without a command: the help, exit code 2', async () => {
    const { code, stderr } = await run([]);
    expect(code).toBe(2);
    expect(stderr).toContain('Usage: twinlight');
  });
});

describe('errors', () => {
  it('bad data: exit code 3 with file and line, the stack only with --debug', async () => {
    writeFileSync(join(folder, 'bad.csv'), 'user_id,item_id,timestamp\na,x,1\nb,y,soon\n');
    const { code, stderr, stdout } = await run(['build', 'bad.csv']);
    expect(code).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error: .*bad\.csv:3/m);
    expect(stderr).not.toContain('    at ');
    const debugged = await run(['build', 'bad.csv'], { env: { TWINLIGHT_DEBUG: '1' } });
    expect(debugged.stderr).toContain('    at ');
  });

  it('a wrong configuration key: exit code 2 and the nearest key', async () => {
    const { code, stderr } = await run(['train', '--print-config', '--set', 'losses.main.temprature=1']);
    expect(code).toBe(2);
    expect(stderr).toContain('did you mean "temperature"?');
  });
});

describe('configuration', () => {
  it('lays --config over the preset and --set over that', async () => {
    writeFileSync(join(folder, 'mine.yaml'), 'seed: 5\ntraining:\n  epochs: 7\n  batchSize: 99\n');
    const args = [
      'train',
      '--preset',
      'lightgcn',
      '--config',
      'mine.yaml',
      '--set',
      'training.epochs=8',
      '--print-config',
    ];
    const config = await json(args);
    expect(config).toMatchObject({ seed: 5, training: { epochs: 8, batchSize: 99 }, encoder: { name: 'lightgcn' } });
    const { stdout } = await run(args);
    writeFileSync(join(folder, 'printed.yaml'), stdout);
    expect(await json(['train', '--preset', 'lightgcn', '--config', 'printed.yaml', '--print-config'])).toEqual(config);
  });

  it('a changed kind keeps what both kinds know', async () => {
    const { encoder } = await json([
      'train',
      '--set',
      'encoder.name=table',
      '--set',
      'views.first.name=embedding-noise',
      '--set',
      'views.second.name=embedding-noise',
      '--print-config',
    ]);
    expect(encoder.name).toBe('table');
    expect(encoder.numLayers).toBeUndefined();
  });
});
