/** What the built command line says and leaves where it can't write, where its terminal is gone, and where a pipe stands in a file's place. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildOnce, type CliOptions, MAIN, runCli } from './run-cli.js';

const TINY = ['encoder.embeddingDim=8', 'training.epochs=2', 'training.batchSize=256'].flatMap((key) => ['--set', key]);
let folder = '';
let graph = '';
const run = (args: readonly string[], options: Partial<CliOptions> = {}) => runCli(args, { cwd: folder, ...options });
const place = (...names: string[]) => join(folder, ...names);

beforeAll(async () => {
  buildOnce();
  folder = mkdtempSync(join(tmpdir(), 'twinlight-cli-disk-'));
  await run(['sample', '--out', 'world', '--users', '120', '--items', '60', '--mean-interactions', '12']);
  const { stdout } = await run(['build', 'world', '--json']);
  graph = JSON.parse(stdout).folder;
  const trained = await run(['train', graph, '--preset', 'two-tower', '--run', 'trained', '--quiet', ...TINY]);
  expect(trained.code, trained.stderr).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!existsSync('/dev/full'))('on a full device', () => {
  /** Exit code and standard error of a command whose standard output (or error) can't be written. */
  function runFull(args: readonly string[], stream: 'stdout' | 'stderr' = 'stdout') {
    const full = openSync('/dev/full', 'w');
    const stdio = stream === 'stdout' ? ['ignore', full, 'pipe'] : ['ignore', 'pipe', full];
    const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, stdio: stdio as ['ignore', 'pipe', 'pipe'] });
    closeSync(full);
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    return new Promise<{ code: number | null; stderr: string }>((ended) =>
      child.on('close', (code) => ended({ code, stderr })),
    );
  }

  it.each([
    ['a text', () => ['info', graph]],
    ['JSON', () => ['info', graph, '--json']],
    ['the help', () => ['--help']],
    ['a command’s help', () => ['train', '--help']],
  ])('%s is one line of error and exit code 1', async (_, args) => {
    const { code, stderr } = await runFull(args());
    expect(stderr).toMatch(/^error: standard output can't be written to: ENOSPC: no space left on device, write\n$/);
    expect(code).toBe(1);
  });

  it('an error that can’t be told as JSON is still told', async () => {
    const { code, stderr } = await runFull(['info', 'nowhere', '--json']);
    expect(stderr).toMatch(/^error: .*nowhere.*\nerror: standard output can't be written to: .*\n$/);
    expect(code).toBe(1);
  });

  it('what goes to standard error may be lost, the work is not', async () => {
    const { code } = await runFull(['train', graph, '--preset', 'two-tower', '--run', 'unheard', ...TINY], 'stderr');
    expect(code).toBe(0);
    expect(existsSync(place('unheard', 'report.json'))).toBe(true);
  });
});

/** Runs a command on a terminal of its own, closes it once a text has come, and tells what the process ended with. */
const CLOSED_TERMINAL = `
import os, pty, sys
until, command = sys.argv[1].encode(), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0: os.execv(command[0], command)
said = b''
while until not in said: said += os.read(terminal, 4096)
os.close(terminal)
_, status = os.waitpid(pid, 0)
print(os.waitstatus_to_exitcode(status))
`;
const hasPython = spawnSync('python3', ['-c', 'import pty']).status === 0;

describe('a terminal that is closed', () => {
  it.skipIf(!hasPython)('makes training save, and end as the signal has it', async () => {
    const long = ['train', graph, '--preset', 'two-tower', '--run', 'closed', ...TINY, '--set', 'training.epochs=3000'];
    const command = [process.execPath, MAIN, ...long, '--set', 'training.patience=0'];
    const { stdout, stderr } = spawnSync('python3', ['-c', CLOSED_TERMINAL, 'epoch   2', ...command], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stdout.trim(), stderr).toBe('-1');
    expect(readdirSync(place('closed'))).not.toContain('train.lock');
    expect(JSON.parse((await run(['info', 'closed', '--json'])).stdout).manifest.epochs).toBeGreaterThan(0);
  });

  it('makes training save, exit with 129, and go on with --resume', async () => {
    const long = [
      'train',
      graph,
      '--preset',
      'two-tower',
      '--run',
      'hung-up',
      ...TINY,
      '--set',
      'training.epochs=3000',
    ];
    const child = spawn(process.execPath, [MAIN, ...long, '--set', 'training.patience=0'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise((done) => child.on('exit', (code, signal) => done(code ?? signal)));
    let said = '';
    await new Promise<void>((begun) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said.includes('epoch   1')) begun();
      });
    });
    // nobody reads any more
    child.stderr.destroy();
    child.stdout.destroy();
    child.kill('SIGHUP');
    expect(await ended).toBe(129);
    expect(existsSync(place('hung-up', 'train.lock'))).toBe(false);
    const { stdout } = await run(['info', 'hung-up', '--json']);
    const { steps, finished } = JSON.parse(stdout).manifest;
    expect({ finished, hasSteps: steps > 0 }).toEqual({ finished: false, hasSteps: true });
    const more = ['train', 'hung-up', '--resume', '--json', '--set', `training.maxSteps=${steps + 3}`];
    expect(JSON.parse((await run(more)).stdout)).toMatchObject({ stopped: 'max-steps', steps: steps + 3 });
  });
});

