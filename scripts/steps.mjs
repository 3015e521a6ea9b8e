/**
 * What the set-up scripts share: running a child process, saying one line a step, and fingerprints that tell whether
 * a step has to be done again. Only Node built-ins: this runs before anything is installed.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** One line on standard error: standard output belongs to what the job prints. */
export const say = (message) => process.stderr.write(`${message}\n`);

/** Runs a program to its end with the terminal handed through; returns its exit code (1 where a signal ended it). */
export function run(program, args, { env = {}, ...options } = {}) {
  const { status, error } = spawnSync(program, args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, OMP_WAIT_POLICY: 'PASSIVE', ...env },
    ...options,
  });
  if (error) say(`${program}: ${error.message}`);
  return status ?? 1;
}

/** Runs a script with this very Node. */
export const runNode = (args, options) => run(process.execPath, args, options);

/** The JavaScript file behind a command of an installed package, e.g. `packageBin('vitest', 'vitest')`. */
export function packageBin(packageName, command) {
  const folder = join(ROOT, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[command]);
}

/** Runs npm: the one that runs us, if any. */
export function runNpm(args, options = {}) {
  const npm = process.env.npm_execpath;
  if (npm?.endsWith('.js') || npm?.endsWith('.cjs')) return runNode([npm, ...args], options);
  return run('npm', args, { ...options, shell: process.platform === 'win32' });
}

/** A step that is skipped while `fingerprint` equals the one stored in `stampFile`. Returns whether it was run. */
export function stepUnlessFresh(stampFile, fingerprint, step) {
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === fingerprint) return false;
  step();
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, fingerprint);
  return true;
}

export const hashOf = (...texts) =>
  texts.reduce((hash, text) => hash.update(text).update('\0'), createHash('sha256')).digest('hex');

/** Every file under `folder`, sorted, as absolute paths. */
export function filesUnder(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** Name, size and time of every file: changes when any of them was edited, added or removed. */
export function fingerprintOf(files) {
  return hashOf(
    ...files.map((file) => {
      const { size, mtimeMs } = statSync(file);
      return `${relative(ROOT, file)} ${size} ${mtimeMs}`;
    }),
  );
}

/** Seconds since `start` (of performance.now()) as text. */
export const secondsSince = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;