describe.skipIf(process.platform === 'win32')('what is no file', () => {
  it('a pipe as a source is refused, not waited for', async () => {
    spawnSync('mkfifo', [place('pipe.csv')]);
    const { code, stderr } = await run(['build', 'pipe.csv']);
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: expect.stringMatching(
        /^error: pipe\.csv: expected a file, got a pipe; .*write what it holds to a file first \[DATA_NO_FILE\]\n$/,
      ),
    });
    mkdirSync(place('pipes'));
    spawnSync('mkfifo', [place('pipes', 'ratings.csv')]);
    expect(await run(['train', 'pipes'])).toMatchObject({ code: 3, stderr: expect.stringContaining('got a pipe') });
    expect(await run(['build', '/dev/null'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('got a device'),
    });
  });

  it('a folder or a pipe in a lock’s place is named, and left alone', async () => {
    mkdirSync(place('run', 'train.lock'), { recursive: true });
    const training = await run(['train', graph, '--preset', 'popularity', '--run', 'run']);
    expect(training).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/run\/train\.lock is a folder, .* \[LOCK_BLOCKED\]/),
    });
    spawnSync('mkfifo', [place('trained', '.export.lock')]);
    const exporting = await run(['export', 'trained']);
    expect(exporting).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/\.export\.lock is a pipe, .* \[LOCK_BLOCKED\]/),
    });
    expect(readdirSync(place('run'))).toEqual(['train.lock']);
    rmSync(place('trained', '.export.lock'));
  });
});

describe('a disk', () => {
  /** Mounts a small file system of its own; undefined where that is not allowed. */
  function smallDisk(name: string, size: string): string | undefined {
    const disk = place(name);
    mkdirSync(disk);
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'twinlight-test', disk]);
    if (status === 0) mounted.push(disk);
    else
      process.stderr.write(
        'no right to mount a file system here: what happens on a full or read-only disk is not tried\n',
      );
    return status === 0 ? disk : undefined;
  }
  const mounted: string[] = [];
  afterAll(() => {
    for (const disk of mounted) spawnSync('umount', [disk]);
  });

  const writers = (disk: string): readonly (readonly [string, readonly string[]])[] => [
    ['--out', ['build', 'world', '--out', join(disk, 'graphs')]],
    ['--run', ['train', graph, '--preset', 'two-tower', '--run', join(disk, 'run'), ...TINY]],
    ['--out', ['export', 'trained', '--out', join(disk, 'bundle')]],
    ['--out', ['fuse', ...Array(6).fill('trained'), '--weights', '1,1,1,1,1,1', '--out', join(disk, 'fused')]],
    ['--out', ['sample', '--out', join(disk, 'sample')]],
  ];
  const kib = (disk: string): number => {
    const { blocks, bfree, bsize } = statfsSync(disk);
    return ((blocks - bfree) * bsize) / 1024;
  };
  const names = (at: string): string[] => readdirSync(at, { recursive: true, encoding: 'utf8' });

  it('that is full is said to be, with the option that helps, and nothing half written stays', async ({ skip }) => {
    const disk = smallDisk('full', '28k');
    if (disk === undefined) return skip();
    for (const [option, args] of writers(disk)) {
      const { code, stderr } = await run(args);
      const error = stderr.slice(stderr.indexOf('error: '));
      expect(error, args[0]).toMatch(/^error: ENOSPC: no space left on device/);
      expect(error, args[0]).toContain(`The disk is full: free some space, or choose another folder with ${option}.\n`);
      expect(error, args[0]).not.toMatch(/^ {4}at /m);
      expect(code).toBe(1);
      expect(
        names(disk).filter((name) => /\.(tmp|next|aside)-|lock/.test(name)),
        args[0],
      ).toEqual([]);
      // but for a run, which can be resumed
      if (args[0] !== 'train') expect(kib(disk), args[0]).toBe(0);
      else expect(names(disk)).toContain(join('run', 'manifest.json'));
      rmSync(join(disk, 'run'), { recursive: true, force: true });
    }
  });

  it('that is read-only is said to be, as the system says it, with the option that helps', async ({ skip }) => {
    const disk = smallDisk('read-only', '1m');
    if (disk === undefined) return skip();
    mkdirSync(join(disk, 'there'));
    spawnSync('mount', ['-o', 'remount,ro', disk]);
    const inFolder = writers(join(disk, 'there')).filter(([, [command]]) => command === 'build' || command === 'train');
    for (const [option, args] of [...writers(disk), ...inFolder]) {
      const { code, stderr } = await run(args);
      const error = stderr.slice(stderr.indexOf('error: '));
      expect(error, args[0]).toMatch(/^error: EROFS: read-only file system, /);
      expect(error, args[0]).toContain(`The file system is read-only: choose another folder with ${option}.\n`);
      expect(code).toBe(1);
    }
  });
});
